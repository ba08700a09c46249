package import BackupModel

/// To which moment which tables are to go back, and with what.
package struct PointInTimeQuestion: Hashable, Sendable {
    /// Seconds since 1970.
    package var pit: Int64
    /// Where the snapshot is read from.
    package var destinationID: String
    /// Where the commitlogs are read from.
    package var segmentsID: String
    /// Cassandra's own keyspaces never go back.
    package var selection: TableSelection

    package init(
        pit: Int64, destinationID: String, segmentsID: String, selection: TableSelection
    ) {
        self.pit = pit
        self.destinationID = destinationID
        self.segmentsID = segmentsID
        self.selection = selection
    }

    /// Whether the table is one of those that go back.
    package func covers(_ table: TableName) -> Bool {
        selection.contains(table) && Self.isOfUsers(table)
    }

    /// Whether the table is none of Cassandra's own.
    package static func isOfUsers(_ table: TableName) -> Bool {
        !TableSelection.nodeLocalKeyspaces.contains(table.keyspace)
            && table.keyspace != "system" && !table.keyspace.hasPrefix("system_")
    }
}
