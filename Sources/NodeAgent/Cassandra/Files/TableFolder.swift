package import BackupModel

/// One incarnation of a table, over all data directories. A table that was dropped and made again
/// has two: the folder of the old one stays while snapshots of it do.
package struct TableFolder: Sendable, Hashable {
    package var table: TableName
    /// 32 hex digits; `nil` for versions before 2.1.
    package var id: String?
    /// One path for each data directory that has it, in the order of these.
    package var paths: [String]

    package init(table: TableName, id: String?, paths: [String]) {
        self.table = table
        self.id = id
        self.paths = paths
    }

    /// Name and id of a folder's name: `users`, or `users-8c0046a0e73411f1a3b3ab6c995d0ca6`.
    package static func parse(_ folder: String) -> (table: String, id: String?) {
        guard let dash = folder.lastIndex(of: "-") else { return (folder, nil) }
        let id = folder[folder.index(after: dash)...]
        let isID =
            id.utf8.count == 32
            && id.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return isID ? (String(folder[..<dash]), String(id)) : (folder, nil)
    }

    /// When the table was made, by its id, in steps of 100 ns since 1582; `nil` for ids that hold
    /// no time, as those of Cassandra's own tables.
    package var created: UInt64? {
        guard let id, id.utf8.count == 32 else { return nil }
        let digits = Array(id)
        guard digits[12] == "1" else { return nil }
        return UInt64(String(digits[13..<16] + digits[8..<12] + digits[0..<8]), radix: 16)
    }
}
