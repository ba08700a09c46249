package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension Upload: PerformableOperation {
    /// Files that go up at the same time.
    private static let width = 4

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let target = try context.open(destination)
        let path = context.manifestPath(tag)
        guard FileManager.default.fileExists(atPath: path) else {
            throw OperationFailure(
                code: .notFound, object: tag.text,
                message: "The node has no captured snapshot \(tag).")
        }
        let header = try await context.readManifest(path)
        let layout = RepositoryLayout(hostID: header.hostID)
        for table in header.tables {
            await progress.expect(table.name, files: table.files, size: table.size)
        }
        var newBytes: [TableName: Int64] = [:]
        var batch: [ManifestEntry] = []
        func send() async throws {
            let stored = try await store(
                batch, on: target, layout, in: context, progress: progress)
            newBytes.merge(stored) { $0 + $1 }
            batch = []
        }
        try await context.readManifest(path) { entry in
            batch.append(entry)
            if batch.count == 256 { try await send() }
        }
        try await send()
        for keyspace in header.schema {
            try await target.replace(
                BytesSource(Array(JSONEncoder().encode(keyspace))),
                as: layout.schema(tag, keyspace: keyspace.keyspace))
        }
        // Settles all that was stored, and only then makes the backup exist.
        try await target.replace(
            FileSource(path: path, threads: context.files), as: layout.manifest(tag))
        return Result(
            tables: header.tables.map { table in
                var table = table
                table.newSize = newBytes[table.name] ?? 0
                return table
            }, storedBytes: newBytes.values.reduce(0, +))
    }

    /// Sends what the destination lacks of these files; answers the bytes sent, by table.
    private func store(
        _ batch: [ManifestEntry], on target: any Destination, _ layout: RepositoryLayout,
        in context: AgentContext, progress: OperationProgress
    ) async throws -> [TableName: Int64] {
        try await withThrowingTaskGroup(of: (TableName, Int64).self) { group in
            var sent: [TableName: Int64] = [:]
            for (index, entry) in batch.enumerated() {
                if index >= Self.width, let (table, size) = try await group.next() {
                    sent[table, default: 0] += size
                }
                try Task.checkCancellation()
                group.addTask { try await send(entry, to: target, layout, context, progress) }
            }
            for try await (table, size) in group { sent[table, default: 0] += size }
            return sent
        }
    }

    private func send(
        _ entry: ManifestEntry, to target: any Destination, _ layout: RepositoryLayout,
        _ context: AgentContext, _ progress: OperationProgress
    ) async throws -> (TableName, Int64) {
        let table = TableName(keyspace: entry.keyspace, table: entry.table)
        guard let file = context.directories.file(entry, of: tag), let sha256 = entry.sha256,
            let size = entry.size
        else {
            throw OperationFailure(
                code: .corrupt, object: entry.name,
                message: "\(entry.file ?? entry.name) has gone from the snapshot \(tag).")
        }
        let name = layout.object(named: entry.name)
        let outcome = try await target.store(
            FileSource(path: file, threads: context.files), as: name,
            expecting: ObjectContent(sha256: sha256, size: size))
        if outcome == .alreadyThere, let stored = try await target.size(of: name), stored != size {
            throw OperationFailure(
                code: .corrupt, object: name,
                message: "\(name) on \(target.label) has \(stored) bytes, expected \(size).")
        }
        await progress.advance(table, files: 1, size: size)
        return (table, outcome == .stored ? size : 0)
    }
}
