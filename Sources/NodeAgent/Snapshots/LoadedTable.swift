package import GRDB

/// A table that was loaded in a restore: remembered, so that it is not loaded twice.
package struct LoadedTable: Codable, FetchableRecord, PersistableRecord, Sendable {
    package static let databaseTableName = "loaded_table"

    package var stagingID: String
    package var hostID: String
    package var keyspace: String
    package var tableName: String

    package init(stagingID: String, hostID: String, keyspace: String, tableName: String) {
        self.stagingID = stagingID
        self.hostID = hostID
        self.keyspace = keyspace
        self.tableName = tableName
    }

    /// Makes the table where it is missing.
    package static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName, options: [.ifNotExists]) { table in
            table.column("stagingID", .text).notNull()
            table.column("hostID", .text).notNull()
            table.column("keyspace", .text).notNull()
            table.column("tableName", .text).notNull()
            table.primaryKey(
                ["stagingID", "hostID", "keyspace", "tableName"], onConflict: .replace)
        }
    }
}
