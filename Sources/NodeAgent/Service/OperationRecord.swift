import AgentProtocol
package import GRDB

/// An operation as it survives a restart of the agent. Its parameters are not kept: they may hold
/// secrets, and whoever ordered it sends them again.
package struct OperationRecord: Codable, FetchableRecord, PersistableRecord, Sendable {
    package static let databaseTableName = "operation"

    package var id: String
    package var kind: String
    package var jobID: String
    package var epoch: Int64
    package var state: String
    /// Seconds since 1970.
    package var started: Int64
    package var finished: Int64?
    /// JSON.
    package var result: String?
    /// JSON.
    package var failure: String?

    /// Makes the table where it is missing.
    package static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName, options: [.ifNotExists]) { table in
            table.primaryKey("id", .text)
            table.column("kind", .text).notNull()
            table.column("jobID", .text).notNull()
            table.column("epoch", .integer).notNull()
            table.column("state", .text).notNull()
            table.column("started", .integer).notNull()
            table.column("finished", .integer)
            table.column("result", .text)
            table.column("failure", .text)
        }
    }
}
