import AgentProtocol
import CZlib
import Crypto
import Glibc

/// Reads a file once, in pieces, and makes its hashes; whoever else needs the bytes gets them too.
package struct FileHasher {
    /// Which hashes are made besides SHA-256 and CRC-32, which always are.
    package struct Extras: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }
        package static let sha1 = Extras(rawValue: 1)
        package static let adler32 = Extras(rawValue: 2)
    }

    private static let pieceSize = 1 << 20

    /// Reads the file at `path`.
    ///
    /// - Parameter sink: is handed every piece, in order.
    package static func digest(
        path: String, extras: Extras = [], sink: (UnsafeRawBufferPointer) throws -> Void = { _ in }
    ) throws -> FileDigest {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var sha256 = SHA256()
        var sha1 = Insecure.SHA1()
        var crc = CZlib.crc32(0, nil, 0)
        var adler = CZlib.adler32(0, nil, 0)
        var size: Int64 = 0
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: pieceSize, alignment: 4096)
        defer { piece.deallocate() }
        while true {
            let count = read(descriptor, piece.baseAddress, pieceSize)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { break }
            let bytes = UnsafeRawBufferPointer(rebasing: piece[..<count])
            let start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            sha256.update(bufferPointer: bytes)
            crc = CZlib.crc32(crc, start, UInt32(count))
            if extras.contains(.sha1) { sha1.update(bufferPointer: bytes) }
            if extras.contains(.adler32) { adler = CZlib.adler32(adler, start, UInt32(count)) }
            size += Int64(count)
            try sink(bytes)
        }
        return FileDigest(
            size: size, sha256: hex(sha256.finalize()), crc32: UInt32(crc),
            sha1: extras.contains(.sha1) ? hex(sha1.finalize()) : nil,
            adler32: extras.contains(.adler32) ? UInt32(adler) : nil)
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    private static func failure(_ path: String) -> OperationFailure {
        let code: OperationFailure.Code = errno == ENOENT ? .corrupt : .internalError
        return OperationFailure(
            code: code, object: path,
            message: "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}
