package import AgentProtocol
import BackupModel
import FoundationEssentials

extension CaptureSnapshot: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let folders = try context.directories.snapshot(tag, of: selection)
        guard !folders.isEmpty else {
            throw OperationFailure(
                code: .notFound, object: tag.text, message: "There is no snapshot \(tag).")
        }
        let facts = try await context.nodetool.facts(
            address: context.configuration.cassandra.address)
        let schema = try await context.cql.schema()
        let writer = try ManifestWriter(path: context.manifestPath(tag))
        var tables: [TableOutcome] = []
        for (name, parts) in Dictionary(grouping: folders, by: \.table).sorted(by: {
            $0.key < $1.key
        }) {
            try Task.checkCancellation()
            tables.append(
                try await capture(name, parts, into: writer, in: context, progress: progress))
        }
        if let failed = tables.first(where: { $0.outcome != .success }) {
            throw OperationFailure(
                code: .corrupt, object: failed.name.description,
                message: failed.message ?? "\(failed.name) could not be captured.")
        }
        try writer.finish(
            ManifestHeader(
                tag: tag, scheduleID: scheduleID, cluster: cluster, clusterName: clusterName,
                hostID: facts.hostID, node: context.configuration.cassandra.address,
                datacenter: facts.datacenter, rack: facts.rack, tokens: facts.tokens,
                partitioner: "", cassandraVersion: facts.cassandraVersion,
                schemaVersion: facts.schemaVersions[context.configuration.cassandra.address] ?? "",
                snapshotTime: snapshotTime, writtenTime: Int64(Date().timeIntervalSince1970),
                hosts: hosts, tables: tables,
                schema: schema.filter { selection.contains(keyspace: $0.key) }
                    .sorted { $0.key < $1.key }
                    .map { KeyspaceSchema(keyspace: $0.key, statements: $0.value.map(\.text)) }))
        return Result(tables: tables)
    }

    private func capture(
        _ name: TableName, _ parts: [DataDirectories.SnapshotFolder], into writer: ManifestWriter,
        in context: AgentContext, progress: OperationProgress
    ) async throws -> TableOutcome {
        var outcome = TableOutcome(
            keyspace: name.keyspace, table: name.table, tableID: parts.first?.tableID,
            outcome: .success, files: 0, size: 0)
        await progress.expect(name, files: 0, size: 0)
        do {
            for part in parts {
                for sstable in try SnapshotInventory(folder: part).sstables {
                    let entries = try await capture(sstable, of: part, in: context)
                    for entry in entries { try writer.add(entry) }
                    let size = entries.reduce(0) { $0 + ($1.size ?? 0) }
                    outcome.files += entries.count
                    outcome.size += size
                    await progress.expect(name, files: entries.count, size: size)
                    await progress.advance(name, files: entries.count, size: size)
                }
            }
        } catch let failure as OperationFailure {
            outcome.outcome = .error
            outcome.message = failure.message
        }
        return outcome
    }

    /// Checks and hashes the files of one SSTable. A hash from the register stands for a file whose
    /// digest was checked when it was first read.
    private func capture(
        _ sstable: SnapshotInventory.SSTable, of part: DataDirectories.SnapshotFolder,
        in context: AgentContext
    ) async throws -> [ManifestEntry] {
        let check = CaptureCheck(folder: part.path, files: sstable.files)
        try check.checkComponents()
        var entries: [ManifestEntry] = []
        var learned: [(HashRegister.Identity, String)] = []
        for (name, file) in sstable.files.sorted(by: { $0.value < $1.value }) {
            let path = "\(part.path)/\(file)"
            guard let identity = HashRegister.Identity(path: path) else {
                throw OperationFailure(
                    code: .corrupt, object: file, message: "\(path) has gone from the snapshot.")
            }
            let sha256: String
            if let known = try await context.register.sha256(of: identity) {
                sha256 = known
            } else {
                let extras = check.extras
                let digest = try await context.files.run {
                    try FileHasher.digest(path: path, extras: extras)
                }
                guard digest.size == identity.size else {
                    throw OperationFailure(
                        code: .corrupt, object: file, message: "\(path) changed while it was read.")
                }
                if name.component == "Data.db" { try check.check(digest) }
                sha256 = digest.sha256
                learned.append((identity, sha256))
            }
            entries.append(
                ManifestEntry(
                    name: RepositoryLayout.objectName(
                        sha256: sha256, file: file, compressed: false),
                    uniquifier: sha256, keyspace: part.table.keyspace, table: part.table.table,
                    version: name.version, file: file, size: identity.size, sha256: sha256,
                    tableID: part.tableID, compression: nil))
        }
        try await context.register.record(learned)
        return entries
    }
}
