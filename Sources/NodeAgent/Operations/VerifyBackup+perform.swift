package import AgentProtocol
import BackupModel
import Destinations

extension VerifyBackup: PerformableOperation {
    /// Entries whose sizes are looked up at once.
    private static let batch = 1_000

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        try await context.withSourceManifest(source, tag: tag) { manifest in
            let digests = try await expect(manifest, progress)
            let files: any StoredFiles =
                switch source {
                case .onServer: SnapshotFiles(tag: tag, in: context)
                case .destination(let destination, let host):
                    try await DestinationFiles(
                        of: host, on: context.open(destination), in: context)
                }
            let check = EntryCheck(files: files, digests: digests)
            var result = Result()
            var batch: [ManifestEntry] = []
            _ = try await manifest.read { entry in
                batch.append(entry)
                guard batch.count == Self.batch else { return }
                try await look(at: batch, check, &result, progress)
                batch = []
            }
            try await look(at: batch, check, &result, progress)
            return result
        }
    }

    /// Tells what is to be done for each table, and finds the digests among the files.
    private func expect(
        _ manifest: SourceManifest, _ progress: OperationProgress
    ) async throws -> SSTableDigests {
        var digests = SSTableDigests()
        let header = try await manifest.header { digests.note($0) }
        for table in header.tables where table.files > 0 {
            await progress.expect(table.name, files: table.files, size: table.size)
        }
        return digests
    }

    private func look(
        at entries: [ManifestEntry], _ check: EntryCheck, _ result: inout Result,
        _ progress: OperationProgress
    ) async throws {
        let sizes = try await check.files.sizes(of: entries)
        try await withThrowingTaskGroup(of: (ManifestEntry, EntryCheck.Finding).self) { group in
            var running = 0
            for (entry, size) in zip(entries, sizes) {
                try Task.checkCancellation()
                if let problem = check.problem(entry, stored: size) {
                    await note(.problem(problem), of: entry, check, &result, progress)
                } else if !isRead(entry) {
                    await note(.good(readBytes: 0), of: entry, check, &result, progress)
                } else {
                    if running == AgentContext.filesAtOnce,
                        let (entry, finding) = try await group.next()
                    {
                        await note(finding, of: entry, check, &result, progress)
                        running -= 1
                    }
                    group.addTask { (entry, try await check.read(entry)) }
                    running += 1
                }
            }
            for try await (entry, finding) in group {
                await note(finding, of: entry, check, &result, progress)
            }
        }
    }

    /// Whether this mode reads the file's content.
    private func isRead(_ entry: ManifestEntry) -> Bool {
        switch mode {
        case .manifest: false
        case .full: true
        case .sample: Self.place(of: entry.name, among: parts) == part
        }
    }

    /// Which of the parts a name belongs to, the same on every node and at any time (FNV-1a).
    static func place(of name: String, among parts: Int) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(hash % UInt64(max(1, parts)))
    }

    private func note(
        _ finding: EntryCheck.Finding, of entry: ManifestEntry, _ check: EntryCheck,
        _ result: inout Result, _ progress: OperationProgress
    ) async {
        let table = TableName(keyspace: entry.keyspace, table: entry.table)
        result.files += 1
        switch finding {
        case .good(let bytes): result.readBytes += bytes
        case .unproven(let bytes):
            result.readBytes += bytes
            result.unverified += 1
        case .problem(let problem):
            result.problemCount += 1
            let name = check.files.name(of: entry)
            if result.problems.count < Self.toldProblems {
                result.problems.append(
                    FileProblem(
                        keyspace: entry.keyspace, table: entry.table, file: name,
                        problem: problem))
                await progress.note(table, error: "\(name): \(problem)")
            }
        }
        await progress.advance(table, files: 1, size: entry.size ?? 0)
    }
}
