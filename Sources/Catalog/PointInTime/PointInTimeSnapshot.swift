package import BackupModel

/// A good snapshot that was whole at the moment in question.
package struct PointInTimeSnapshot: Hashable, Sendable {
    package var tag: BackupTag
    /// Before this no node had taken it: from here on commitlogs are needed. Seconds since 1970.
    package var began: Double
    package var tables: Set<TableName>
    /// What it was to hold; `nil` where that is not known. Old versions leave no trace of a table
    /// that is empty.
    package var selection: TableSelection?

    package init(
        tag: BackupTag, began: Double, tables: Set<TableName>, selection: TableSelection? = nil
    ) {
        self.tag = tag
        self.began = began
        self.tables = tables
        self.selection = selection
    }

    /// Whether it holds all that there was then of these tables: one that it does not hold was made
    /// later.
    package func holds(_ tables: some Sequence<TableName>, of schema: PointInTimeSchema) -> Bool {
        tables.allSatisfy { table in
            self.tables.contains(table) || selection?.contains(table) == true
                || schema.wasMade(table, after: began)
        }
    }
}
