import BackupModel

/// Holds what a manifest's entries say against one another and against its header.
///
/// A manifest is JSON and has no hash of its own. One in which a byte came wrong may still be JSON:
/// then a deletion would take a file for garbage that is needed, and a restore would pass one over.
/// Whatever byte of a table's name or of an object's is wrong, the sums or the names do not fit.
struct ManifestTally {
    private var tables: [TableName: (files: Int, size: Int64)] = [:]
    private var misfit: String?

    /// Counts an entry.
    mutating func note(_ entry: ManifestEntry) {
        let table = TableName(keyspace: entry.keyspace, table: entry.table)
        tables[table, default: (0, 0)].files += 1
        tables[table, default: (0, 0)].size += entry.size ?? 0
        if misfit == nil, !isOfOnePiece(entry) {
            misfit = "what it says of \(entry.name) does not fit together"
        }
    }

    /// What does not fit in a manifest of format 1 that has been read to its end; `nil`: nothing.
    func misfit(with header: ManifestHeader) -> String? {
        var expected: [TableName: (files: Int, size: Int64)] = [:]
        for table in header.tables where table.files > 0 {
            expected[table.name, default: (0, 0)].files += table.files
            expected[table.name, default: (0, 0)].size += table.size
        }
        for table in Set(expected.keys).union(tables.keys).sorted() {
            let (said, found) = (expected[table] ?? (0, 0), tables[table] ?? (0, 0))
            guard said == found else {
                return "it has \(found.files) files of \(table) with \(found.size) bytes, and "
                    + "says that they are \(said.files) with \(said.size)"
            }
        }
        return misfit
    }

    private func isOfOnePiece(_ entry: ManifestEntry) -> Bool {
        guard let sha256 = entry.sha256, let file = entry.file else { return false }
        return entry.uniquifier == sha256
            && entry.name
                == RepositoryLayout.objectName(
                    sha256: sha256, file: file, compressed: entry.compression != nil)
    }
}
