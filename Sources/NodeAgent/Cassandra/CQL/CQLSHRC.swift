import SystemPackage

/// What cqlsh is told in a file that only the agent can read: a password never stands in an
/// argument list.
package struct CQLSHRC: Sendable, Hashable {
    private let user: String?
    private let passwordFile: String?
    private let tls: AgentConfiguration.TLS?

    /// - Parameter passwordFile: its first line is the password.
    package init(user: String?, passwordFile: String?, tls: AgentConfiguration.TLS?) {
        self.user = user
        self.passwordFile = passwordFile
        self.tls = tls
    }

    /// Writes the file, mode 0600, and answers its path.
    ///
    /// - Throws: `Errno`; `CQLError` where there is no password, or a value cannot stand in it.
    package func write(into directory: String) throws -> String {
        var text = ""
        if let user, let passwordFile {
            let password = try Self.firstLine(of: passwordFile)
            guard !password.isEmpty else { throw Self.refused("no password in \(passwordFile)") }
            text += "[authentication]\n" + (try Self.line("username", user))
            text += try Self.line("password", password, isInterpolated: false)
        }
        if let tls {
            text += "[connection]\nssl = true\n[ssl]\nvalidate = true\n"
            text += try Self.line("certfile", tls.caFile)
            if let file = tls.certificateFile { text += try Self.line("usercert", file) }
            if let file = tls.keyFile { text += try Self.line("userkey", file) }
        }
        let path = FilePath(directory).appending("cqlshrc")
        let target = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try target.closeAfter { _ = try target.writeAll(text.utf8) }
        return path.string
    }

    /// One option. cqlsh interpolates percent signs, in everything but the password.
    private static func line(
        _ key: String, _ value: String, isInterpolated: Bool = true
    ) throws -> String {
        guard !value.contains(where: \.isNewline) else {
            throw refused("\(key) has a line break")
        }
        guard isInterpolated else { return "\(key) = \(value)\n" }
        let parts = value.split(separator: "%", omittingEmptySubsequences: false)
        return "\(key) = \(parts.joined(separator: "%%"))\n"
    }

    private static func firstLine(of path: String) throws -> String {
        let bytes = try SmallFile.text(path: path, limit: 4_096)
        return String(bytes.prefix { !$0.isNewline })
    }

    private static func refused(_ sentence: String) -> CQLError {
        CQLError(code: .authentication, statement: "cqlshrc", sentence: sentence)
    }
}
