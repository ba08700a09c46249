package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension Upload: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let began = ContinuousClock.now
        let target = try context.open(destination, throttle: options.throttle)
        let path = context.manifestPath(tag)
        guard FileManager.default.fileExists(atPath: path) else {
            throw OperationFailure(
                code: .notFound, object: tag.text,
                message: "The node has no captured snapshot \(tag).")
        }
        let header = try await context.readManifestHeader(path)
        let layout = RepositoryLayout(hostID: header.hostID)
        for table in header.tables {
            await progress.expect(table.name, files: table.files, size: table.size)
        }
        let (tag, id) = (tag, destination.id)
        // What went there when it was captured.
        var newBytes = try await context.database.read {
            try StoredBytes.of(tag: tag, destinationID: id, in: $0)
        }
        let known = KnownObjects(
            target, layout, isFolder: isToFolder,
            acknowledged: context.acknowledged.take(destination, of: tag),
            in: context.configuration.stateDirectory)
        let sender = FileSender(
            tag: tag, target: target, layout: layout, compresses: options.compressed,
            context: context)
        let compressed =
            options.compressed
            ? try DestinationManifest(header, in: context.configuration.stateDirectory) : nil
        try await inOrder(width: width) { submit in
            try await forEachBatch(of: path, in: context) { batch in
                let sizes = try await known.sizes(of: batch.flatMap(sender.names))
                var found: [SentFile] = []
                for entry in batch {
                    if let file = try sender.found(entry, known: sizes) {
                        found.append(file)
                        continue
                    }
                    try await submit { [found] in
                        found + [try await sender.send(entry, known: sizes)]
                    }
                    found = []
                }
                if !found.isEmpty { try await submit { [found] in found } }
            }
        } each: { (files: [SentFile]) in
            for file in files {
                let table = TableName(keyspace: file.entry.keyspace, table: file.entry.table)
                newBytes[table, default: 0] += file.bytes
                try compressed?.add(file.entry)
                await progress.advance(table, files: 1, size: file.entry.size ?? 0)
            }
        }
        for keyspace in header.schema {
            try await target.replace(
                BytesSource(Array(JSONEncoder().encode(keyspace))),
                as: layout.schema(tag, keyspace: keyspace.keyspace))
        }
        // Settles all that was stored, and only then makes the backup exist.
        let manifest: any ObjectSource =
            try compressed?.finish(threads: context.files)
            ?? FileSource(path: path, threads: context.files)
        try await target.replace(manifest, as: layout.manifest(tag))
        return Result(
            tables: header.tables.map { table in
                var table = table
                table.newSize = newBytes[table.name] ?? 0
                return table
            }, storedBytes: newBytes.values.reduce(0, +),
            milliseconds: began.millisecondsAgo)
    }

    /// Files that go up at the same time: a store far away answers late, not slowly.
    private var width: Int { isToFolder ? AgentContext.filesAtOnce : 8 }

    private var isToFolder: Bool {
        if case .local = destination.location { true } else { false }
    }

    private func forEachBatch(
        of path: String, in context: AgentContext,
        _ body: ([ManifestEntry]) async throws -> Void
    ) async throws {
        var batch: [ManifestEntry] = []
        try await context.readManifest(path) { entry in
            batch.append(entry)
            guard batch.count == 256 else { return }
            try await body(batch)
            batch = []
        }
        if !batch.isEmpty { try await body(batch) }
    }
}
