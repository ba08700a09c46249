import AgentProtocol
import BackupModel
import Destinations

/// The files of a snapshot on this node.
struct SnapshotFiles: StoredFiles {
    private let directories: DataDirectories
    private let threads: FileThreads
    private let tag: BackupTag

    init(tag: BackupTag, in context: AgentContext) {
        self.tag = tag
        directories = context.directories
        threads = context.files
    }

    func name(of entry: ManifestEntry) -> String { entry.file ?? entry.name }

    func sizes(of entries: [ManifestEntry]) async throws -> [Int64?] {
        let (directories, tag) = (directories, tag)
        return try await threads.run {
            try entries.map { entry in
                guard let path = directories.file(entry, of: tag) else { return nil }
                return try LocalFile.size(path)
            }
        }
    }

    func open(_ entry: ManifestEntry) async throws -> ObjectBody {
        guard let path = directories.file(entry, of: tag) else {
            throw DestinationError(
                code: .notThere, object: name(of: entry),
                message: "\(name(of: entry)) has gone from the snapshot \(tag)")
        }
        return try await FileSource(path: path, threads: threads).open()
    }
}
