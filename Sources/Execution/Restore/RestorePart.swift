package import BackupModel

/// One table of one host in a backup, in sums.
package struct RestorePart: Codable, Hashable, Sendable {
    package var host: HostID
    package var table: TableName
    package var files: Int
    /// Bytes.
    package var size: Int64

    package init(host: HostID, table: TableName, files: Int, size: Int64) {
        self.host = host
        self.table = table
        self.files = files
        self.size = size
    }
}
