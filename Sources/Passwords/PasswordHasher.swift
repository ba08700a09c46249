/// Who hashes passwords and compares them with hashes.
package protocol PasswordHasher {
    /// A password's hash under a new salt.
    func hash(_ password: String) throws -> PasswordHash

    /// Whether it is the hash of this password.
    func matches(_ password: String, _ hash: PasswordHash) throws -> Bool
}
