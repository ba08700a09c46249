import AgentProtocol
import FoundationEssentials
import Glibc

/// A file that is written from its beginning, with a buffer. Used by one thread at a time.
final class FileHandleOutput: @unchecked Sendable {
    private let path: String
    private let descriptor: Int32
    private var buffer = Data()

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit {
        close(descriptor)
    }

    /// A file without a name: it is gone with the value, however the agent ends.
    static func nameless(in folder: String) throws -> FileHandleOutput {
        let path = "\(folder)/.spool-\(UUID().uuidString)"
        let output = try FileHandleOutput(path: path)
        guard unlink(path) == 0 else { throw failure(path) }
        return output
    }

    func write(_ bytes: Data) throws {
        buffer.append(bytes)
        if buffer.count > 1 << 18 { try writeOut() }
    }

    /// Everything is on the disk when this returns.
    func flush() throws {
        try writeOut()
        guard fsync(descriptor) == 0 else { throw Self.failure(path) }
    }

    /// Everything can be read when this returns.
    func writeOut() throws {
        try buffer.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Self.failure(path) }
                rest = rest.dropFirst(count)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// A path under which the file can be read while this value lives, even when its name is gone.
    var openPath: String { "/proc/self/fd/\(descriptor)" }

    /// Flushes the folder that holds a file, so that its name is durable too.
    static func flushFolder(of path: String) throws {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder) }
    }

    static func failure(_ path: String) -> OperationFailure {
        let code: OperationFailure.Code = errno == ENOSPC ? .noSpace : .internalError
        return OperationFailure(
            code: code, object: path, message: "\(path): \(String(cString: strerror(errno)))")
    }
}
