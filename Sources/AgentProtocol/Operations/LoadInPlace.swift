package import BackupModel

/// Put what is staged into the table's own data directories and have Cassandra take it in: the
/// host's own files, on this host. A table that an earlier attempt finished is not loaded again.
///
/// The tables are empty before, and the node owns the tokens that it owned at the backup. What
/// fails is taken out again, as far as Cassandra has not taken it in; the failure says which.
package struct LoadInPlace: OperationParameters {
    package static let kind = OperationKind.loadInPlace

    package var stagingID: String
    /// Whose set of files: the node's own.
    package var hostID: HostID
    package var tables: [TableName]

    package init(stagingID: String, hostID: HostID, tables: [TableName]) {
        self.stagingID = stagingID
        self.hostID = hostID
        self.tables = tables
    }

    package struct Result: Codable, Sendable, Hashable {
        package var tables: [TableOutcome]

        package init(tables: [TableOutcome]) {
            self.tables = tables
        }
    }
}
