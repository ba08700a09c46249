import BackupModel
import FoundationEssentials
import GRDB

/// The agent's ledger of commitlog segments, in SQLite under the state directory. Every step is a
/// transaction that is on the disk when it returns.
package struct ArchiveLedger: Sendable {
    private let database: DatabaseQueue

    /// Opens the ledger, or makes it.
    package init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        database = try DatabaseQueue(path: path, configuration: configuration)
        var migrator = DatabaseMigrator()
        migrator.registerMigration("ledger of commitlog segments") { database in
            try ArchiveRecord.createTable(database)
            try SegmentRecord.createTable(database)
            try CopyRecord.createTable(database)
            try SeenRecord.createTable(database)
        }
        try migrator.migrate(database)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await database.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await database.write(body)
    }

    /// How archiving is configured, and where the ledger is.
    func archive() async throws -> ArchiveRecord {
        try await database.read { try Self.archive($0) }
    }

    /// Changes it, and answers how it is then.
    @discardableResult
    func change(
        _ change: @escaping @Sendable (inout ArchiveRecord) throws -> Void
    ) async throws -> ArchiveRecord {
        try await database.write { database in
            let before = try Self.archive(database)
            var archive = before
            try change(&archive)
            if archive != before { try archive.save(database) }
            return archive
        }
    }

    private static func archive(_ database: Database) throws -> ArchiveRecord {
        try ArchiveRecord.fetchOne(database) ?? ArchiveRecord()
    }

    /// Which of these names the ledger has.
    func records(of names: [String]) async throws -> [String: SegmentRecord] {
        guard !names.isEmpty else { return [:] }
        return try await database.read { database in
            var found: [String: SegmentRecord] = [:]
            for name in names {
                if let record = try SegmentRecord.filter(Column("name") == name)
                    .fetchOne(database)
                {
                    found[name] = record
                }
            }
            return found
        }
    }

    /// The segment of the highest number.
    func newest() async throws -> SegmentRecord? {
        try await database.read { database in
            try SegmentRecord.order(Column("sequence").desc).fetchOne(database)
        }
    }

    /// A segment that is taken in.
    struct Arrival: Sendable {
        var segment: CommitLogFolder.Segment
        var state: SegmentRecord.State
        var bytes: Int64?
        var sha256: String?
    }

    /// Gives segments their numbers and their times, in their order, and has them shipped to every
    /// destination.
    ///
    /// - Parameter seen: what lies in Cassandra's folder and is not archived, from now on.
    func take(_ arrivals: [Arrival], seen: [SeenRecord], now: Int64) async throws {
        try await database.write { database in
            var archive = try Self.archive(database)
            let before = archive
            for arrival in arrivals {
                if archive.runBegan == nil { archive.ignoredUpTo = arrival.segment.name.id }
                let began = archive.runBegan ?? now
                let first = archive.writtenUntil ?? began
                let last = max(first, arrival.segment.modified)
                archive.runBegan = began
                archive.writtenUntil = last
                try SegmentRecord(
                    sequence: archive.nextSequence, name: arrival.segment.name.text,
                    state: arrival.state, path: arrival.segment.path, firstWrite: first,
                    lastWrite: last, bytes: arrival.bytes, sha256: arrival.sha256
                ).insert(database)
                for id in archive.targets.keys.sorted() {
                    try CopyRecord(sequence: archive.nextSequence, destinationID: id)
                        .insert(database)
                }
                archive.nextSequence += 1
            }
            if archive != before { try archive.save(database) }
            try SeenRecord.deleteAll(database)
            for record in seen { try record.insert(database) }
        }
    }

    /// What lay in Cassandra's folder, not archived, when it was last looked at.
    func seen() async throws -> [SeenRecord] {
        try await database.read { try SeenRecord.fetchAll($0) }
    }

    /// Changes a segment's record.
    func update(_ record: SegmentRecord) async throws {
        try await database.write { try record.update($0) }
    }

    /// The next segments that a destination lacks and that can be sent, in their order.
    package func waiting(for destination: String, limit: Int) async throws -> [SegmentRecord] {
        try await database.read { database in
            try SegmentRecord.fetchAll(
                database,
                sql: """
                    SELECT segment.* FROM copy
                    JOIN segment ON segment.sequence = copy.sequence AND segment.state = 'staged'
                    WHERE copy.destinationID = ? AND copy.storedAt IS NULL
                    ORDER BY copy.sequence LIMIT ?
                    """, arguments: [destination, limit])
        }
    }

    /// Notes that segments are durable on a destination.
    package func stored(_ copies: [CopyRecord]) async throws {
        try await database.write { database in
            for copy in copies { try copy.save(database) }
        }
    }

    /// Staged segments that every destination has, in their order.
    package func complete(limit: Int) async throws -> [SegmentRecord] {
        try await database.read { database in
            try SegmentRecord.fetchAll(
                database,
                sql: """
                    SELECT * FROM segment
                    WHERE state = 'staged' AND NOT EXISTS (
                        SELECT 1 FROM copy
                        WHERE copy.sequence = segment.sequence AND copy.storedAt IS NULL)
                    ORDER BY sequence LIMIT ?
                    """, arguments: [limit])
        }
    }

    /// Notes that segments lie in no folder of the node's any more.
    package func shipped(_ sequences: [Int64]) async throws {
        try await database.write { database in
            for sequence in sequences {
                try database.execute(
                    sql: "UPDATE segment SET state = 'shipped', path = '' WHERE sequence = ?",
                    arguments: [sequence])
            }
        }
    }

    /// Has what still lies on the node shipped to destinations that are new.
    func shipWaiting(to ids: [String]) async throws {
        try await database.write { database in
            for id in ids {
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO copy (
                            sequence, destinationID, isCompressed, isReported)
                        SELECT sequence, ?, 0, 0 FROM segment
                        WHERE state IN ('expected', 'staged')
                        """, arguments: [id])
            }
        }
    }

    /// Forgets what was to be shipped to destinations that are not to get it any more.
    func keepTargets(_ ids: [String]) async throws {
        try await database.write { database in
            let all = try String.fetchAll(
                database, sql: "SELECT DISTINCT destinationID FROM copy WHERE storedAt IS NULL")
            for id in all where !ids.contains(id) {
                try database.execute(
                    sql: "DELETE FROM copy WHERE destinationID = ? AND storedAt IS NULL",
                    arguments: [id])
            }
        }
    }
}
