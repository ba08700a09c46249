package import AgentProtocol
import BackupModel
import FoundationEssentials

extension InspectRestore: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        if FolderReader.isFolder("\(context.configuration.staging)/\(stagingID)") {
            // The restore that follows counts on what this one finds.
            try context.noteUse(ofStaging: stagingID)
        }
        let staging = try Self.room(context.configuration.staging)
        let data = Dictionary(
            try context.directories.paths.map(Self.room).map { ($0.device, $0) },
            uniquingKeysWith: { first, _ in first })
        var result = Result(
            origins: [], differences: [], replication: [:], staging: staging,
            data: data.values.sorted { $0.device < $1.device },
            stagedBytes: try await context.files.run { try stagedBytes(in: context) },
            loaded: try await context.loadedParts(of: stagingID))
        var stored: [String: [CQLStatement]] = [:]
        var wanted: [TableName: String?] = [:]
        for source in sources {
            let header = try await context.withSourceManifest(source, tag: tag) { manifest in
                try await manifest.header()
            }
            result.origins.append(
                Origin(
                    host: header.hostID, tokens: header.tokens, datacenter: header.datacenter,
                    rack: header.rack, hosts: header.hosts))
            guard comparesSchema else { continue }
            for table in header.tables where isRestored(table.name) {
                wanted.updateValue(table.tableID, forKey: table.name)
            }
            let schema = try await context.storedSchema(
                header, source: source, tag: tag, selection: selection)
            stored.merge(schema) { known, _ in known }
        }
        guard comparesSchema else { return result }
        for (keyspace, statements) in stored {
            result.replication[keyspace] =
                statements.first { $0.kind == .keyspace }?.replication
        }
        result.differences = try await differences(stored, wanted, context)
        return result
    }

    /// Cassandra's own keyspaces are never restored.
    private func isRestored(_ table: TableName) -> Bool {
        selection.contains(table) && !table.keyspace.hasPrefix("system")
    }

    private static func room(_ path: String) throws -> FileSystemRoom {
        let space = try FileSystemSpace(path: path)
        return FileSystemRoom(device: space.device, freeBytes: space.freeBytes)
    }

    /// What an earlier attempt left, which need not be brought again.
    private func stagedBytes(in context: AgentContext) throws -> Int64 {
        let folder = "\(context.configuration.staging)/\(stagingID)"
        guard FileManager.default.fileExists(atPath: folder) else { return 0 }
        return try FileManager.default.subpathsOfDirectory(atPath: folder).reduce(0) { sum, path in
            guard path.hasSuffix(".db") else { return sum }
            return sum + Int64(try FileIdentity(path: "\(folder)/\(path)").size)
        }
    }

    private func differences(
        _ stored: [String: [CQLStatement]], _ wanted: [TableName: String?], _ context: AgentContext
    ) async throws -> [SchemaDifference] {
        let live = try await context.cql.describeSchema()
        let storedIDs = wanted.compactMapValues { $0 }
        let liveIDs = storedIDs.isEmpty ? [:] : try await context.cql.tableIDs()
        return Dictionary(grouping: wanted.keys, by: \.keyspace).sorted { $0.key < $1.key }
            .flatMap { keyspace, tables in
                let now = rename[keyspace] ?? keyspace
                return SchemaComparison(
                    keyspace: keyspace, stored: stored[keyspace] ?? [],
                    live: live.filter { $0.keyspace == now },
                    tableIDs: (
                        Self.byTable(storedIDs, of: keyspace), Self.byTable(liveIDs, of: now)
                    )
                ).differences(wanted: tables.map(\.table))
            }
    }

    private static func byTable(
        _ ids: [TableName: String], of keyspace: String
    ) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: ids.filter { $0.key.keyspace == keyspace }.map {
                ($0.key.table, $0.value)
            })
    }
}
