package import BackupModel

/// Start Cassandra where all is placed for a replay, wait until it has ended and the node is up,
/// and take the orders for it back; then build the tables' indexes.
package struct StartReplay: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.startReplay

    package var stagingID: String
    /// The tables that go back.
    package var tables: [TableName]
    /// Whether the commitlogs of these tables alone are replayed; those of all tables otherwise.
    package var isChoice: Bool
    /// Cassandra's version.
    package var version: String
    /// Seconds for the replay.
    package var timeLimit: Int

    package init(
        stagingID: String, tables: [TableName], isChoice: Bool, version: String,
        timeLimit: Int = 86_400
    ) {
        self.stagingID = stagingID
        self.tables = tables
        self.isChoice = isChoice
        self.version = version
        self.timeLimit = timeLimit
    }
}
