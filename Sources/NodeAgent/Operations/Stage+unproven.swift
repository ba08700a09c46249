import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

/// Files of which no hash is known: those of backups that OpsCenter wrote.
extension Stage {
    /// Brings one such file. It is written anew whatever an earlier attempt left.
    func fetchUnproven(
        _ entry: ManifestEntry, from origin: (any Destination)?, _ layout: RepositoryLayout,
        to root: String
    ) async throws {
        guard let origin, let file = entry.file, case .component = SSTableFileName(file),
            !file.contains("/"), TableName.isAcceptable(entry.keyspace),
            TableName.isAcceptable(entry.table)
        else {
            throw OperationFailure(
                code: .corrupt, object: entry.name,
                message: "The manifest's entry \(entry.name) cannot be used.")
        }
        let folder = "\(root)/\(entry.keyspace)/\(entry.table)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let output = try FileHandleOutput(path: "\(folder)/\(file)")
        for try await piece in try await origin.read(layout.object(named: entry.name)) {
            try output.write(Data(piece))
        }
        try output.flush()
    }

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
