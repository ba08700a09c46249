package import Postgres

/// A worker's one connection; a lost one is replaced at the next request.
package final class DatabaseSession {
    private let conninfo: String
    private var connection: Connection?

    package init(conninfo: String) {
        self.conninfo = conninfo
    }

    /// Runs `body` in a transaction.
    package func transaction<Result>(
        permitting clusters: PermittedClusters, _ body: (Connection) throws -> Result
    ) throws -> Result {
        try withConnection { try $0.transaction(permitting: clusters, body) }
    }

    /// Runs `body` with the connection, in no transaction.
    package func withConnection<Result>(
        _ body: (Connection) throws -> Result
    ) throws -> Result {
        let connection = try connection ?? Connection(conninfo: conninfo)
        self.connection = connection
        defer { if !connection.isUsable { self.connection = nil } }
        return try body(connection)
    }
}
