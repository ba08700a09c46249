/// The hashes of one file's content.
package struct FileHashes: Sendable, Hashable {
    /// 64 hex digits in lower case.
    package var sha256: String
    package var crc32: UInt32
    /// Bytes that were hashed.
    package var size: Int64

    package init(sha256: String, crc32: UInt32, size: Int64) {
        self.sha256 = sha256
        self.crc32 = crc32
        self.size = size
    }
}
