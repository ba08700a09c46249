package import AgentProtocol
import BackupModel
import FoundationEssentials

extension CaptureSnapshot: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let inventory = SnapshotInventory(directories: context.directories, tag: tag)
        let found = try inventory.tables(selection)
        guard !found.isEmpty else {
            throw OperationFailure(
                code: .notFound, object: tag.text, message: "There is no snapshot \(tag).")
        }
        let node = try await context.describer.describe()
        let schema = Dictionary(
            grouping: try await context.cql.describeSchema(), by: \.keyspace)
        let writer = try ManifestWriter(path: context.manifestPath(tag))
        var tables: [TableOutcome] = []
        for table in found {
            try Task.checkCancellation()
            tables.append(
                try await capture(table, of: inventory, into: writer, context, progress))
        }
        try await context.register.flush()
        if let failed = tables.first(where: { $0.outcome != .success }) {
            throw OperationFailure(
                code: .corrupt, object: failed.name.description,
                message: failed.message ?? "\(failed.name) could not be captured.")
        }
        try writer.finish(
            ManifestHeader(
                tag: tag, scheduleID: scheduleID, cluster: cluster, clusterName: clusterName,
                hostID: node.hostID, node: context.configuration.cassandra.address,
                datacenter: node.datacenter, rack: node.rack, tokens: node.tokens,
                partitioner: node.partitioner, cassandraVersion: node.cassandraVersion,
                schemaVersion: node.schemaVersion,
                snapshotTime: snapshotTime, writtenTime: Int64(Date().timeIntervalSince1970),
                hosts: hosts, tables: tables,
                schema: schema.filter { selection.contains(keyspace: $0.key) }
                    .sorted { $0.key < $1.key }
                    .map {
                        KeyspaceSchema(
                            keyspace: $0.key,
                            statements: CQLScript.ordered($0.value).map(\.text))
                    }))
        return Result(tables: tables)
    }

    /// Checks, hashes and notes the files of one table. A table that does not pass says why.
    private func capture(
        _ table: SnapshotInventory.Table, of inventory: SnapshotInventory,
        into writer: ManifestWriter, _ context: AgentContext, _ progress: OperationProgress
    ) async throws -> TableOutcome {
        let name = table.table
        var outcome = TableOutcome(
            keyspace: name.keyspace, table: name.table, tableID: table.tableID,
            outcome: .success, files: 0, size: 0)
        await progress.expect(name, files: 0, size: 0)
        let capture = SSTableCapture(register: context.register, threads: context.files)
        do {
            var sstables = inventory.sstables(of: table)
            while let sstable = try sstables.next() {
                try Task.checkCancellation()
                let files = try await capture.capture(sstable)
                for file in files { try writer.add(entry(file, of: sstable)) }
                outcome.files += files.count
                outcome.size += sstable.size
                await progress.expect(name, files: files.count, size: sstable.size)
                await progress.advance(name, files: files.count, size: sstable.size)
            }
        } catch let error as any CassandraFailure {
            outcome.outcome = .error
            outcome.message = error.failure.message
        } catch let failure as OperationFailure {
            outcome.outcome = .error
            outcome.message = failure.message
        }
        return outcome
    }

    private func entry(_ file: SSTableCapture.File, of sstable: SSTable) -> ManifestEntry {
        let sha256 = file.hashes.sha256
        return ManifestEntry(
            name: RepositoryLayout.objectName(
                sha256: sha256, file: file.component.file, compressed: false),
            uniquifier: sha256, keyspace: sstable.table.keyspace, table: sstable.table.table,
            version: sstable.descriptor.version, file: file.component.file,
            size: file.component.size, sha256: sha256, tableID: sstable.tableID, compression: nil)
    }
}
