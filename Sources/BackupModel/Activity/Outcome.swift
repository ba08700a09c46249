/// How a request, an event or a copy of a backup stands.
package enum Outcome: String, Sendable, Codable, CaseIterable {
    /// Under way, or waiting for its turn.
    case running
    /// Everything that was asked for is durable and verified.
    case success
    /// Something of it is durable and verified, and the message says what is not.
    case partial
    /// Nothing usable came of it, and the message says why.
    case error
    /// Somebody called it off.
    case cancelled

    /// Whether it will not change any more.
    package var isTerminal: Bool { self != .running }
}
