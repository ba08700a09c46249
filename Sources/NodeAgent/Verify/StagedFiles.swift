import BackupModel
import Destinations

/// The files of a backup as they are staged for a restore.
struct StagedFiles: StoredFiles {
    /// The staging folder of one host's set of files.
    let root: String
    let threads: FileThreads

    func name(of entry: ManifestEntry) -> String { entry.file ?? entry.name }

    func sizes(of entries: [ManifestEntry]) async throws -> [Int64?] {
        let paths = entries.map(path)
        return try await threads.run { try paths.map { try LocalFile.size($0) } }
    }

    func open(_ entry: ManifestEntry) async throws -> ObjectBody {
        try await FileSource(path: path(entry), threads: threads).open()
    }

    private func path(_ entry: ManifestEntry) -> String {
        "\(root)/\(entry.keyspace)/\(entry.table)/\(name(of: entry))"
    }
}
