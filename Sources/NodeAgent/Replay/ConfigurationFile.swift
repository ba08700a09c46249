import Destinations
import FoundationEssentials
import Glibc
import SystemPackage

/// A small configuration file of Cassandra's.
struct ConfigurationFile: Sendable {
    let path: String

    /// Its text; empty where it is not there. Blocks.
    func read() throws -> String {
        guard FolderReader.isFile(path) else { return "" }
        return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    /// Writes it anew, durably, with the owner and the mode that it had: a reader finds the old
    /// text or the new one. Blocks.
    ///
    /// - Throws: `DestinationError`.
    func write(_ text: String) throws {
        var found = stat()
        let folder = FilePath(path).removingLastComponent().string
        let isNew = stat(path, &found) != 0
        if isNew, stat(folder, &found) != 0 { throw failure("use the folder of") }
        let mode: mode_t = isNew ? 0o644 : found.st_mode & 0o7777
        let written = "\(path).helenus-new"
        let descriptor = open(written, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write") }
        do {
            defer { close(descriptor) }
            _ = try FileDescriptor(rawValue: descriptor).writeAll(Array(text.utf8))
            if fchown(descriptor, found.st_uid, found.st_gid) != 0, geteuid() == 0 {
                throw failure("keep the owner of")
            }
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
                throw failure("write")
            }
        }
        guard rename(written, path) == 0 else { throw failure("replace") }
        try FileSystemFlush(path: folder).flush()
    }

    private func failure(_ what: String) -> DestinationError {
        DestinationError(errno: Errno(rawValue: errno), object: path, doing: "\(what) \(path)")
    }
}
