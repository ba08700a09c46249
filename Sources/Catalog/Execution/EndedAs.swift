package import BackupModel

/// How a copy, an event or a request ended.
package struct EndedAs: Hashable, Sendable, Codable {
    package var outcome: Outcome
    /// The cause with the node's name, where it is not `success`.
    package var message: String?

    package init(_ outcome: Outcome, message: String? = nil) {
        self.outcome = outcome
        self.message = message
    }

    package static let success = EndedAs(.success)

    package static func error(_ message: String) -> EndedAs {
        EndedAs(.error, message: message)
    }
}
