/// Who nodetool says it is. The password stays in its file.
package struct JMXCredentials: Sendable, Hashable {
    package var user: String
    /// Path of a JMX password file (`user password` lines), readable by the agent alone.
    package var passwordFile: String

    package init(user: String, passwordFile: String) {
        self.user = user
        self.passwordFile = passwordFile
    }

    var arguments: [String] { ["-u", user, "-pwf", passwordFile] }
}
