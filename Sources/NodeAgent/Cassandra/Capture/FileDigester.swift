import CZlib
import Crypto
import Destinations

/// Hashes a content as it passes by: SHA-256 always, and what a digest of Cassandra's asks for
/// besides.
package struct FileDigester {
    private var sha256 = SHA256()
    /// CRC32 or Adler-32, whichever the digest is.
    private var checksum: uLong
    private var sha1: Insecure.SHA1?
    private let digest: StoredDigest?
    private var size: Int64 = 0

    /// - Parameter digest: what the content should have, if that is known.
    package init(checking digest: StoredDigest? = nil) {
        self.digest = digest
        checksum = if case .adler32 = digest { 1 } else { 0 }
        if case .sha1 = digest { sha1 = Insecure.SHA1() }
    }

    /// Takes in the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
        size += Int64(bytes.count)
        sha256.update(bufferPointer: bytes)
        switch digest {
        case nil: break
        case .crc32: checksum = crc32_z(checksum, start, bytes.count)
        case .adler32: checksum = adler32_z(checksum, start, bytes.count)
        case .sha1: sha1?.update(bufferPointer: bytes)
        }
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let found: Void? = bytes.withContiguousStorageIfAvailable {
            update(UnsafeRawBufferPointer($0))
        }
        if found == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    /// The hashes of all that was taken in, and whether it has the digest; `nil` where none is known.
    package consuming func finish() -> (hashes: FileHashes, matches: Bool?) {
        let hashes = FileHashes(sha256: hexadecimal(sha256.finalize()), size: size)
        let matches: Bool? =
            switch digest {
            case nil: nil
            case .crc32(let value), .adler32(let value): uLong(value) == checksum
            case .sha1(let value): sha1.map { hexadecimal($0.finalize()) == value } ?? false
            }
        return (hashes, matches)
    }
}
