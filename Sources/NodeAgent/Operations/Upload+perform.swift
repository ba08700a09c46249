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
        let known = try await survey(target, layout, context)
        let sender = FileSender(
            tag: tag, target: target, layout: layout, compresses: options.compressed,
            sendsLargeFilesAlone: width > AgentContext.filesAtOnce, context: context)
        let compressed =
            options.compressed
            ? try DestinationManifest(header, in: context.configuration.stateDirectory) : nil
        try await inOrder(width: width) { submit in
            try await forEachBatch(of: path, in: context) { batch in
                let sizes = try await sizes(
                    of: batch.flatMap(sender.names), on: target, layout, known)
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
    private var width: Int {
        if case .local = destination.location { AgentContext.filesAtOnce } else { 8 }
    }

    /// What the destination has, found by one listing instead of a question per file; `nil` for a
    /// folder, where a question costs next to nothing.
    private func survey(
        _ target: any Destination, _ layout: RepositoryLayout, _ context: AgentContext
    ) async throws -> ObjectIndex? {
        if case .local = destination.location { return nil }
        let index = try ObjectIndex(in: context.configuration.stateDirectory)
        try await index.add(objectsOf: layout, on: target)
        return index
    }

    /// The sizes of those of a batch's objects that are there; `nil`: each is to be asked for.
    private func sizes(
        of names: [String], on target: any Destination, _ layout: RepositoryLayout,
        _ known: ObjectIndex?
    ) async throws -> [String: Int64]? {
        if let known { return try await known.sizes(of: names) }
        guard let local = target as? LocalDestination else { return nil }
        let sizes = try await local.sizes(of: names.map(layout.object(named:)))
        var found: [String: Int64] = [:]
        for (name, size) in zip(names, sizes) { found[name] = size }
        return found
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
