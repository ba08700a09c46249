import AgentProtocol
import BackupModel

/// Asks Cassandra about its node. The schema is asked for again only when its version changed.
package actor NodeDescriber {
    private let nodetool: Nodetool
    private let shell: CQLShell
    private let configuration: CassandraConfiguration
    private let directories: DataDirectories
    private var known: Schema?

    /// A version of the schema, and what it holds.
    private struct Schema {
        var version: String
        var keyspaces: [String: NodeReport.Keyspace]
        var identities: [TableName: TableIdentity]
    }

    package init(
        nodetool: Nodetool, shell: CQLShell, configuration: CassandraConfiguration,
        directories: DataDirectories
    ) {
        self.nodetool = nodetool
        self.shell = shell
        self.configuration = configuration
        self.directories = directories
    }

    /// - Parameter readsSchema: whether the schema is asked for although its version is known: gossip
    ///   tells of a new one late.
    /// - Throws: `NodetoolError`, `CQLError` or `ToolFailure`; `isNodeDown` where Cassandra does not
    ///   answer.
    package func describe(readsSchema: Bool = false) async throws -> NodeDescription {
        let info = try await nodetool.info()
        let gossip = try await nodetool.gossipInfo()
        var description = try NodeDescription(
            info: info, gossip: gossip, configuration: configuration, keyspaces: [:])
        let schema = try await schema(of: description, isReadAnew: readsSchema)
        description.keyspaces = schema.keyspaces
        description.tableIdentities = schema.identities
        return description
    }

    private func schema(
        of description: NodeDescription, isReadAnew: Bool
    ) async throws -> Schema {
        if !isReadAnew, let known, known.version == description.schemaVersion { return known }
        let schema = Schema(
            version: description.schemaVersion, keyspaces: try await readKeyspaces(),
            identities: try await shell.tableIdentities(of: description.cassandraVersion))
        known = schema
        return schema
    }

    /// From the described schema, and Cassandra's own keyspaces, which that leaves out, from their
    /// folders.
    private func readKeyspaces() async throws -> [String: NodeReport.Keyspace] {
        var keyspaces = NodeDescription.keyspaces(of: try await shell.describeSchema())
        for name in try directories.keyspaces()
        where keyspaces[name] == nil && (name == "system" || name.hasPrefix("system_")) {
            let tables = try directories.newestTables(of: name).keys.map(\.table).sorted()
            keyspaces[name] = NodeReport.Keyspace(tables: tables, replication: [:])
        }
        return keyspaces
    }
}
