/// Why a call was not answered as it should be.
package struct ServiceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// HTTP status; `nil` where nobody answered.
    package var status: Int?
    /// The service's own name of it, such as `NoSuchBackup`; empty where the answer was not its own.
    package var type: String
    /// A sentence for a person.
    package var message: String

    package init(status: Int?, type: String, message: String) {
        self.status = status
        self.type = type
        self.message = message
    }

    package var description: String { message }

    package var exitCode: CommandExit {
        switch status {
        case 400, 413: .refused
        case 401, 403: .notPermitted
        case 404, 405: .notFound
        case 409, 429: .tryLater
        default: .unavailable
        }
    }
}
