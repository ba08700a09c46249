import Passwords
import Prefork

/// Has another process hash, so that a worker never grows by the memory that it takes.
struct HelperHasher: PasswordHasher {
    let helper: HelperProcess

    func hash(_ password: String) throws -> PasswordHash {
        PasswordHash(stored: String(decoding: try ask(.hash(password)), as: UTF8.self))
    }

    func matches(_ password: String, _ hash: PasswordHash) throws -> Bool {
        try ask(.matches(password, hash)) == Array(PasswordQuestion.yes.utf8)
    }

    private func ask(_ question: PasswordQuestion) throws -> [UInt8] {
        try helper.ask(question.bytes)
    }
}
