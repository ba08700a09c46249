import Destinations
import Glibc
import SystemPackage

/// A file of a restore that is being staged: hashed as it is written. Used by one thread at a time.
final class StagedFile: @unchecked Sendable {
    /// Bytes that are read and written at a time.
    static let pieceSize = 256 << 10

    private let path: String
    private let descriptor: FileDescriptor
    private var digester = FileDigester()

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

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        do {
            try descriptor.writeAll(bytes)
        } catch let error as Errno {
            throw DestinationError(errno: error, object: path, doing: "write \(path)")
        }
        digester.update(bytes)
    }

    /// The SHA-256 of all that was written, 64 hex digits in lower case.
    func finish() -> String {
        digester.finish().hashes.sha256
    }
}
