/// Why an operation failed.
package struct OperationFailure: Error, Codable, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// What it is about: a file, a table, a destination; may be empty.
    package var object: String
    /// A sentence for a person. It never holds a secret.
    package var message: String

    /// What kind of failure it is, as far as the executor decides by it.
    package enum Code: String, Codable, Sendable, CaseIterable {
        /// Cassandra on the node does not answer.
        case nodeDown = "node_down"
        /// Less free space than the floor, or than the operation needs.
        case noSpace = "no_space"
        /// A file is missing, cut off or differs from its digest or hash.
        case corrupt
        /// What is asked for is not there: a snapshot, a backup, a table.
        case notFound = "not_found"
        /// Not permitted by the destination, or outside the agent's allowed roots.
        case denied
        /// A snapshot of the name exists and is not of this job.
        case conflict
        /// A tool (nodetool, sstableloader, cqlsh) failed; its own sentence is the message.
        case tool
        /// The destination cannot be reached or failed in a way that may pass.
        case unreachable
        /// The parameters make no sense to this agent.
        case invalid
        /// The agent was restarted and this operation cannot go on by itself.
        case interrupted
        /// Anything else; the agent's log has the details.
        case internalError = "internal"

        /// Whether doing the same again may help.
        package var mayPass: Bool {
            switch self {
            case .nodeDown, .unreachable, .interrupted, .internalError: true
            case .noSpace, .corrupt, .notFound, .denied, .conflict, .tool, .invalid: false
            }
        }
    }

    package init(code: Code, object: String, message: String) {
        self.code = code
        self.object = object
        self.message = message
    }

    package var description: String { message }
}
