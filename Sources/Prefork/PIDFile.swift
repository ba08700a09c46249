import Glibc

/// The file that holds the master's process id.
package struct PIDFile: Sendable {
    private let path: String

    package init(path: String) {
        self.path = path
    }

    /// Writes this process's id, all at once.
    package func write() throws(PreforkError) {
        let pid = getpid()
        let temporary = "\(path).\(pid)"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(temporary, flags, 0o644)
        guard descriptor >= 0 else { throw .system("open", temporary) }
        let text = Array("\(pid)\n".utf8)
        let written = Glibc.write(descriptor, text, text.count)
        let code = errno
        close(descriptor)
        guard written == text.count else {
            unlink(temporary)
            throw .system("write", temporary, errno: code)
        }
        guard rename(temporary, path) == 0 else { throw .system("rename", path) }
    }

    /// Removes the file, if it is still this process's.
    package func remove() {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &text, text.count)
        guard count > 0, String(decoding: text[..<count], as: UTF8.self) == "\(getpid())\n" else {
            return
        }
        unlink(path)
    }
}
