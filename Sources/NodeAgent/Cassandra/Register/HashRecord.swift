import GRDB

/// A row of the hash register. SQLite's integers are signed; the bits of unsigned ones are kept.
///
/// A backup asks for every file of a node: so the statements are written out here, and prepared
/// once for each connection.
struct HashRecord {
    var identity: FileIdentity
    var known: HashRegister.Known
    /// Seconds since 1970.
    var seen: Int64

    static let table = "file_hash"
    private static let condition =
        "device = ? AND inode = ? AND size = ? AND modified = ? AND born = ?"

    /// The record of a file, if there is one.
    static func fetch(_ identity: FileIdentity, from database: Database) throws -> HashRecord? {
        let statement = try database.cachedStatement(
            sql: "SELECT sha256, verified, seen FROM \(table) WHERE \(condition)")
        let row = try Row.fetchOne(statement, arguments: key(of: identity))
        return row.map { row in
            HashRecord(
                identity: identity,
                known: HashRegister.Known(
                    hashes: FileHashes(sha256: row[0], size: Int64(identity.size)),
                    isVerified: row[1]),
                seen: row[2])
        }
    }

    /// Writes the record, in the place of an earlier one of the same file.
    func save(to database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO \(Self.table)
                    (device, inode, size, modified, born, sha256, verified, seen)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(
            arguments: Self.key(of: identity)
                + [known.hashes.sha256, known.isVerified, seen])
    }

    /// Notes that a file was seen.
    static func touch(_ identity: FileIdentity, seen: Int64, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE \(table) SET seen = ? WHERE \(condition)")
        try statement.execute(arguments: [seen] + key(of: identity))
    }

    /// Removes the records of files that were not seen since then, and answers how many.
    static func remove(notSeenSince time: Int64, from database: Database) throws -> Int {
        try database.execute(sql: "DELETE FROM \(table) WHERE seen < ?", arguments: [time])
        return database.changesCount
    }

    static func count(in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
    }

    private static func key(of identity: FileIdentity) -> StatementArguments {
        [
            Int64(bitPattern: identity.device), Int64(bitPattern: identity.inode),
            Int64(bitPattern: identity.size), identity.modified, identity.born,
        ]
    }
}
