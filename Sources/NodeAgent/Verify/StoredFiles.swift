import BackupModel
import Destinations

/// The files of one host's part of a backup, where they lie.
protocol StoredFiles: Sendable {
    /// What a file of it is called in messages.
    func name(of entry: ManifestEntry) -> String

    /// Bytes as they are stored, for each of up to a thousand entries; `nil` for one that is
    /// missing.
    func sizes(of entries: [ManifestEntry]) async throws -> [Int64?]

    /// The bytes as they are stored.
    func open(_ entry: ManifestEntry) async throws -> ObjectBody
}
