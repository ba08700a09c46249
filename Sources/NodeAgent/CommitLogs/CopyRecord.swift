import GRDB

/// A segment on its way to one destination, in the agent's ledger.
package struct CopyRecord: Codable, Hashable, FetchableRecord, PersistableRecord, Sendable {
    package static let databaseTableName = "copy"

    package var sequence: Int64
    package var destinationID: String
    /// Bytes there; `nil` while it is not durable there.
    package var storedBytes: Int64?
    package var isCompressed = false
    /// Microseconds since 1970.
    package var storedAt: Int64?
    /// Whether the API has acknowledged it.
    package var isReported = false

    package init(
        sequence: Int64, destinationID: String, storedBytes: Int64? = nil,
        isCompressed: Bool = false, storedAt: Int64? = nil
    ) {
        self.sequence = sequence
        self.destinationID = destinationID
        self.storedBytes = storedBytes
        self.isCompressed = isCompressed
        self.storedAt = storedAt
    }

    static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName) { table in
            table.column("sequence", .integer).notNull()
                .references(SegmentRecord.databaseTableName, onDelete: .cascade)
            table.column("destinationID", .text).notNull()
            table.column("storedBytes", .integer)
            table.column("isCompressed", .boolean).notNull()
            table.column("storedAt", .integer)
            table.column("isReported", .boolean).notNull()
            table.primaryKey(["destinationID", "sequence"])
        }
        try database.create(
            index: "copy_open", on: databaseTableName, columns: ["destinationID", "sequence"],
            condition: Column("storedAt") == nil)
        try database.create(
            index: "copy_unreported", on: databaseTableName,
            columns: ["destinationID", "sequence"],
            condition: Column("isReported") == false)
        try database.create(
            index: "copy_sequence", on: databaseTableName, columns: ["sequence"])
    }
}
