package import BackupModel

/// What an agent tells about its node: the body of `PUT /{c}/agents/{host id}` and the answer of
/// `GET /v1/node`.
package struct NodeReport: Codable, Sendable, Hashable {
    package var hostID: HostID
    /// Cassandra's address, as the other nodes see it.
    package var address: String
    /// Where the agent listens, such as `http://127.0.1.1:8461`.
    package var agentURL: String
    package var datacenter: String
    package var rack: String
    package var tokens: [String]
    package var partitioner: String
    package var schemaVersion: String
    package var cassandraVersion: String
    package var agentVersion: String
    /// `up`, or `down` where Cassandra does not answer the agent.
    package var nodeState: String
    package var dataDirectories: [DataDirectory]
    /// Bytes, over the file systems of all data directories, each counted once.
    package var freeBytes: Int64
    /// Bytes.
    package var totalBytes: Int64
    /// Bytes in use on those file systems.
    package var usedBytes: Int64
    /// Bytes free where backups are staged.
    package var stagingFreeBytes: Int64
    /// Keyspace → what it holds.
    package var keyspaces: [String: Keyspace]
    /// Keyspace → table → what tells it from an earlier one of its name.
    package var tableIdentities: [String: [String: TableIdentity]]
    /// `nil` where commitlogs were never archived.
    package var archiveState: ArchiveState?

    /// A data directory and its file system's free bytes.
    package struct DataDirectory: Codable, Sendable, Hashable {
        package var path: String
        package var freeBytes: Int64

        package init(path: String, freeBytes: Int64) {
            self.path = path
            self.freeBytes = freeBytes
        }

        enum CodingKeys: String, CodingKey {
            case path
            case freeBytes = "free_bytes"
        }
    }

    /// A keyspace's tables and how it is replicated.
    package struct Keyspace: Codable, Sendable, Hashable {
        package var tables: [String]
        /// Options of the replication strategy, `class` among them.
        package var replication: [String: String]

        package init(tables: [String], replication: [String: String]) {
            self.tables = tables
            self.replication = replication
        }
    }

    package init(
        hostID: HostID, address: String, agentURL: String, datacenter: String, rack: String,
        tokens: [String], partitioner: String, schemaVersion: String, cassandraVersion: String,
        agentVersion: String, nodeState: String, dataDirectories: [DataDirectory],
        freeBytes: Int64, totalBytes: Int64, usedBytes: Int64, stagingFreeBytes: Int64,
        keyspaces: [String: Keyspace], tableIdentities: [String: [String: TableIdentity]] = [:],
        archiveState: ArchiveState? = nil
    ) {
        self.hostID = hostID
        self.address = address
        self.agentURL = agentURL
        self.datacenter = datacenter
        self.rack = rack
        self.tokens = tokens
        self.partitioner = partitioner
        self.schemaVersion = schemaVersion
        self.cassandraVersion = cassandraVersion
        self.agentVersion = agentVersion
        self.nodeState = nodeState
        self.dataDirectories = dataDirectories
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
        self.usedBytes = usedBytes
        self.stagingFreeBytes = stagingFreeBytes
        self.keyspaces = keyspaces
        self.tableIdentities = tableIdentities
        self.archiveState = archiveState
    }

    enum CodingKeys: String, CodingKey {
        case address, datacenter, rack, tokens, partitioner, keyspaces
        case hostID = "host_id"
        case agentURL = "agent_url"
        case schemaVersion = "schema_version"
        case cassandraVersion = "cassandra_version"
        case agentVersion = "agent_version"
        case nodeState = "node_state"
        case dataDirectories = "data_directories"
        case freeBytes = "free_bytes"
        case totalBytes = "total_bytes"
        case usedBytes = "used_bytes"
        case stagingFreeBytes = "staging_free_bytes"
        case tableIdentities = "table_identities"
        case archiveState = "archive_state"
    }
}
