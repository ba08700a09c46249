import BackupModel
import FoundationEssentials

/// Staged files of a table under the names that they need in another keyspace: hard links beside
/// them, for versions before 2.2 have the keyspace in the file's name.
struct RenamedFiles {
    /// The staging folder of one host's set of files.
    let root: String
    /// Keyspaces that come back under another name.
    let rename: [String: String]

    /// The folder to load a table from, `…/<keyspace>/<table>` with the keyspace that it goes into.
    func folder(of table: TableName) throws -> String {
        let staged = "\(root)/\(table.keyspace)/\(table.table)"
        guard let keyspace = rename[table.keyspace] else { return staged }
        let folder = "\(root)/.renamed/\(keyspace)/\(table.table)"
        let files = FileManager.default
        if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
        guard files.fileExists(atPath: staged) else { return folder }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in try files.contentsOfDirectory(atPath: staged) {
            let name =
                if case .component(let descriptor, let component) = SSTableFileName(file) {
                    descriptor.moved(to: keyspace).fileName(of: component)
                } else {
                    file
                }
            try files.linkItem(atPath: "\(staged)/\(file)", toPath: "\(folder)/\(name)")
        }
        return folder
    }
}
