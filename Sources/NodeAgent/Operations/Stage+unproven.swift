import AgentProtocol
import BackupModel

/// Files of which no hash is known: those of backups that OpsCenter wrote.
extension Stage {
    /// Compares each Data.db that no hash proves with the digest that Cassandra wrote beside it.
    ///
    /// - Returns: files whose content nothing proves.
    /// - Throws: `OperationFailure` of code `corrupt` that names the first that differs.
    func checkDigests(
        _ manifest: SourceManifest, in root: String, _ context: AgentContext
    ) async throws -> Int {
        var digests = SSTableDigests()
        _ = try await manifest.read { digests.note($0) }
        let check = EntryCheck(
            files: StagedFiles(root: root, threads: context.files), digests: digests)
        var unproven = 0
        _ = try await manifest.read { entry in
            let table = TableName(keyspace: entry.keyspace, table: entry.table)
            guard entry.sha256 == nil, selection.contains(table) else { return }
            guard entry.file?.hasSuffix("-Data.db") == true else {
                unproven += 1
                return
            }
            switch try await check.read(entry) {
            case .good: return
            case .unproven: unproven += 1
            case .problem(let problem):
                throw OperationFailure(
                    code: .corrupt, object: entry.name,
                    message: "\(entry.name) is corrupt: \(problem)")
            }
        }
        return unproven
    }
}
