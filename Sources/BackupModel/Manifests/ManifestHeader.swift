/// What `backup.json` says about one node's part of a backup, but for its files.
///
/// The members are those of repository format 1; see `RepositoryFormat` in the documentation. The
/// file is the last that is written: the backup of the node exists when it does.
package struct ManifestHeader: Hashable, Sendable, Codable {
    /// Always 1.
    package var format: Int
    package var tag: BackupTag
    package var scheduleID: String?
    /// The cluster's id in the service that wrote this.
    package var cluster: String
    package var clusterName: String
    package var hostID: HostID
    /// The node's address at the time.
    package var node: String
    package var datacenter: String
    package var rack: String
    package var tokens: [String]
    package var partitioner: String
    package var cassandraVersion: String
    package var schemaVersion: String
    /// Seconds since 1970 at which the snapshot was asked for: the backup's own time.
    package var snapshotTime: Int64
    /// Seconds since 1970 at which this file was written.
    package var writtenTime: Int64
    /// Every node that the backup was to hold, with how its snapshot went.
    package var hosts: [HostOutcome]
    /// Every table of this node that the backup was to hold, with how it went.
    package var tables: [TableOutcome]
    /// The schema of each keyspace, as the node described it at the snapshot.
    package var schema: [KeyspaceSchema]
    /// What the backup was to hold, as `TableSelection` has it: old versions of Cassandra leave no
    /// trace of a table that is empty. `nil` where that is not told.
    package var selection: [String: [String]]?

    package init(
        tag: BackupTag, scheduleID: String?, cluster: String, clusterName: String, hostID: HostID,
        node: String, datacenter: String, rack: String, tokens: [String], partitioner: String,
        cassandraVersion: String, schemaVersion: String, snapshotTime: Int64, writtenTime: Int64,
        hosts: [HostOutcome], tables: [TableOutcome], schema: [KeyspaceSchema],
        selection: [String: [String]]? = nil
    ) {
        self.format = 1
        self.tag = tag
        self.scheduleID = scheduleID
        self.cluster = cluster
        self.clusterName = clusterName
        self.hostID = hostID
        self.node = node
        self.datacenter = datacenter
        self.rack = rack
        self.tokens = tokens
        self.partitioner = partitioner
        self.cassandraVersion = cassandraVersion
        self.schemaVersion = schemaVersion
        self.snapshotTime = snapshotTime
        self.writtenTime = writtenTime
        self.hosts = hosts
        self.tables = tables
        self.schema = schema
        self.selection = selection
    }

    enum CodingKeys: String, CodingKey {
        case format, tag, cluster, node, datacenter, rack, tokens, partitioner, hosts, tables,
            schema, selection
        case scheduleID = "schedule_id"
        case clusterName = "cluster_name"
        case hostID = "host_id"
        case cassandraVersion = "cassandra_version"
        case schemaVersion = "schema_version"
        case snapshotTime = "snapshot_time"
        case writtenTime = "written_time"
    }
}
