import AgentProtocol
import Destinations
import FoundationEssentials
import Glibc
import SystemPackage

/// A small text file that is read and replaced as a whole, such as a configuration of Cassandra's.
struct ConfigurationFile: Sendable {
    let path: String

    private var folder: String { FilePath(path).removingLastComponent().string }

    /// Its text; `nil` where it is not there. Blocks.
    func read() throws -> String? {
        guard FolderReader.isFile(path) else { return nil }
        return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    /// Writes it anew, durably, with the owner and the mode that it had: a reader finds the old
    /// text or the new one. Blocks.
    ///
    /// - Parameter newMode: of a file that was not there; its owner is the folder's.
    /// - Throws: `OperationFailure`.
    func write(_ text: String, newMode: mode_t = 0o644) throws {
        var found = stat()
        let isNew = stat(path, &found) != 0
        if isNew, stat(folder, &found) != 0 { throw failure("use the folder of") }
        let mode = isNew ? newMode : found.st_mode & 0o7777
        let written = "\(path).helenus-new"
        let descriptor = open(
            written, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("write") }
        do {
            defer { close(descriptor) }
            _ = try FileDescriptor(rawValue: descriptor).writeAll(Array(text.utf8))
            // Nobody but root may give it away.
            if fchown(descriptor, found.st_uid, found.st_gid) != 0, geteuid() == 0 || errno != EPERM
            {
                throw failure("keep the owner of")
            }
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
                throw failure("write")
            }
        }
        guard rename(written, path) == 0 else { throw failure("replace") }
        try FileSystemFlush(path: folder).flush()
    }

    /// Removes it, durably; one that is not there is removed. Blocks.
    ///
    /// - Throws: `OperationFailure`.
    func remove() throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove") }
        try FileSystemFlush(path: folder).flush()
    }

    private func failure(_ verb: String) -> OperationFailure {
        let number = errno
        return OperationFailure(
            code: [EACCES, EPERM, EROFS].contains(number) ? .denied : .internalError, object: path,
            message: "cannot \(verb) \(path): \(String(cString: strerror(number)))")
    }
}
