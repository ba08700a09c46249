package import Postgres
import Statements

/// The tokens with which agents join a cluster, each once, and the end of what they open.
package struct EnrolmentTokens {
    private let connection: Connection

    enum Name: String, NamedStatement {
        case add = "enrolment_token_add"
        case use = "enrolment_token_use"
        case revoke = "enrolment_revoke"
    }

    /// - Parameter connection: in a transaction that permits the cluster.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Remembers a token by its SHA-256.
    package func add(clusterID: String, hash: [UInt8], hours: Int) throws {
        try connection.run(Name.add, .text(clusterID), .bytes(hash), .number(hours))
    }

    /// Uses a token up; answers whether it was good.
    package func use(clusterID: String, hash: [UInt8], hostID: String) throws -> Bool {
        try connection.run(Name.use, .text(clusterID), .bytes(hash), .text(hostID)).affected == 1
    }

    /// Ends what a host's agent has been given: the API and the executors know it no more, until it
    /// joins anew. Answers whether there was one.
    package func revokeAgent(clusterID: String, hostID: String) throws -> Bool {
        try connection.run(Name.revoke, .text(clusterID), .text(hostID)).affected == 1
    }
}
