package import BackupModel

/// How many rows a table has.
package struct RowCount: Codable, Sendable, Hashable {
    package var table: TableName
    /// `nil` where they could not be counted.
    package var rows: Int64?
    /// Why they could not.
    package var reason: String?

    package init(table: TableName, rows: Int64?, reason: String? = nil) {
        self.table = table
        self.rows = rows
        self.reason = reason
    }
}
