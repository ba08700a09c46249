package import AgentProtocol

/// Why a node did not do its part.
package struct NodeFailure: Hashable, Sendable {
    /// Whether the node is simply away: its agent or its Cassandra does not answer.
    package var isAbsence: Bool
    package var message: String

    package init(isAbsence: Bool, message: String) {
        self.isAbsence = isAbsence
        self.message = message
    }

    /// What an operation's failure means for the run.
    package init(_ failure: OperationFailure) {
        isAbsence = failure.code == .nodeDown || failure.code == .unreachable
        message = failure.message
    }
}
