package import GRDB

/// The ledger of restores in place: what is put where, written before it is done, so that an agent
/// that was killed puts nothing twice and takes out again what is its own.
package struct PlacedSSTable: Codable, FetchableRecord, PersistableRecord, Sendable, Hashable {
    package static let databaseTableName = "placed_sstable"

    package var stagingID: String
    package var hostID: String
    package var keyspace: String
    package var tableName: String
    /// The beginning that the names of its staged files share.
    package var staged: String
    package var folder: String
    /// The beginning that its files' names share in `folder`.
    package var prefix: String
    /// When it was written here, before anything was put: seconds since 1970.
    package var planned: Int64
    /// When Cassandra was first asked to take it in, which is after all of its files lay there:
    /// seconds since 1970; `nil` before.
    package var offered: Int64?

    /// Makes the table where it is missing.
    package static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName, options: [.ifNotExists]) { table in
            table.column("stagingID", .text).notNull()
            table.column("hostID", .text).notNull()
            table.column("keyspace", .text).notNull()
            table.column("tableName", .text).notNull()
            table.column("staged", .text).notNull()
            table.column("folder", .text).notNull()
            table.column("prefix", .text).notNull()
            table.column("planned", .integer).notNull()
            table.column("offered", .integer)
            table.primaryKey(
                ["stagingID", "hostID", "keyspace", "tableName", "staged"], onConflict: .replace)
        }
    }

    /// Path of its Data.db, which is put last and taken out first: without it the other files are
    /// no SSTable, and Cassandra removes them when it starts.
    package var dataFile: String { "\(folder)/\(prefix)-Data.db" }
}
