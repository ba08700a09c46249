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
        let header = try ManifestReader(path: path).header()
        let layout = RepositoryLayout(hostID: header.hostID)
        for table in header.tables {
            await progress.expect(table.name, files: table.files, size: table.size)
        }
        var newBytes: [TableName: Int64] = [:]
        // Entries pass through a short queue from the reader of the manifest to the uploads.
        let (batches, feed) = AsyncThrowingStream<[ManifestEntry], any Error>.makeStream()
        let reading = Task { try await Self.read(path, into: feed) }
        defer { reading.cancel() }
        for try await batch in batches {
            let stored = try await store(
                batch, on: target, layout, in: context, progress: progress)
            newBytes.merge(stored) { $0 + $1 }
        }
        try await reading.value
        for keyspace in header.schema {
            try await putJSON(
                keyspace, as: layout.schema(tag, keyspace: keyspace.keyspace), on: target, context)
        }
        try await target.putDocument(layout.manifest(tag), file: path)
        return Result(
            tables: header.tables.map { table in
                var table = table
                table.newSize = newBytes[table.name] ?? 0
                return table
            }, storedBytes: newBytes.values.reduce(0, +))
    }

    private static func read(
        _ path: String, into feed: AsyncThrowingStream<[ManifestEntry], any Error>.Continuation
    ) async throws {
        try await Blocking.run {
            var batch: [ManifestEntry] = []
            try ManifestReader(path: path).entries { entry in
                batch.append(entry)
                if batch.count == 256 {
                    feed.yield(batch)
                    batch = []
                }
            }
            if !batch.isEmpty { feed.yield(batch) }
            feed.finish()
        }
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
        let isNew = try await target.put(
            layout.object(named: entry.name), file: file, sha256: sha256, size: size)
        await progress.advance(table, files: 1, size: size)
        return (table, isNew ? size : 0)
    }

    private func putJSON(
        _ value: some Encodable, as name: String, on target: any Destination,
        _ context: AgentContext
    ) async throws {
        let staged = "\(context.configuration.stateDirectory)/.staged-\(UUID().uuidString)"
        try JSONEncoder().encode(value).write(to: URL(filePath: staged))
        do {
            try await target.putDocument(name, file: staged)
        } catch {
            try FileManager.default.removeItem(atPath: staged)
            throw error
        }
        try FileManager.default.removeItem(atPath: staged)
    }
}
