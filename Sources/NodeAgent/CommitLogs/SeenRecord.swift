import GRDB

/// A segment with content that lies in Cassandra's own folder and is not archived yet: if it is
/// gone before it is, it is lost.
struct SeenRecord: Codable, Hashable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "seen"

    var name: String
    /// Microseconds since 1970 of the last write that was seen.
    var modified: Int64

    static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName) { table in
            table.primaryKey("name", .text)
            table.column("modified", .integer).notNull()
        }
    }
}
