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
        let header = try await context.readManifest(path)
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
        let turnstile = Turnstile()
        try await inOrder(width: width) { submit in
            try await forEachBatch(of: path, in: context) { batch in
                let sizes = try await known?.sizes(of: batch.map(\.name)) ?? [:]
                for entry in batch {
                    let size = sizes[entry.name]
                    try await submit {
                        // The parts of a large file go up at the same time, and each is in memory.
                        guard (entry.size ?? 0) > Self.largeFile, width > AgentContext.filesAtOnce
                        else {
                            return try await send(entry, to: target, layout, known: size, context)
                        }
                        return try await turnstile.pass {
                            try await send(entry, to: target, layout, known: size, context)
                        }
                    }
                }
            }
        } each: { (table: TableName, size: Int64, sent: Int64) in
            newBytes[table, default: 0] += sent
            await progress.advance(table, files: 1, size: size)
        }
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
            }, storedBytes: newBytes.values.reduce(0, +),
            milliseconds: began.millisecondsAgo)
    }

    /// Bytes above which a file goes up alone to a store, in parts.
    private static let largeFile: Int64 = 8 << 20

    /// Files that go up at the same time: a store far away answers late, not slowly.
    private var width: Int {
        if case .local = destination.location { AgentContext.filesAtOnce } else { 8 }
    }

    /// What the destination has, found by one listing instead of a question per file; `nil` for a
    /// folder, where the question costs nothing.
    private func survey(
        _ target: any Destination, _ layout: RepositoryLayout, _ context: AgentContext
    ) async throws -> ObjectIndex? {
        if case .local = destination.location { return nil }
        let index = try ObjectIndex(in: context.configuration.stateDirectory)
        try await index.add(objectsOf: layout, on: target)
        return index
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

    /// Sends a file unless the destination has it; answers its bytes, and those that were sent.
    private func send(
        _ entry: ManifestEntry, to target: any Destination, _ layout: RepositoryLayout,
        known: Int64?, _ context: AgentContext
    ) async throws -> (TableName, size: Int64, sent: Int64) {
        guard let file = context.directories.file(entry, of: tag), let sha256 = entry.sha256,
            let size = entry.size
        else {
            throw OperationFailure(
                code: .corrupt, object: entry.name,
                message: "\(entry.file ?? entry.name) has gone from the snapshot \(tag).")
        }
        let name = layout.object(named: entry.name)
        var (outcome, stored) = (StoreOutcome.alreadyThere, known)
        if known == nil {
            outcome = try await target.store(
                FileSource(path: file, threads: context.files), as: name,
                expecting: ObjectContent(sha256: sha256, size: size))
            if outcome == .alreadyThere { stored = try await target.size(of: name) }
        }
        if let stored, stored != size {
            throw OperationFailure(
                code: .corrupt, object: name,
                message: "\(name) on \(target.label) has \(stored) bytes, expected \(size).")
        }
        return (
            TableName(keyspace: entry.keyspace, table: entry.table), size,
            outcome == .stored ? size : 0
        )
    }
}
