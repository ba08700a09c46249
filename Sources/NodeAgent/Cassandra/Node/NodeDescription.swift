package import AgentProtocol
package import BackupModel

/// What Cassandra tells of its node and cluster: the part of a report that is not the agent's own.
package struct NodeDescription: Sendable, Hashable {
    package var hostID: HostID
    /// The node's address, as the other nodes see it.
    package var address: String
    package var datacenter: String
    package var rack: String
    package var tokens: [String]
    package var clusterName: String
    package var partitioner: String
    package var schemaVersion: String
    package var cassandraVersion: String
    /// Keyspace → what it holds; Cassandra's own as far as its folders tell.
    package var keyspaces: [String: NodeReport.Keyspace]
    /// Of every table that the schema holds.
    package var tableIdentities: [TableName: TableIdentity]
    /// Schema versions of all members of the ring, by address.
    package var schemaVersions: [String: String]

    package init(
        hostID: HostID, address: String, datacenter: String, rack: String, tokens: [String],
        clusterName: String, partitioner: String, schemaVersion: String, cassandraVersion: String,
        keyspaces: [String: NodeReport.Keyspace],
        tableIdentities: [TableName: TableIdentity] = [:], schemaVersions: [String: String]
    ) {
        self.hostID = hostID
        self.address = address
        self.datacenter = datacenter
        self.rack = rack
        self.tokens = tokens
        self.clusterName = clusterName
        self.partitioner = partitioner
        self.schemaVersion = schemaVersion
        self.cassandraVersion = cassandraVersion
        self.keyspaces = keyspaces
        self.tableIdentities = tableIdentities
        self.schemaVersions = schemaVersions
    }
}
