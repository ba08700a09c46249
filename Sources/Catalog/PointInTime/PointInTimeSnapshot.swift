package import BackupModel

/// A good snapshot that was whole at the moment in question.
package struct PointInTimeSnapshot: Hashable, Sendable {
    package var tag: BackupTag
    /// Before this no node had taken it: from here on commitlogs are needed. Seconds since 1970.
    package var began: Double
    package var tables: Set<TableName>

    package init(tag: BackupTag, began: Double, tables: Set<TableName>) {
        self.tag = tag
        self.began = began
        self.tables = tables
    }

    /// Whether it holds all that there was then of these tables: one that it does not hold was made
    /// later.
    package func holds(_ tables: some Sequence<TableName>, of schema: PointInTimeSchema) -> Bool {
        tables.allSatisfy { self.tables.contains($0) || schema.wasMade($0, after: began) }
    }
}
