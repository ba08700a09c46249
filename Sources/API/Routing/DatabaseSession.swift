package import Postgres
package import Statements

/// A worker's one connection; a lost one is replaced at the next request.
package final class DatabaseSession {
    private let conninfo: String
    /// The `X-Request-ID` of the request in hand; empty where it has none.
    package var trace = ""
    private var connection: Connection?
    /// The number of the server session in which the last statement ran: another one where the connection
    /// was made again before it, be it to another server.
    package private(set) var session = 0

    package init(conninfo: String) {
        self.conninfo = conninfo
    }

    /// Runs `body` in a transaction.
    package func transaction<Result>(
        permitting clusters: PermittedClusters, _ body: (Connection) throws -> Result
    ) throws -> Result {
        try withConnection { try $0.transaction(permitting: clusters, trace: trace, body) }
    }

    /// Runs a statement that changes nothing, outside of a transaction. A connection that turns out
    /// to be gone is made again, once.
    package func read(_ name: some NamedStatement, _ parameters: Parameter...) throws -> Rows {
        let statement = try SQLText.statement(name.rawValue)
        do {
            return try withConnection { try $0.run(statement, parameters) }
        } catch let error as PostgresError where error.isConnectionLost {
            return try withConnection { try $0.run(statement, parameters) }
        }
    }

    /// Runs a statement that changes nothing in a transaction of its own that sees these clusters. A
    /// connection that turns out to be gone is made again, once.
    package func read(
        _ name: some NamedStatement, _ parameters: [Parameter],
        permitting clusters: PermittedClusters
    ) throws -> Rows {
        let statement = try SQLText.statement(name.rawValue)
        return try withConnection { try $0.read(statement, parameters, permitting: clusters) }
    }

    /// Runs statements that change nothing in one transaction and one message; the first says what the
    /// others may see. A connection that turns out to be gone is made again, once.
    package func readAtOnce(_ statements: [BoundStatement]) throws -> [Rows] {
        try withConnection { try $0.readAtOnce(statements) }
    }

    /// Runs statements in one transaction and one message, with one before them that says what they may
    /// see.
    package func runAtOnce(
        _ statements: [BoundStatement], permittedBy permission: BoundStatement
    ) throws -> [Rows] {
        try withConnection { try $0.runAtOnce(statements, permittedBy: permission) }
    }

    /// Runs `body` with the connection, in no transaction.
    package func withConnection<Result>(
        _ body: (Connection) throws -> Result
    ) throws -> Result {
        let connection = try connection ?? connect()
        let reconnections = connection.reconnections
        defer {
            session += connection.reconnections - reconnections
            if !connection.isUsable { self.connection = nil }
        }
        return try body(connection)
    }

    private func connect() throws -> Connection {
        let connection = try Connection(conninfo: conninfo)
        session += 1
        self.connection = connection
        return connection
    }
}
