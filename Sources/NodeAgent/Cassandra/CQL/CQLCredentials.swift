import SystemPackage

/// Credentials for cqlsh, as a file that only the agent can read: a password never stands in an
/// argument list.
package enum CQLCredentials {
    /// Writes a cqlshrc from a user and the first line of a password file.
    ///
    /// - Returns: the path that was written, mode 0600.
    /// - Throws: `Errno`; `CQLError` where the password cannot stand in a cqlshrc.
    package static func writeCQLSHRC(
        user: String, passwordFile: String, into directory: String
    ) throws -> String {
        let source = try FileDescriptor.open(FilePath(passwordFile), .readOnly)
        let bytes = try source.closeAfter {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
            return buffer.prefix(count)
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let password = String(decoding: line, as: UTF8.self)
        guard !password.isEmpty, !user.contains(where: \.isNewline) else {
            throw CQLError(
                code: .authentication, statement: "cqlshrc",
                sentence: "no password in \(passwordFile), or a line break in the user's name")
        }
        let path = FilePath(directory).appending("cqlshrc")
        let target = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try target.closeAfter {
            let text = "[authentication]\nusername = \(user)\npassword = \(password)\n"
            _ = try target.writeAll(text.utf8)
        }
        return path.string
    }
}
