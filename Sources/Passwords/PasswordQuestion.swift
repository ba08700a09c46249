/// What one process asks another about a password, and its answer, as bytes.
package enum PasswordQuestion: Sendable, Hashable {
    /// For the password's hash under a new salt.
    case hash(String)
    /// Whether the password has this hash.
    case matches(String, PasswordHash)

    /// A line with the hash, empty where there is none, and then the password.
    package init(bytes: [UInt8]) throws(PasswordHashError) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            throw PasswordHashError(code: .badQuestion)
        }
        let stored = String(decoding: bytes[..<end], as: UTF8.self)
        let password = String(decoding: bytes[(end + 1)...], as: UTF8.self)
        self =
            stored.isEmpty ? .hash(password) : .matches(password, PasswordHash(stored: stored))
    }

    package var bytes: [UInt8] {
        switch self {
        case .hash(let password): Array("\n\(password)".utf8)
        case .matches(let password, let hash): Array("\(hash.text)\n\(password)".utf8)
        }
    }

    /// The answer: the hash, or `yes` or `no`.
    package func answer() throws(PasswordHashError) -> [UInt8] {
        switch self {
        case .hash(let password):
            Array(try PasswordHash(hashing: password).text.utf8)
        case .matches(let password, let hash):
            Array((try hash.matches(password) ? Self.yes : "no").utf8)
        }
    }

    /// The answer that says that a password is right.
    package static let yes = "yes"
}
