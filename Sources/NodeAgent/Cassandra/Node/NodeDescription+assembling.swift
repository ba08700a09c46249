package import AgentProtocol
import BackupModel

extension NodeDescription {
    /// Puts together what nodetool and cassandra.yaml told: pure.
    ///
    /// - Throws: `NodetoolError` where gossip does not know the node itself yet.
    package init(
        info: NodeInfo, gossip: [GossipState], configuration: CassandraConfiguration,
        keyspaces: [String: NodeReport.Keyspace]
    ) throws {
        guard
            let own = gossip.first(where: { $0.hostID?.lowercased() == info.hostID.lowercased() }),
            let schemaVersion = own.schemaVersion, let release = own.releaseVersion
        else {
            throw NodetoolError(
                code: .nodeDown, command: "gossipinfo",
                sentence: "gossip does not know host id \(info.hostID) of this node yet")
        }
        let versions = gossip.filter(\.isMember).compactMap { state in
            state.schemaVersion.map { (state.address, $0) }
        }
        self.init(
            hostID: try HostID(info.hostID), address: own.address, datacenter: info.datacenter,
            rack: info.rack, tokens: info.tokens, clusterName: configuration.clusterName,
            partitioner: configuration.partitioner, schemaVersion: schemaVersion,
            cassandraVersion: release, keyspaces: keyspaces,
            schemaVersions: Dictionary(versions, uniquingKeysWith: { first, _ in first }))
    }

    /// Keyspaces as a schema describes them, with the tables of each and its replication.
    package static func keyspaces(
        of schema: [CQLStatement]
    ) -> [String: NodeReport.Keyspace] {
        var keyspaces: [String: NodeReport.Keyspace] = [:]
        for statement in schema {
            switch statement.kind {
            case .keyspace:
                keyspaces[statement.name, default: .init(tables: [], replication: [:])]
                    .replication = statement.replication ?? [:]
            case .table:
                keyspaces[statement.keyspace, default: .init(tables: [], replication: [:])]
                    .tables.append(statement.name)
            case .type, .function, .aggregate, .index, .trigger, .materializedView, .alteration,
                .other:
                break
            }
        }
        return keyspaces
    }
}
