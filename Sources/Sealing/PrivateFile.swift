package import Glibc

/// Writes files whole or not at all: a reader, and a process that is killed, finds the old content
/// or the new.
package enum PrivateFile {
    /// Replaces the file, or makes it.
    ///
    /// - Parameters:
    ///   - mode: who may read it; nobody else can at any moment.
    ///   - owner: `nil` for who writes it.
    /// - Throws: `PrivateFileError`.
    package static func write(
        _ content: [UInt8], to path: String, mode: mode_t = 0o600,
        owner: (user: uid_t, group: gid_t)? = nil
    ) throws(PrivateFileError) {
        let new = "\(path).new"
        guard unlink(new) == 0 || errno == ENOENT else { throw PrivateFileError(path: new) }
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw PrivateFileError(path: new) }
        do {
            defer { close(descriptor) }
            if let owner, fchown(descriptor, owner.user, owner.group) != 0 {
                throw PrivateFileError(path: new)
            }
            guard fchmod(descriptor, mode) == 0 else { throw PrivateFileError(path: new) }
            var written = 0
            while written < content.count {
                let count = content.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress! + written, content.count - written)
                }
                guard count > 0 || errno == EINTR else { throw PrivateFileError(path: new) }
                written += max(count, 0)
            }
            guard fsync(descriptor) == 0 else { throw PrivateFileError(path: new) }
        }
        guard rename(new, path) == 0 else { throw PrivateFileError(path: path) }
        try syncFolder(of: path)
    }

    private static func syncFolder(of path: String) throws(PrivateFileError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw PrivateFileError(path: folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw PrivateFileError(path: folder) }
    }
}
