import CLinux
import Destinations
import Glibc
import SystemPackage

/// A file of a restore that is being staged: hashed as it is written. Used by one thread at a time.
final class StagedFile: @unchecked Sendable {
    /// Bytes that are read and written at a time.
    private static let pieceSize = 256 << 10
    /// Bytes that are in memory only before the disk is told to begin.
    private static let writeOutSize: Int64 = 4 << 20

    private let path: String
    private let descriptor: FileDescriptor
    private var digester = FileDigester()
    private var written: Int64 = 0
    /// Bytes of which the disk was told to begin with.
    private var begun: Int64 = 0

    /// - Throws: `DestinationError`.
    init(path: String) throws {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch let error as Errno {
            throw DestinationError(errno: error, object: path, doing: "write \(path)")
        }
    }

    deinit {
        Glibc.close(descriptor.rawValue)
    }

    /// Writes the next bytes. The disk begins with them while more are copied, and not only when all
    /// is flushed in the end.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        do {
            try descriptor.writeAll(bytes)
        } catch let error as Errno {
            throw DestinationError(errno: error, object: path, doing: "write \(path)")
        }
        digester.update(bytes)
        written += Int64(bytes.count)
        guard written - begun >= Self.writeOutSize else { return }
        // A hint: the flush in the end tells whether all is on the disk.
        _ = sync_file_range(
            descriptor.rawValue, begun, written - begun, linux_sync_file_range_write)
        begun = written
    }

    /// The SHA-256 of all that was written, 64 hex digits in lower case.
    func finish() -> String {
        digester.finish().hashes.sha256
    }

    /// Copies a file of the node and answers the SHA-256 of what was written. Blocks.
    ///
    /// - Throws: `DestinationError`.
    static func copy(_ source: String, to path: String) throws -> String {
        let reader = try FileHandleReader(path: source)
        let file = try StagedFile(path: path)
        var offset: Int64 = 0
        while offset < reader.size {
            let piece = try reader.bytes(
                at: offset, count: Int(min(Int64(pieceSize), reader.size - offset)))
            guard !piece.isEmpty else { break }
            try piece.withUnsafeBytes { try file.append($0) }
            offset += Int64(piece.count)
        }
        return file.finish()
    }
}
