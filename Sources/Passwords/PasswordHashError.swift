/// A password could not be hashed or compared.
package struct PasswordHashError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case noLibrary, noMemory, badQuestion
    }

    package var code: Code

    package var description: String {
        switch code {
        case .noLibrary: "libsodium does not start"
        case .badQuestion: "the question about a password cannot be read"
        case .noMemory: "there are no 9 MiB of memory to hash a password"
        }
    }
}
