package import BackupModel

/// How far an operation has come, as it goes; sums for each table, told a few times a second.
package actor OperationProgress {
    private static let interval = Duration.milliseconds(200)

    private var tables: [String: [String: TableProgress]] = [:]
    private let clock = ContinuousClock()
    private var told: ContinuousClock.Instant?
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
        await tell()
    }

    /// Adds to what is done for a table.
    package func advance(_ table: TableName, files: Int, size: Int64) async {
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].doneFiles +=
            files
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].doneSize += size
        await tell()
    }

    private func tell() async {
        let now = clock.now
        if let told, told.duration(to: now) < Self.interval { return }
        told = now
        await changed(tables)
    }

    /// Tells how far it has come at its end.
    package func end() async {
        await changed(tables)
    }

    /// Adds to what is wrong with a table.
    package func note(_ table: TableName, error: String) async {
        tables[table.keyspace, default: [:]][table.table, default: TableProgress()].errors
            .append(error)
        await changed(tables)
    }
}
