import FoundationEssentials
import Glibc
import Settings

/// Whether the agent's user may do with a path what the agent will do with it. Each throws
/// `SettingsError` where not.
enum PathCheck {
    /// A program, by its path or by a name that is looked up in `PATH`.
    static func canRun(_ program: String) throws(SettingsError) {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        let places = program.contains("/") ? [program] : folders.map { "\($0)/\(program)" }
        guard places.contains(where: { access($0, X_OK) == 0 }) else {
            throw refused(program, "cannot be run")
        }
    }

    /// A file, or a folder that can be listed and entered.
    static func canRead(_ path: String) throws(SettingsError) {
        guard access(path, R_OK) == 0, access("\(path)/.", X_OK) == 0 || errno == ENOTDIR else {
            throw refused(path, "cannot be read")
        }
    }

    /// A folder in which files can be made, or that can be made itself.
    static func canWrite(in path: String) throws(SettingsError) {
        var folder = path
        while access(folder, F_OK) != 0, errno == ENOENT,
            let slash = folder.lastIndex(of: "/"), slash != folder.startIndex
        {
            folder = String(folder[..<slash])
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw refused(path, "cannot be written") }
    }

    private static func refused(_ path: String, _ what: String) -> SettingsError {
        SettingsError("\(path) \(what): \(String(cString: strerror(errno)))")
    }
}
