package import Postgres
import Statements

/// The tokens with which agents join a cluster, each once.
package struct EnrolmentTokens {
    private let connection: Connection

    enum Name: String, NamedStatement {
        case add = "enrolment_token_add"
        case use = "enrolment_token_use"
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
}
