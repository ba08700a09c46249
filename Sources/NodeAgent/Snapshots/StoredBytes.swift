package import BackupModel
package import GRDB

/// What a destination took of a table while it was captured: remembered for the upload, which
/// tells how much a backup sent.
package struct StoredBytes: Codable, FetchableRecord, PersistableRecord, Sendable {
    package static let databaseTableName = "stored_bytes"

    package var tag: String
    package var destinationID: String
    package var keyspace: String
    package var tableName: String
    package var bytes: Int64

    /// Makes the table where it is missing.
    package static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName, options: [.ifNotExists]) { table in
            table.column("tag", .text).notNull()
            table.column("destinationID", .text).notNull()
            table.column("keyspace", .text).notNull()
            table.column("tableName", .text).notNull()
            table.column("bytes", .integer).notNull()
            table.primaryKey(["tag", "destinationID", "keyspace", "tableName"])
        }
    }

    /// Adds to what is remembered.
    package static func add(
        _ bytes: [TableName: Int64], tag: BackupTag, destinationID: String, in database: Database
    ) throws {
        for (table, bytes) in bytes {
            let known = try of(tag: tag, destinationID: destinationID, in: database)[table] ?? 0
            try StoredBytes(
                tag: tag.text, destinationID: destinationID, keyspace: table.keyspace,
                tableName: table.table, bytes: known + bytes
            ).save(database)
        }
    }

    /// All that is remembered of one copy, by table.
    package static func of(
        tag: BackupTag, destinationID: String, in database: Database
    ) throws -> [TableName: Int64] {
        let records = try filter(
            Column("tag") == tag.text && Column("destinationID") == destinationID
        ).fetchAll(database)
        return Dictionary(
            records.map { (TableName(keyspace: $0.keyspace, table: $0.tableName), $0.bytes) },
            uniquingKeysWith: +)
    }

    /// Forgets all copies of a backup.
    package static func forget(tag: BackupTag, in database: Database) throws {
        try filter(Column("tag") == tag.text).deleteAll(database)
    }
}
