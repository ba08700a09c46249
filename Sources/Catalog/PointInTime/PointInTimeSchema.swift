package import BackupModel

/// The cluster's tables as they are now, each with what tells it from an earlier one of its name.
package struct PointInTimeSchema: Hashable, Sendable {
    /// Every table of every keyspace.
    package var tables: Set<TableName>
    package var identities: [TableName: TableIdentity]

    package init(tables: Set<TableName>, identities: [TableName: TableIdentity]) {
        self.tables = tables
        self.identities = identities
    }

    /// Whether the table was surely made after that.
    ///
    /// - Parameter time: seconds since 1970.
    package func wasMade(_ table: TableName, after time: Double) -> Bool {
        guard let made = identities[table]?.made else { return false }
        return Double(made) / 1e6 > time
    }
}
