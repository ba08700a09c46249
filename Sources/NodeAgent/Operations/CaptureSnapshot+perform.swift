package import AgentProtocol
package import BackupModel
import Destinations
import FoundationEssentials

extension CaptureSnapshot: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let began = ContinuousClock.now
        let inventory = SnapshotInventory(directories: context.directories, tag: tag)
        let found = try inventory.tables(selection)
        guard !found.isEmpty else {
            throw OperationFailure(
                code: .notFound, object: tag.text, message: "There is no snapshot \(tag).")
        }
        let node = try await context.describer.describe()
        let schema = Dictionary(
            grouping: try await context.cql.describeSchema(), by: \.keyspace)
        let targets = targets.compactMap { open($0, of: node.hostID, in: context) }
        let writer = try ManifestWriter(path: context.manifestPath(tag))
        let tables = try await SendLine.around { line in
            let capture = SSTableCapture(
                register: context.register, threads: context.files, targets: targets, line: line)
            var tables: [TableOutcome] = []
            for table in found {
                tables.append(
                    try await self.capture(
                        table, of: inventory, with: capture, into: writer, progress))
                tables[tables.count - 1].identity = node.tableIdentities[table.table]
            }
            return tables
        }
        for target in targets { try await context.files.run { target.finish() } }
        try await context.register.flush()
        try await remember(targets, in: context)
        context.acknowledged.keep(try await acknowledged(by: targets), of: tag)
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
                    },
                selection: selection.keyspaces))
        return Result(
            tables: tables, milliseconds: began.millisecondsAgo, tokens: node.tokens)
    }

    /// Files, and bytes, of SSTables that are captured together.
    private static let batchFiles = 64
    private static let batchBytes: Int64 = 2 << 20

    /// A destination that may share in the reading. One that cannot be opened is left to the
    /// upload, which tells why; so is one with a limit of its rate, which must not slow the capture,
    /// and one whose files are compressed.
    private func open(
        _ target: Target, of host: HostID, in context: AgentContext
    ) -> EarlyTarget? {
        guard target.options.throttle == nil, !target.options.compressed,
            target.destination.location.throttle == 0
        else { return nil }
        do {
            let destination = try context.open(target.destination)
            return EarlyTarget(
                destination, id: target.destination.id, layout: RepositoryLayout(hostID: host),
                index: destination is any OnePassDestination
                    ? nil : try ObjectIndex(in: context.configuration.stateDirectory))
        } catch {
            return nil
        }
    }

    private func acknowledged(
        by targets: [EarlyTarget]
    ) async throws -> [DestinationDescription: ObjectIndex] {
        var indexes: [DestinationDescription: ObjectIndex] = [:]
        for target in targets {
            guard let index = try await target.acknowledged() else { continue }
            for one in self.targets where one.destination.id == target.id {
                indexes[one.destination] = index
            }
        }
        return indexes
    }

    private func remember(_ targets: [EarlyTarget], in context: AgentContext) async throws {
        let tag = tag
        try await context.database.write { database in
            for target in targets {
                try StoredBytes.add(
                    target.newBytes, tag: tag, destinationID: target.id, in: database)
            }
        }
    }

    /// Checks, hashes and notes the files of one table. A table that does not pass says why.
    private func capture(
        _ table: SnapshotInventory.Table, of inventory: SnapshotInventory,
        with capture: SSTableCapture, into writer: ManifestWriter, _ progress: OperationProgress
    ) async throws -> TableOutcome {
        let name = table.table
        var outcome = TableOutcome(
            keyspace: name.keyspace, table: name.table, tableID: table.tableID,
            outcome: .success, files: 0, size: 0)
        await progress.expect(name, files: 0, size: 0)
        do {
            var sstables = inventory.sstables(of: table)
            try await inOrder(width: AgentContext.filesAtOnce) { submit in
                while true {
                    let batch = try sstables.nextBatch(
                        files: Self.batchFiles, bytes: Self.batchBytes)
                    guard !batch.isEmpty else { break }
                    await progress.expect(
                        name, files: batch.reduce(0) { $0 + $1.components.count },
                        size: batch.reduce(0) { $0 + $1.size })
                    try await submit {
                        let captured = try await capture.capture(batch)
                        return zip(batch, captured).flatMap { sstable, files in
                            files.map { Self.entry($0, of: sstable) }
                        }
                    }
                }
            } each: { (entries: [ManifestEntry]) in
                for entry in entries { try writer.add(entry) }
                let size = entries.reduce(0) { $0 + ($1.size ?? 0) }
                outcome.files += entries.count
                outcome.size += size
                await progress.advance(name, files: entries.count, size: size)
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

    /// What the manifest says of a captured file.
    package static func entry(
        _ file: SSTableCapture.File, of sstable: SSTable
    ) -> ManifestEntry {
        let sha256 = file.hashes.sha256
        return ManifestEntry(
            name: file.objectName, uniquifier: sha256, keyspace: sstable.table.keyspace,
            table: sstable.table.table,
            version: sstable.descriptor.version, file: file.component.file,
            size: file.component.size, sha256: sha256, tableID: sstable.tableID, compression: nil)
    }
}
