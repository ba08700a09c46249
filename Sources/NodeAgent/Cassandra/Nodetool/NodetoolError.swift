package import AgentProtocol

/// nodetool did not do what was asked, with its own sentence.
package struct NodetoolError: CassandraFailure, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        /// JMX does not answer: the node is down, or dies just now. Asking again may help.
        case nodeDown = "node_down"
        /// The node is drained; it takes no flush before it is started again.
        case drained
        /// JMX wants other credentials.
        case authentication
        case unknownKeyspace = "unknown_keyspace"
        case unknownTable = "unknown_table"
        case snapshotExists = "snapshot_exists"
        /// This version of nodetool does not know the command.
        case unsupported
        case badUsage = "bad_usage"
        /// The exit status was 0, but what tells of success was not printed.
        case unconfirmed
        /// SSTables that `import` did not take.
        case importRefused = "import_refused"
        /// Anything else.
        case failed
    }

    package var code: Code
    /// The command, such as `snapshot`.
    package var command: String
    /// nodetool's own sentence.
    package var sentence: String

    package init(code: Code, command: String, sentence: String) {
        self.code = code
        self.command = command
        self.sentence = sentence
    }

    /// Cassandra does not answer on this node.
    package var isNodeDown: Bool { code == .nodeDown }

    package var failure: OperationFailure {
        let kind: OperationFailure.Code =
            switch code {
            case .nodeDown, .drained: .nodeDown
            case .authentication: .denied
            case .unknownKeyspace, .unknownTable: .notFound
            case .snapshotExists: .conflict
            case .importRefused: .corrupt
            case .unsupported, .badUsage, .unconfirmed, .failed: .tool
            }
        return OperationFailure(
            code: kind, object: "nodetool \(command)", message: "nodetool \(command): \(sentence)")
    }
}
