package import BackupModel

/// The data directories of a node: `<keyspace>/<table>/` in version 1.2,
/// `<keyspace>/<table>-<id>/` since 2.1, spread over several directories.
package struct DataDirectories: Sendable, Hashable {
    package var paths: [String]

    package init(_ paths: [String]) {
        self.paths = paths
    }

    /// Names of all keyspaces that have a folder, sorted.
    package func keyspaces() throws -> [String] {
        var names: Set<String> = []
        for path in paths {
            names.formUnion(try FolderReader.folders(in: path).filter(TableName.isAcceptable))
        }
        return names.sorted()
    }

    /// Every incarnation of every table of a keyspace, sorted by name, then by age; folders whose
    /// names are no table's are left out.
    package func tables(of keyspace: String) throws -> [TableFolder] {
        var found: [String: TableFolder] = [:]
        for path in paths {
            for folder in try FolderReader.folders(in: "\(path)/\(keyspace)") {
                let (name, id) = TableFolder.parse(folder)
                guard TableName.isAcceptable(name) else { continue }
                let table = TableName(keyspace: keyspace, table: name)
                found[folder, default: TableFolder(table: table, id: id, paths: [])].paths
                    .append("\(path)/\(keyspace)/\(folder)")
            }
        }
        return found.values.sorted {
            ($0.table, $0.created ?? 0, $0.id ?? "") < ($1.table, $1.created ?? 0, $1.id ?? "")
        }
    }

    /// The incarnation of each table that was made last, by table. That is the live one, where the
    /// table exists at all, which only the schema tells.
    package func newestTables(of keyspace: String) throws -> [TableName: TableFolder] {
        Dictionary(
            try tables(of: keyspace).map { ($0.table, $0) }, uniquingKeysWith: { _, newer in newer }
        )
    }

    /// Whether any table of the keyspaces has a snapshot of this name.
    package func hasSnapshot(tag: BackupTag, keyspaces: [String]) throws -> Bool {
        for keyspace in keyspaces {
            for folder in try tables(of: keyspace)
            where folder.paths.contains(where: {
                FolderReader.isFolder("\($0)/snapshots/\(tag)")
            }) {
                return true
            }
        }
        return false
    }

    /// Names of the snapshots in a keyspace.
    package func snapshotNames(of keyspace: String) throws -> Set<String> {
        var names: Set<String> = []
        for folder in try tables(of: keyspace) {
            for path in folder.paths {
                names.formUnion(try FolderReader.folders(in: "\(path)/snapshots"))
            }
        }
        return names
    }
}
