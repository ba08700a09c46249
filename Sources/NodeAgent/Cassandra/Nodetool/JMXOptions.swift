/// Who nodetool says it is, and whether it speaks TLS. Passwords stay in their files.
package struct JMXOptions: Sendable, Hashable {
    package var user: String?
    /// Path of a JMX password file (`user password` lines), readable by the agent alone.
    package var passwordFile: String?
    /// Version 4.0 and newer; the stores are named in the tool's environment.
    package var ssl: Bool

    package init(user: String? = nil, passwordFile: String? = nil, ssl: Bool = false) {
        self.user = user
        self.passwordFile = passwordFile
        self.ssl = ssl
    }

    /// What stands before the command.
    package var arguments: [String] {
        var arguments: [String] = []
        if let user, let passwordFile { arguments += ["-u", user, "-pwf", passwordFile] }
        if ssl { arguments.append("--ssl") }
        return arguments
    }
}
