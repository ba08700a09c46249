import GRDB

/// A segment in the agent's ledger. Times are microseconds since 1970.
package struct SegmentRecord: Codable, Hashable, FetchableRecord, PersistableRecord, Sendable {
    package static let databaseTableName = "segment"

    package enum State: String, Codable {
        /// It has its number, and could not be got yet.
        case expected
        /// It lies in the folder to which Cassandra archives.
        case staged
        /// It is on every destination, and nowhere else any more.
        case shipped
        /// It vanished before it was archived.
        case lost
    }

    package var sequence: Int64
    package var name: String
    package var state: State
    /// Where it lies while it is staged.
    package var path: String
    package var firstWrite: Int64
    package var lastWrite: Int64
    package var bytes: Int64?
    package var sha256: String?

    static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName) { table in
            table.primaryKey("sequence", .integer)
            table.column("name", .text).notNull().unique()
            table.column("state", .text).notNull()
            table.column("path", .text).notNull()
            table.column("firstWrite", .integer).notNull()
            table.column("lastWrite", .integer).notNull()
            table.column("bytes", .integer)
            table.column("sha256", .text)
        }
        try database.create(
            index: "segment_state", on: databaseTableName, columns: ["state", "sequence"])
    }
}
