/// The hashes of a file's whole content, from one read of it.
package struct FileDigest: Hashable, Sendable {
    /// Bytes that were read.
    package var size: Int64
    /// 64 hex digits in lower case.
    package var sha256: String
    package var crc32: UInt32
    /// 40 hex digits in lower case; only where it was asked for.
    package var sha1: String?
    /// Only where it was asked for.
    package var adler32: UInt32?

    package init(
        size: Int64, sha256: String, crc32: UInt32, sha1: String? = nil, adler32: UInt32? = nil
    ) {
        self.size = size
        self.sha256 = sha256
        self.crc32 = crc32
        self.sha1 = sha1
        self.adler32 = adler32
    }
}
