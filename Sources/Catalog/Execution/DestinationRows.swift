package import Postgres
import Statements

/// Destinations as executors need them.
package struct DestinationRows {
    private let connection: Connection

    /// - Parameter connection: in a transaction that permits the cluster.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// A destination that was not removed; `nil` where there is none.
    package func find(cluster: String, id: String) throws -> StoredDestination? {
        let rows = try connection.run(ExecutionStatement.destination, .text(cluster), .text(id))
        guard let row = rows.first else { return nil }
        return StoredDestination(
            id: id, provider: try row.text(0), path: try row.text(1), settings: try row.text(2),
            sealedSecrets: try row.optionalBytes(3))
    }

    /// Removes a destination's entry, never what lies there.
    package func remove(cluster: String, id: String) throws {
        try connection.run(ExecutionStatement.destinationRemove, .text(cluster), .text(id))
    }
}
