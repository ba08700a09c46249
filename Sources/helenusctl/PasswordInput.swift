import ArgumentParser
import FoundationEssentials
import Glibc
import Passwords

/// A password, or another secret, from a file or from standard input: never from the arguments, which everybody on the
/// machine can read.
struct PasswordInput {
    /// `nil` for standard input.
    let file: String?

    /// The first line.
    func line() throws -> String {
        let line: String?
        if let file {
            let text = String(
                decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
            line = text.split(separator: "\n", omittingEmptySubsequences: false).first
                .map(String.init)
        } else {
            line = try typed()
        }
        guard let line, !line.isEmpty else {
            throw ValidationError("\(file ?? "standard input"): its first line is empty")
        }
        return line
    }

    /// The hash of the first line.
    func hash() throws -> String {
        let line = try line()
        guard (8...1_024).contains(line.utf8.count) else {
            throw ValidationError("a password has 8 to 1,024 bytes")
        }
        return try PasswordHash(hashing: line).text
    }

    /// A terminal does not show what is typed.
    private func typed() throws -> String? {
        var shown = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &shown) == 0 else {
            return readLine()
        }
        tellError("Password: ")
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            tellError("\n")
        }
        return readLine()
    }
}
