import CZlib
import Crypto
import Destinations

/// Hashes a content as it passes by: SHA-256 and CRC32 always, and what a digest of Cassandra's asks
/// for besides.
package struct FileDigester {
    private var sha256 = SHA256()
    private var crc: uLong = 0
    private var adler: uLong = 1
    private var sha1: Insecure.SHA1?
    private let digest: StoredDigest?
    private var size: Int64 = 0

    /// - Parameter digest: what the content should have, if that is known.
    package init(checking digest: StoredDigest? = nil) {
        self.digest = digest
        if case .sha1 = digest { sha1 = Insecure.SHA1() }
    }

    /// Takes in the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
        size += Int64(bytes.count)
        sha256.update(bufferPointer: bytes)
        crc = crc32_z(crc, start, bytes.count)
        if case .adler32 = digest { adler = adler32_z(adler, start, bytes.count) }
        sha1?.update(bufferPointer: bytes)
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let found: Void? = bytes.withContiguousStorageIfAvailable {
            update(UnsafeRawBufferPointer($0))
        }
        if found == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    /// The hashes of all that was taken in, and whether it has the digest; `nil` where none is known.
    package consuming func finish() -> (hashes: FileHashes, matches: Bool?) {
        let hashes = FileHashes(
            sha256: hexadecimal(sha256.finalize()), crc32: UInt32(truncatingIfNeeded: crc),
            size: size)
        let matches: Bool? =
            switch digest {
            case nil: nil
            case .crc32(let value): value == hashes.crc32
            case .adler32(let value): value == UInt32(truncatingIfNeeded: adler)
            case .sha1(let value): sha1.map { hexadecimal($0.finalize()) == value } ?? false
            }
        return (hashes, matches)
    }
}
