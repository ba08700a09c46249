package import GRDB

/// An object of an `ObjectIndex`.
package struct IndexedObject: Codable, FetchableRecord, PersistableRecord, Sendable, Hashable {
    package static let databaseTableName = "object"

    /// As a manifest names it.
    package var name: String
    /// Bytes as they are stored; 0 where only the name matters.
    package var size: Int64

    package init(name: String, size: Int64 = 0) {
        self.name = name
        self.size = size
    }

    /// Makes the table.
    package static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName, options: .withoutRowID) { table in
            table.primaryKey("name", .text, onConflict: .ignore)
            table.column("size", .integer).notNull()
        }
    }
}
