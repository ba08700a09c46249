import AgentProtocol
import Destinations
import FoundationEssentials
import Glibc
import SystemPackage

/// Puts files into a folder of Cassandra's: as hard links where one file system holds both, else as
/// copies; with the folder's owner, readable as Cassandra's own files are.
package struct FilePlacer: Sendable {
    private let folder: String
    private let owner: uid_t
    private let group: gid_t

    /// - Throws: `OperationFailure` where the folder is not there.
    package init(into folder: String) throws {
        var found = stat()
        guard stat(folder, &found) == 0 else {
            throw Self.failure(errno, folder, "cannot be used")
        }
        self.folder = folder
        (owner, group) = (found.st_uid, found.st_gid)
    }

    /// Puts one file; one that lies there already was put by an earlier attempt and stays.
    package func place(_ source: String, as name: String) throws {
        let target = "\(folder)/\(name)"
        guard !FolderReader.isFile(target) else { return }
        try own(source)
        if link(source, target) == 0 || errno == EEXIST { return }
        guard errno == EXDEV || errno == EPERM || errno == EMLINK else {
            throw Self.failure(errno, target, "cannot be made")
        }
        try copy(source, to: target)
    }

    /// Copies to a name that is no SSTable's and renames: the target is whole or not there.
    private func copy(_ source: String, to target: String) throws {
        let unfinished = Self.unfinished(target)
        _ = try StagedFile.copy(source, to: unfinished)
        try own(unfinished)
        guard rename(unfinished, target) == 0 else {
            throw Self.failure(errno, target, "cannot be made")
        }
    }

    private func own(_ path: String) throws {
        var found = stat()
        guard stat(path, &found) == 0 else { throw Self.failure(errno, path, "cannot be read") }
        if found.st_uid != owner || found.st_gid != group {
            guard chown(path, owner, group) == 0 else {
                throw Self.failure(errno, path, "cannot be given to Cassandra's user")
            }
        }
        guard chmod(path, 0o644) == 0 else {
            throw Self.failure(errno, path, "cannot be made readable")
        }
    }

    /// Takes a file out again, and what was left of its copy; one that is not there is out.
    package static func remove(_ path: String) throws {
        for path in [path, unfinished(path)] {
            guard unlink(path) == 0 || errno == ENOENT else {
                throw failure(errno, path, "cannot be removed")
            }
        }
    }

    private static func unfinished(_ target: String) -> String {
        let name = target.split(separator: "/").last ?? ""
        return String(target.dropLast(name.count)) + name.replacing("-", with: "_") + ".tmp"
    }

    private static func failure(_ code: Int32, _ path: String, _ what: String) -> OperationFailure {
        let kind: OperationFailure.Code =
            switch code {
            case ENOSPC, EDQUOT: .noSpace
            case EACCES, EPERM, EROFS: .denied
            case ENOENT: .notFound
            default: .internalError
            }
        return OperationFailure(
            code: kind, object: path, message: "\(path) \(what): \(String(cString: strerror(code)))"
        )
    }
}
