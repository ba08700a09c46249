import GRDB

/// Remembers the hashes of files that were read once, in SQLite under the state directory, so that
/// an SSTable is read and hashed once in its life however many snapshots hold it.
///
/// New entries are written in batches; `flush()` makes them last. What a crash loses is read again.
package actor HashRegister {
    /// What is known of a file's content.
    package struct Known: Sendable, Hashable {
        package var hashes: FileHashes
        /// The content was found to have the digest that Cassandra wrote.
        package var isVerified: Bool

        package init(hashes: FileHashes, isVerified: Bool) {
            self.hashes = hashes
            self.isVerified = isVerified
        }
    }

    private let database: DatabasePool
    private let batchSize: Int
    private let seenInterval: Int64
    private let now: @Sendable () -> Int64
    private var unwritten: [FileIdentity: Known] = [:]
    private var seen: Set<FileIdentity> = []

    /// Opens the register, or makes it.
    ///
    /// - Parameters:
    ///   - path: of the SQLite file; its folder exists.
    ///   - batchSize: entries that are held back at most before they are written.
    ///   - seenInterval: seconds for which a file that was seen need not be noted as seen again:
    ///     so the next backup of the same files writes nothing here.
    ///   - now: seconds since 1970.
    package init(
        path: String, batchSize: Int = 512, seenInterval: Int64 = 86_400,
        now: @escaping @Sendable () -> Int64
    ) throws {
        database = try DatabasePool(path: path)
        self.batchSize = batchSize
        self.seenInterval = seenInterval
        self.now = now
        var migrator = DatabaseMigrator()
        migrator.registerMigration("hash register") { database in
            try database.create(table: HashRecord.table, options: .withoutRowID) {
                table in
                table.column("device", .integer).notNull()
                table.column("inode", .integer).notNull()
                table.column("size", .integer).notNull()
                table.column("modified", .integer).notNull()
                table.column("born", .integer).notNull()
                table.column("sha256", .text).notNull()
                table.column("crc32", .integer).notNull()
                table.column("verified", .boolean).notNull()
                table.column("seen", .integer).notNull().indexed()
                table.primaryKey(["device", "inode", "size", "modified", "born"])
            }
        }
        migrator.registerMigration("no CRC32") { database in
            try database.alter(table: HashRecord.table) { $0.drop(column: "crc32") }
        }
        try migrator.migrate(database)
    }

    /// What is known of the file. It counts as seen now, give or take `seenInterval`.
    package func lookup(_ identity: FileIdentity) async throws -> Known? {
        try await lookup([identity])[0]
    }

    /// As above, of each of the files.
    package func lookup(_ identities: [FileIdentity]) async throws -> [Known?] {
        var found = identities.map { unwritten[$0] }
        let missing = identities.indices.filter { found[$0] == nil }
        guard !missing.isEmpty else { return found }
        let records = try await database.read { database in
            try missing.map { try HashRecord.fetch(identities[$0], from: database) }
        }
        let recent = now() - seenInterval
        for (index, record) in zip(missing, records) {
            guard let record else { continue }
            found[index] = record.known
            if record.seen < recent { seen.insert(record.identity) }
        }
        if seen.count >= batchSize { try await flush() }
        return found
    }

    /// Remembers a file's hashes.
    package func record(_ identity: FileIdentity, _ known: Known) async throws {
        try await record([(identity, known)])
    }

    /// Remembers the hashes of files.
    package func record(_ files: [(FileIdentity, Known)]) async throws {
        for (identity, known) in files { unwritten[identity] = known }
        if unwritten.count >= batchSize { try await flush() }
    }

    /// Writes what was held back.
    package func flush() async throws {
        guard !unwritten.isEmpty || !seen.isEmpty else { return }
        let (entries, touched, now) = (unwritten, seen, now())
        unwritten = [:]
        seen = []
        do {
            try await database.write { database in
                for (identity, known) in entries {
                    try HashRecord(identity: identity, known: known, seen: now).save(to: database)
                }
                for identity in touched {
                    try HashRecord.touch(identity, seen: now, in: database)
                }
            }
        } catch {
            unwritten.merge(entries) { newer, _ in newer }
            throw error
        }
    }

    /// Forgets files that were not seen since then and answers how many.
    ///
    /// - Parameter time: seconds since 1970.
    @discardableResult
    package func prune(notSeenSince time: Int64) async throws -> Int {
        try await flush()
        return try await database.write { try HashRecord.remove(notSeenSince: time, from: $0) }
    }

    /// Entries that are written.
    package func count() async throws -> Int {
        try await database.read { try HashRecord.count(in: $0) }
    }

    /// Writes what was held back and closes the file.
    package func close() async throws {
        try await flush()
        try database.close()
    }
}
