import AgentProtocol
import Foundation
import Glibc

/// A node's `commitlog_archiving.properties`, in which the agent has its archive command while
/// archiving is on. What was there before is kept beside the agent's other state.
package struct ArchivePropertiesFile: Sendable {
    /// The key that is the agent's while archiving is on.
    private static let key = "archive_command"

    private let path: String
    private let original: String

    /// - Parameters:
    ///   - path: of the file; Cassandra reads it where it has its `cassandra.yaml`.
    ///   - original: where what was there before is kept.
    package init(path: String, original: String) {
        self.path = path
        self.original = original
    }

    /// What was there; `text` is `nil` where there was no file.
    private struct Original: Codable {
        var text: String?
    }

    /// The command that is in the file now.
    package var command: String? {
        get throws { try read(path).flatMap { ArchiveProperties($0)[key: Self.key] } }
    }

    /// Whether there is anything to be put back.
    package func has(_ program: String) throws -> Bool {
        try read(original) != nil || command?.hasPrefix("\(program) ") == true
    }

    /// Puts the command in; answers whether that changed the file.
    @discardableResult
    package func install(_ command: String) throws -> Bool {
        let before = try read(path)
        if try read(original) == nil {
            let kept = try JSONEncoder().encode(Original(text: before))
            try replace(original, with: String(decoding: kept, as: UTF8.self), mode: 0o600)
        }
        var properties = ArchiveProperties(before ?? "")
        guard properties[key: Self.key] != command else { return false }
        properties.set(Self.key, to: command)
        try replace(path, with: properties.text, mode: 0o644)
        return true
    }

    /// Puts back what was there; where somebody has changed other lines since, those stay. Where
    /// nobody knows any more what was there, a command of the program is taken out. Answers whether
    /// that changed the file.
    @discardableResult
    package func restore(program: String) throws -> Bool {
        let now = try read(path)
        guard let kept = try read(original) else {
            guard let now, try has(program) else { return false }
            var properties = ArchiveProperties(now)
            properties.set(Self.key, to: "")
            try replace(path, with: properties.text, mode: 0o644)
            return true
        }
        let before = try JSONDecoder().decode(Original.self, from: Data(kept.utf8)).text
        let after = Self.restored(now, before: before)
        if after != now {
            if let after {
                try replace(path, with: after, mode: 0o644)
            } else {
                try remove(path)
            }
        }
        try remove(original)
        return after != now
    }

    /// What the file is to hold again; `nil` for no file.
    private static func restored(_ now: String?, before: String?) -> String? {
        guard let now else { return before }
        var properties = ArchiveProperties(now)
        if let command = properties[key: key] {
            var untouched = ArchiveProperties(before ?? "")
            untouched.set(key, to: command)
            if untouched.text == now { return before }
        }
        if let command = before.flatMap({ ArchiveProperties($0)[key: key] }) {
            properties.set(key, to: command)
        } else {
            properties.remove(key)
        }
        return properties.text
    }

    /// `nil` where there is no such file.
    private func read(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    private func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
        try flushFolder(of: path)
    }

    /// In one step and durably; a file that is there keeps its mode and, if that can be, its owner.
    private func replace(_ path: String, with text: String, mode: mode_t) throws {
        let new = "\(path).helenus-new"
        var status = stat()
        let isThere = stat(path, &status) == 0
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("write", new) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count,
            fchmod(descriptor, isThere ? status.st_mode & 0o777 : mode) == 0
        else { throw failure("write", new) }
        if isThere, fchown(descriptor, status.st_uid, status.st_gid) != 0, errno != EPERM {
            throw failure("set the owner of", new)
        }
        guard fsync(descriptor) == 0, rename(new, path) == 0 else { throw failure("write", path) }
        try flushFolder(of: path)
    }

    private func flushFolder(of path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("flush", folder) }
    }

    private func failure(_ verb: String, _ path: String) -> OperationFailure {
        let number = errno
        return OperationFailure(
            code: [EACCES, EPERM, EROFS].contains(number) ? .denied : .internalError, object: path,
            message: "cannot \(verb) \(path): \(String(cString: strerror(number)))")
    }
}
