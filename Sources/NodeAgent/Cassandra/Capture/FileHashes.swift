/// The hash of one file's content, with its size.
package struct FileHashes: Sendable, Hashable {
    /// 64 hex digits in lower case.
    package var sha256: String
    /// Bytes that were hashed.
    package var size: Int64

    package init(sha256: String, size: Int64) {
        self.sha256 = sha256
        self.size = size
    }
}
