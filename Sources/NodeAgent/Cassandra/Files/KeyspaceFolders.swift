/// When the folders of keyspaces were changed last. Cassandra makes a table's folder when it makes the
/// table, so a look at these tells of new tables at the price of one call for each keyspace.
package struct KeyspaceFolders: Sendable, Hashable {
    /// Nanoseconds, by path.
    private var changed: [String: Int64] = [:]

    /// - Throws: `Errno`; a folder that went away in between is left out.
    package init(of directories: DataDirectories) throws {
        for path in directories.paths {
            for keyspace in try FolderReader.folders(in: path) {
                let folder = "\(path)/\(keyspace)"
                changed[folder] = try FolderReader.changeTime(of: folder)
            }
        }
    }
}
