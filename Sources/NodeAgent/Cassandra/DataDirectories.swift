package import BackupModel
import FoundationEssentials

/// The node's data directories, as Cassandra lays them out: `<keyspace>/<table>` before 2.1,
/// `<keyspace>/<table>-<32 hex digits>` since.
package struct DataDirectories: Sendable {
    package let paths: [String]

    package init(paths: [String]) {
        self.paths = paths
    }

    /// A table's part of a snapshot in one data directory.
    package struct SnapshotFolder: Hashable, Sendable {
        package var table: TableName
        /// 32 hex digits, where the version has ids.
        package var tableID: String?
        package var path: String
    }

    /// The folders of a snapshot, over all data directories, of the selected tables.
    package func snapshot(_ tag: BackupTag, of selection: TableSelection) throws
        -> [SnapshotFolder]
    {
        var folders: [SnapshotFolder] = []
        for directory in paths {
            for keyspace in try Self.entries(directory) where selection.contains(keyspace: keyspace)
            {
                for folder in try Self.entries("\(directory)/\(keyspace)") {
                    let (table, id) = Self.tableName(folder)
                    let name = TableName(keyspace: keyspace, table: table)
                    let path = "\(directory)/\(keyspace)/\(folder)/snapshots/\(tag)"
                    guard selection.contains(name), Self.isFolder(path) else { continue }
                    folders.append(SnapshotFolder(table: name, tableID: id, path: path))
                }
            }
        }
        return folders.sorted { ($0.table, $0.path) < ($1.table, $1.path) }
    }

    /// Whether any folder of a snapshot of this tag is there.
    package func hasSnapshot(_ tag: BackupTag) throws -> Bool {
        for directory in paths {
            for keyspace in try Self.entries(directory) {
                for folder in try Self.entries("\(directory)/\(keyspace)")
                where Self.isFolder("\(directory)/\(keyspace)/\(folder)/snapshots/\(tag)") {
                    return true
                }
            }
        }
        return false
    }

    /// The keyspaces that have a folder.
    package func keyspaces() throws -> [String] {
        try Set(paths.flatMap { try Self.entries($0) }).filter(TableName.isAcceptable).sorted()
    }

    /// The file of a snapshot, wherever it lies; `nil` where it is in no data directory.
    package func file(_ entry: ManifestEntry, of tag: BackupTag) -> String? {
        let folder = entry.tableID.map { "\(entry.table)-\($0)" } ?? entry.table
        return paths.lazy
            .map { "\($0)/\(entry.keyspace)/\(folder)/snapshots/\(tag)/\(entry.file ?? "")" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    /// `users-5a1c395e82804d07b2d0b5a2d3e4f5a6` → `users` and the id.
    static func tableName(_ folder: String) -> (String, String?) {
        guard let dash = folder.lastIndex(of: "-") else { return (folder, nil) }
        let id = folder[folder.index(after: dash)...]
        guard id.utf8.count == 32, id.allSatisfy(\.isHexDigit) else { return (folder, nil) }
        return (String(folder[..<dash]), String(id))
    }

    private static func entries(_ path: String) throws -> [String] {
        guard isFolder(path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory
    }
}
