package import AgentProtocol

/// cqlsh did not do what was asked, with its own sentence.
package struct CQLError: CassandraFailure, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        /// No node answers.
        case nodeDown = "node_down"
        case authentication
        case unauthorized
        case unknownKeyspace = "unknown_keyspace"
        case unknownTable = "unknown_table"
        case alreadyExists = "already_exists"
        /// Not enough replicas are up for what was asked; TRUNCATE needs every node.
        case unavailable
        /// The cluster took too long; what was asked may have been done.
        case timedOut = "timed_out"
        case syntax
        case failed
    }

    package var code: Code
    /// The statement, cut to its first words; it holds no data.
    package var statement: String
    package var sentence: String

    package init(code: Code, statement: String, sentence: String) {
        self.code = code
        self.statement = statement
        self.sentence = sentence
    }

    /// No node answers; asking again may help.
    package var isNodeDown: Bool { code == .nodeDown }

    package var failure: OperationFailure {
        let kind: OperationFailure.Code =
            switch code {
            case .nodeDown: .nodeDown
            case .unavailable, .timedOut: .unreachable
            case .authentication, .unauthorized: .denied
            case .unknownKeyspace, .unknownTable: .notFound
            case .alreadyExists: .conflict
            case .syntax, .failed: .tool
            }
        return OperationFailure(
            code: kind, object: statement, message: "cqlsh, \(statement): \(sentence)")
    }
}
