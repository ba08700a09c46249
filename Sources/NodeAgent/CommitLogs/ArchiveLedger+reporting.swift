package import BackupModel
import GRDB

extension ArchiveLedger {
    /// Lines of the ledger that the API has not acknowledged: of each destination the next ones in
    /// the order of their numbers, up to the first that has not ended.
    package func unreported(limit: Int) async throws -> [SegmentEntry] {
        try await read { database in
            let destinations = try String.fetchAll(
                database, sql: "SELECT DISTINCT destinationID FROM copy WHERE isReported = 0")
            var entries: [SegmentEntry] = []
            for destination in destinations.sorted() where entries.count < limit {
                let rows = try Row.fetchCursor(
                    database,
                    sql: """
                        SELECT copy.*, segment.name, segment.state, segment.firstWrite,
                            segment.lastWrite, segment.bytes, segment.sha256
                        FROM copy JOIN segment ON segment.sequence = copy.sequence
                        WHERE copy.destinationID = ? AND copy.isReported = 0
                        ORDER BY copy.sequence LIMIT ?
                        """, arguments: [destination, limit - entries.count])
                while let row = try rows.next(), let entry = try Self.entry(row) {
                    entries.append(entry)
                }
            }
            return entries
        }
    }

    /// Notes that the API has these.
    package func reported(_ entries: [SegmentEntry]) async throws {
        try await write { database in
            for entry in entries {
                try database.execute(
                    sql: """
                        UPDATE copy SET isReported = 1
                        WHERE destinationID = ? AND sequence = ?
                        """, arguments: [entry.destinationID, entry.sequence])
            }
        }
    }

    /// Forgets segments that were deleted from a destination, and those that are on none any more.
    package func forget(_ names: [String], on destination: String) async throws {
        try await write { database in
            for name in names {
                try database.execute(
                    sql: """
                        DELETE FROM copy WHERE destinationID = ? AND sequence = (
                            SELECT sequence FROM segment WHERE name = ?)
                        """, arguments: [destination, name])
                try database.execute(
                    sql: """
                        DELETE FROM segment
                        WHERE name = ? AND state IN ('shipped', 'lost') AND NOT EXISTS (
                            SELECT 1 FROM copy WHERE copy.sequence = segment.sequence)
                        """, arguments: [name])
            }
        }
    }

    /// What has not been shipped, in all and by destination.
    struct Backlog: Sendable {
        var segments: Int64
        var bytes: Int64
        var lost: Int64
        var byDestination: [String: Int64]
    }

    func backlog() async throws -> Backlog {
        try await read { database in
            let open = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), COALESCE(sum(bytes), 0) FROM segment
                    WHERE state IN ('staged', 'expected')
                    """)
            let lost = try Int64.fetchOne(
                database, sql: "SELECT count(*) FROM segment WHERE state = 'lost'")
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT copy.destinationID, count(*) FROM copy
                    JOIN segment ON segment.sequence = copy.sequence AND segment.state <> 'lost'
                    WHERE copy.storedAt IS NULL GROUP BY copy.destinationID
                    """)
            return Backlog(
                segments: open?[0] ?? 0, bytes: open?[1] ?? 0, lost: lost ?? 0,
                byDestination: Dictionary(
                    rows.map { ($0[0] as String, $0[1] as Int64) }, uniquingKeysWith: +))
        }
    }

    /// `nil` where it has not ended on the destination.
    private static func entry(_ row: Row) throws -> SegmentEntry? {
        let name: String = row["name"]
        let state: String = row["state"]
        let isLost = state == SegmentRecord.State.lost.rawValue
        let storedAt: Int64? = row["storedAt"]
        guard isLost || storedAt != nil else { return nil }
        let lastWrite: Int64 = row["lastWrite"]
        return SegmentEntry(
            destinationID: row["destinationID"], sequence: row["sequence"], name: name,
            firstWrite: seconds(row["firstWrite"]), lastWrite: seconds(lastWrite),
            outcome: isLost ? .lost : .stored, bytes: row["bytes"],
            storedBytes: row["storedBytes"], sha256: row["sha256"],
            isCompressed: row["isCompressed"], version: try CommitLogSegmentName(name).version,
            storedAt: seconds(storedAt ?? lastWrite))
    }

    private static func seconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1e6 }
}
