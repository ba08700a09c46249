package import BackupModel

/// How far an operation has come, as it goes; sums for each table.
package actor OperationProgress {
    private var tables: [String: [String: TableProgress]] = [:]
    private let changed: @Sendable ([String: [String: TableProgress]]) async -> Void

    package init(changed: @escaping @Sendable ([String: [String: TableProgress]]) async -> Void) {
        self.changed = changed
    }

    /// Names a table and what is to be done for it.
    package func expect(_ table: TableName, files: Int, size: Int64) async {
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].totalFiles +=
            files
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].totalSize +=
            size
        await changed(tables)
    }

    /// Adds to what is done for a table.
    package func advance(_ table: TableName, files: Int, size: Int64) async {
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].doneFiles +=
            files
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].doneSize += size
        await changed(tables)
    }

    /// Adds to what is wrong with a table.
    package func note(_ table: TableName, error: String) async {
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].errors
            .append(error)
        await changed(tables)
    }
}
