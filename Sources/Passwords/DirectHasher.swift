/// Hashes in this process.
package struct DirectHasher: PasswordHasher {
    package init() {}

    package func hash(_ password: String) throws -> PasswordHash {
        try PasswordHash(hashing: password)
    }

    package func matches(_ password: String, _ hash: PasswordHash) throws -> Bool {
        try hash.matches(password)
    }
}
