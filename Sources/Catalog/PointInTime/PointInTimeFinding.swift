package import BackupModel

/// With what a cluster can be brought back to a moment.
package struct PointInTimeFinding: Hashable, Sendable {
    package var snapshot: PointInTimeSnapshot
    package var nodes: [PointInTimeNode]
    package var archives: [NodeArchive]
    /// Every table that goes back, as the schema is now.
    package var tables: [TableName]
    package var identities: [TableName: TableIdentity]
    /// Whether these are all tables of users.
    package var isWhole: Bool

    package init(
        snapshot: PointInTimeSnapshot, nodes: [PointInTimeNode], archives: [NodeArchive],
        tables: [TableName], identities: [TableName: TableIdentity], isWhole: Bool
    ) {
        self.snapshot = snapshot
        self.nodes = nodes
        self.archives = archives
        self.tables = tables
        self.identities = identities
        self.isWhole = isWhole
    }
}
