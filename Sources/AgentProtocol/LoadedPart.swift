package import BackupModel

/// A table of one host's set of files that a restore has loaded already.
package struct LoadedPart: Codable, Sendable, Hashable {
    /// Whose set of files.
    package var host: HostID
    package var table: TableName

    package init(host: HostID, table: TableName) {
        self.host = host
        self.table = table
    }
}
