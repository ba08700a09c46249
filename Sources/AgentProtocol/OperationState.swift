/// How an operation stands.
package enum OperationState: String, Codable, Sendable {
    case running
    case succeeded
    case failed
    case cancelled

    /// Whether it will not change any more.
    package var isTerminal: Bool { self != .running }
}
