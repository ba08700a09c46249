package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension Stage: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        try context.noteUse(ofStaging: stagingID)
        return try await context.withSourceManifest(source, tag: tag) { manifest in
            try await stage(manifest, in: context, progress)
        }
    }

    private func stage(
        _ manifest: SourceManifest, in context: AgentContext, _ progress: OperationProgress
    ) async throws -> Result {
        let header = try await manifest.header()
        let root = context.stagingFolder(stagingID, host: header.hostID)
        var needed: Int64 = 0
        for table in header.tables where selection.contains(table.name) {
            await progress.expect(table.name, files: table.files, size: table.size)
            needed += table.size
        }
        let free = try context.freeBytes(context.configuration.staging)
        guard free > needed else {
            throw OperationFailure(
                code: .noSpace, object: context.configuration.staging,
                message: "\(context.configuration.staging) has \(free) bytes free; "
                    + "\(needed) are needed.")
        }
        let origin: (any Destination)? =
            if case .destination(let destination, _) = source {
                try context.open(destination, throttle: throttle)
            } else {
                nil
            }
        // Before anything is written, so that no failure of the disk is missed.
        let flush = try FileSystemFlush(path: context.configuration.staging)
        var unverified = 0
        do {
            var hasUnproven = false
            try await inOrder(width: AgentContext.filesAtOnce) { submit in
                let layout = RepositoryLayout(hostID: header.hostID)
                _ = try await manifest.read { entry in
                    let table = TableName(keyspace: entry.keyspace, table: entry.table)
                    guard selection.contains(table) else { return }
                    if entry.sha256 == nil { hasUnproven = true }
                    try await submit {
                        try await fetch(entry, from: origin, layout, to: root, context)
                        return (table, entry.size ?? 0)
                    }
                }
            } each: { (table: TableName, size: Int64) in
                await progress.advance(table, files: 1, size: size)
            }
            if hasUnproven { unverified = try await checkDigests(manifest, in: root, context) }
            // Durable once for all files instead of once for each.
            try await context.files.run { try flush.flush() }
        } catch {
            // Nothing half staged stays behind, whatever was wrong with it.
            if FileManager.default.fileExists(atPath: root) {
                try FileManager.default.removeItem(atPath: root)
            }
            throw error
        }
        return Result(
            tables: header.tables.filter { selection.contains($0.name) }, unverified: unverified)
    }

    /// Brings one file, hashing it as it is written. A file that an earlier attempt staged is
    /// hashed where it lies; one of which no hash is known, OpsCenter's, is written anew.
    private func fetch(
        _ entry: ManifestEntry, from origin: (any Destination)?, _ layout: RepositoryLayout,
        to root: String, _ context: AgentContext
    ) async throws {
        guard let file = entry.file, case .component = SSTableFileName(file), !file.contains("/"),
            TableName.isAcceptable(entry.keyspace), TableName.isAcceptable(entry.table),
            entry.sha256 != nil || (origin != nil && entry.compression == nil)
        else {
            throw OperationFailure(
                code: .corrupt, object: entry.name,
                message: "The manifest's entry \(entry.name) cannot be used.")
        }
        let folder = "\(root)/\(entry.keyspace)/\(entry.table)"
        let target = "\(folder)/\(file)"
        if try await context.files.run({ try Self.isStaged(entry, in: folder, file) }) { return }
        do {
            try await bring(entry, from: origin, layout, to: target, context)
        } catch let failure as OperationFailure where failure.code == .corrupt && origin != nil {
            // What was damaged on its way is whole when it comes again; what lies there damaged
            // is not.
            try await bring(entry, from: origin, layout, to: target, context)
        }
    }

    /// Copies one file, and checks that it has become what the entry says.
    private func bring(
        _ entry: ManifestEntry, from origin: (any Destination)?, _ layout: RepositoryLayout,
        to target: String, _ context: AgentContext
    ) async throws {
        let found = try await copy(entry, from: origin, layout, to: target, context)
        guard entry.sha256 == nil || found == entry.sha256 else {
            throw Self.corrupt(entry, "its SHA-256 is \(found)")
        }
    }

    /// Whether an earlier attempt brought the file; makes the folder where it is missing. Blocks.
    private static func isStaged(
        _ entry: ManifestEntry, in folder: String, _ file: String
    ) throws -> Bool {
        try LocalFile.makeFolders(folder)
        guard let sha256 = entry.sha256, FolderReader.isFile("\(folder)/\(file)") else {
            return false
        }
        return try FileHasher().hash(path: "\(folder)/\(file)").hashes.sha256 == sha256
    }

    private static func corrupt(_ entry: ManifestEntry, _ reason: String) -> OperationFailure {
        OperationFailure(
            code: .corrupt, object: entry.name, message: "\(entry.name) is corrupt: \(reason).")
    }

    /// Writes one file as it is read and decompressed, and answers the SHA-256 of what was written.
    private func copy(
        _ entry: ManifestEntry, from origin: (any Destination)?, _ layout: RepositoryLayout,
        to target: String, _ context: AgentContext
    ) async throws -> String {
        let object = layout.object(named: entry.name)
        guard let origin else {
            guard let source = context.directories.file(entry, of: tag) else {
                throw OperationFailure(
                    code: .corrupt, object: entry.name,
                    message: "\(entry.file ?? entry.name) has gone from the snapshot \(tag).")
            }
            return try await context.files.run { try StagedFile.copy(source, to: target) }
        }
        if let local = origin as? LocalDestination, entry.compression == nil {
            // In one turn of a thread, however many pieces it has.
            let source = try local.path(of: object)
            return try await context.files.run { try StagedFile.copy(source, to: target) }
        }
        let file = try await context.files.run { try StagedFile(path: target) }
        let stored = try await origin.read(object)
        do {
            for try await piece in try stored.content(of: entry) {
                try await context.files.run { try piece.withUnsafeBytes { try file.append($0) } }
            }
        } catch let error as ZstdError where error.code != .library {
            throw Self.corrupt(entry, "\(error)")
        }
        return file.finish()
    }
}
