import AgentProtocol
package import BackupModel
import Glibc

/// The folder whose scripts backups may name. Nobody but root and the agent's user may change what
/// runs here: neither the folder nor a script of others, or one that others may write, is used.
package struct ScriptDirectory: Sendable {
    package var path: String

    package init(_ path: String) {
        self.path = path
    }

    /// Looks whether the folder may be used.
    ///
    /// - Throws: `OperationFailure` of code `notFound` or `denied`.
    package func check() throws {
        try check(path, is: S_IFDIR, "folder")
    }

    /// The script, ready to be run.
    ///
    /// - Throws: `OperationFailure` of code `notFound` or `denied`.
    package func command(_ name: ScriptName) throws -> ToolCommand {
        try check()
        let file = "\(path)/\(name)"
        try check(file, is: S_IFREG, "regular file")
        guard access(file, X_OK) == 0 else {
            throw refused(file, "cannot be executed by the agent's user")
        }
        return ToolCommand(argv: [file])
    }

    /// Looks at the entry itself: a symbolic link is neither a folder nor a file.
    private func check(_ path: String, is type: mode_t, _ kind: String) throws {
        var found = stat()
        guard lstat(path, &found) == 0 else {
            throw OperationFailure(
                code: .notFound, object: path,
                message: "\(path): \(String(cString: strerror(errno)))")
        }
        guard found.st_mode & S_IFMT == type else { throw refused(path, "is no \(kind)") }
        guard found.st_uid == 0 || found.st_uid == geteuid() else {
            throw refused(path, "belongs neither to root nor to the agent's user")
        }
        guard found.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw refused(path, "may be written by others than its owner")
        }
    }

    private func refused(_ path: String, _ reason: String) -> OperationFailure {
        OperationFailure(code: .denied, object: path, message: "\(path) \(reason).")
    }
}
