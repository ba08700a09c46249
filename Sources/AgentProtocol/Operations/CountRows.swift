package import BackupModel

/// Count the rows of tables through CQL, range by range of the ring, so that no answer is large.
package struct CountRows: OperationParameters {
    package static let kind = OperationKind.countRows

    package var tables: [TableName]
    /// Seconds for all of them; what is not counted by then is answered without a number.
    package var timeLimit: Int

    package init(tables: [TableName], timeLimit: Int) {
        self.tables = tables
        self.timeLimit = timeLimit
    }

    package struct Result: Codable, Sendable, Hashable {
        package var counts: [RowCount]

        package init(counts: [RowCount]) {
            self.counts = counts
        }
    }
}
