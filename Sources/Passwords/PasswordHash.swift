import CSodium

/// A password's Argon2id hash, with its salt and cost, as text.
///
/// One computation takes 9 MiB, which the kernel has back at its end, and about 30 ms: the least
/// memory that OWASP's cheat sheet names for four passes over it. A worker, which may hold 30 MB in
/// all, has it done by another process.
package struct PasswordHash: Sendable, Hashable {
    /// `$argon2id$v=19$m=9216,t=4,p=1$…`
    package let text: String

    private static let passes: UInt64 = 4
    private static let bytes = 9 * 1_024 * 1_024

    /// A hash as it was stored.
    package init(stored text: String) {
        self.text = text
    }

    /// Hashes a password under a new salt.
    ///
    /// - Throws: ``PasswordHashError`` where there is no memory for it.
    package init(hashing password: String) throws(PasswordHashError) {
        guard sodium_init() >= 0 else { throw PasswordHashError(code: .noLibrary) }
        var hash = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let status = crypto_pwhash_str_alg(
            &hash, password, UInt64(password.utf8.count), Self.passes, Self.bytes,
            crypto_pwhash_ALG_ARGON2ID13)
        guard status == 0 else { throw PasswordHashError(code: .noMemory) }
        text = String(decoding: hash.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether it is the hash of this password; compared in constant time.
    ///
    /// - Throws: ``PasswordHashError`` where the library does not start.
    package func matches(_ password: String) throws(PasswordHashError) -> Bool {
        guard sodium_init() >= 0 else { throw PasswordHashError(code: .noLibrary) }
        return crypto_pwhash_str_verify(text, password, UInt64(password.utf8.count)) == 0
    }

    /// Of a random password that nobody has kept: what is compared where there is no account, so
    /// that an answer takes as long as where there is one.
    package static let ofNobody = PasswordHash(
        stored: "$argon2id$v=19$m=9216,t=4,p=1$N1JHvmJdXtPhNtw8NKSkzA"
            + "$f+qR2MfjWmJcNzyT1KOzRRfAFCSSY7Ltl61lXm7G/3g")
}
