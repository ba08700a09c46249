import BackupModel
package import Postgres
import Statements

/// The nodes of a cluster, for those who are about to ask something of them.
package struct NodeRoster {
    private let connection: Connection

    /// How old a report may be, in seconds; agents report every 10.
    private static let freshSeconds = 30.0

    /// - Parameter connection: in a transaction that permits the cluster.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Every node whose credentials hold, by address.
    package func nodes(of cluster: String) throws -> [KnownNode] {
        let rows = try connection.run(
            ExecutionStatement.nodes, .text(cluster), .number(Self.freshSeconds))
        return try rows.map { row in
            KnownNode(
                hostID: try HostID(row.text(0)), address: try row.text(1),
                agentURL: try row.text(2), isFresh: try row.flag(7),
                isUp: try row.text(3) == "up", lastSeen: try row.optionalNumber(6),
                stagingFreeBytes: try row.number(4),
                sealedExecutorSecret: try row.optionalBytes(5) ?? [])
        }
    }

    /// The cluster's name in Cassandra.
    package func clusterName(of cluster: String) throws -> String {
        let rows = try connection.run(ExecutionStatement.cluster, .text(cluster))
        return try rows.first?.text(0) ?? cluster
    }
}
