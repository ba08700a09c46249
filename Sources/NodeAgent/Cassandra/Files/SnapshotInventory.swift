package import BackupModel

/// Every table and every SSTable of one snapshot, over all data directories, found table by table.
package struct SnapshotInventory: Sendable, Hashable {
    /// One table of the snapshot: its incarnation and the snapshot's folders.
    package struct Table: Sendable, Hashable {
        package var table: TableName
        package var tableID: String?
        /// One for each data directory that has it.
        package var folders: [String]

        package init(table: TableName, tableID: String?, folders: [String]) {
            self.table = table
            self.tableID = tableID
            self.folders = folders
        }
    }

    package var directories: DataDirectories
    package var tag: BackupTag

    package init(directories: DataDirectories, tag: BackupTag) {
        self.directories = directories
        self.tag = tag
    }

    /// The tables of the selection that have the snapshot, sorted. A table without any SSTable is
    /// among them on versions that leave a folder for it.
    ///
    /// - Throws: `CaptureError` where two incarnations of one table have it; `Errno`.
    package func tables(_ selection: TableSelection = .everything) throws -> [Table] {
        var tables: [Table] = []
        for keyspace in try directories.keyspaces() where selection.contains(keyspace: keyspace) {
            for folder in try directories.tables(of: keyspace)
            where selection.contains(folder.table) {
                let folders = folder.paths.map { "\($0)/snapshots/\(tag)" }
                    .filter(FolderReader.isFolder)
                guard !folders.isEmpty else { continue }
                if let last = tables.last, last.table == folder.table {
                    throw CaptureError(
                        code: .ambiguousTable, table: folder.table, path: folders[0],
                        detail: "two incarnations of the table have this snapshot")
                }
                tables.append(
                    Table(table: folder.table, tableID: folder.id, folders: folders))
            }
        }
        return tables
    }

    /// The SSTables of one table, one at a time. What is held meanwhile is the names of a folder.
    package func sstables(of table: Table) -> SSTableIterator {
        SSTableIterator(table)
    }
}
