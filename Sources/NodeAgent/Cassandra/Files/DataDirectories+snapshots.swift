package import BackupModel

extension DataDirectories {
    /// Whether any table of any keyspace has a snapshot of this name.
    package func hasSnapshot(_ tag: BackupTag) throws -> Bool {
        try hasSnapshot(tag: tag, keyspaces: keyspaces())
    }

    /// A file of a snapshot, wherever it lies; `nil` where it is in no data directory.
    package func file(_ entry: ManifestEntry, of tag: BackupTag) -> String? {
        guard let file = entry.file, !file.contains("/") else { return nil }
        let folder = entry.tableID.map { "\(entry.table)-\($0)" } ?? entry.table
        return paths.lazy
            .map { "\($0)/\(entry.keyspace)/\(folder)/snapshots/\(tag)/\(file)" }
            .first { FolderReader.isFile($0) }
    }
}
