import ArgumentParser
import FoundationEssentials
import Glibc
import Passwords

/// A password from a file or from standard input: never from the arguments, which everybody on the
/// machine can read.
struct PasswordInput {
    /// `nil` for standard input.
    let file: String?

    /// The hash of the first line.
    func hash() throws -> String {
        let line: String?
        if let file {
            let text = String(
                decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
            line = text.split(separator: "\n", omittingEmptySubsequences: false).first
                .map(String.init)
        } else {
            line = try typed()
        }
        guard let line, (8...1_024).contains(line.utf8.count) else {
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
        prompt("Password: ")
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            prompt("\n")
        }
        return readLine()
    }

    /// To standard error: standard output may be a pipe.
    private func prompt(_ text: String) {
        write(STDERR_FILENO, text, text.utf8.count)
    }
}
