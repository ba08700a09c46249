import Passwords
import Testing

/// What a worker asks another process about a password.
@Suite struct PasswordQuestionTests {
    private static let passwords = ["correct horse", "a\nb", "\n", "a\u{0}b", "ключ", ""]

    @Test(arguments: passwords) func `it arrives as it was asked`(password: String) throws {
        for question in [
            PasswordQuestion.hash(password),
            .matches(password, PasswordHash(stored: "$argon2id$x")),
        ] {
            #expect(try PasswordQuestion(bytes: question.bytes) == question)
        }
    }

    @Test func `the answer is the hash, and whether it is the password's`() throws {
        let text = String(decoding: try PasswordQuestion.hash("right").answer(), as: UTF8.self)
        let hash = PasswordHash(stored: text)
        #expect(try PasswordQuestion.matches("right", hash).answer() == Array("yes".utf8))
        #expect(try PasswordQuestion.matches("wrong", hash).answer() == Array("no".utf8))
        #expect(try hash.matches("right"))
    }

    @Test func `what cannot be read is refused`() {
        let error = #expect(throws: PasswordHashError.self) {
            try PasswordQuestion(bytes: Array("no line".utf8))
        }
        #expect(error?.code == .badQuestion)
    }
}
