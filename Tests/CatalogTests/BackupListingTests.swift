import Foundation
import Postgres
import Statements
import TestDatabase
import Testing

/// Transactions that change copies of the same backups at the same time, and what is listed then.
@Suite struct BackupListingTests {
    private let database: TestDatabase
    private let observer: Connection

    init() throws {
        database = try TestDatabase()
        try database.addCluster("one")
        observer = try database.connect()
        try observer.runScript(
            """
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            SELECT 'one', 'tag_' || number, to_timestamp(number) FROM generate_series(1, 50) AS number;
            INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id)
            SELECT backup.cluster_id, backup.tag, place
            FROM helenus.backup AS backup, unnest(ARRAY['x', 'y']) AS place;
            """)
    }

    /// A transaction of an executor that has begun.
    private func begin() throws -> Connection {
        let connection = try database.connect(as: .executor)
        try connection.runScript("BEGIN; SET LOCAL helenus.clusters = 'one'")
        return connection
    }

    private static func list(_ place: String, tag: String) -> String {
        """
        UPDATE helenus.backup_copy SET status = 'success', listed = true
        WHERE cluster_id = 'one' AND tag = '\(tag)' AND destination_id = '\(place)';
        """
    }

    /// Waits until so many backends of the database wait for a lock.
    private func waitForWaiters(_ count: Int64) throws {
        let waiting = Statement(
            name: "waiting",
            text: """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """)
        while try observer.run(waiting)[0].number(0) < count { sched_yield() }
    }

    private func places(of tag: String) throws -> String? {
        let listed = Statement(
            name: "listed",
            text: """
                SELECT ('{' || document || '}')::jsonb -> tag ->> 'destinations'
                FROM helenus.backup_listing WHERE cluster_id = 'one' AND tag = $1
                """)
        return try observer.run(listed, .text(tag)).first?.text(0)
    }

    @Test func `of two changes of one backup that end at the same time none is lost`() throws {
        let first = try begin()
        let second = try begin()
        try first.runScript(Self.list("x", tag: "tag_1"))
        try second.runScript(Self.list("y", tag: "tag_1"))
        // What its commit does, without its end.
        try first.runScript("SET CONSTRAINTS ALL IMMEDIATE")
        let side = ScriptBeside(second, "COMMIT")
        try waitForWaiters(1)
        #expect(try places(of: "tag_1") == nil)
        try first.runScript("COMMIT")
        try side.wait()
        #expect(try places(of: "tag_1") == #"["x", "y"]"#)
    }

    @Test func `nor where one takes away what the other adds to`() throws {
        try observer.runScript(Self.list("x", tag: "tag_1"))
        let first = try begin()
        let second = try begin()
        try first.runScript(
            """
            UPDATE helenus.backup_copy SET listed = false, deleted_at = now()
            WHERE cluster_id = 'one' AND tag = 'tag_1' AND destination_id = 'x'
            """)
        try second.runScript(Self.list("y", tag: "tag_1"))
        try first.runScript("SET CONSTRAINTS ALL IMMEDIATE")
        let side = ScriptBeside(second, "COMMIT")
        try waitForWaiters(1)
        try first.runScript("COMMIT")
        try side.wait()
        #expect(try places(of: "tag_1") == #"["y"]"#)
    }

    @Test func `transactions that change many backups crosswise do not wait for each other`() throws
    {
        for _ in 1...10 {
            let first = try begin()
            let second = try begin()
            for number in 1...50 {
                try first.runScript(Self.list("x", tag: "tag_\(number)"))
                try second.runScript(Self.list("y", tag: "tag_\(51 - number)"))
            }
            let sides = [ScriptBeside(first, "COMMIT"), ScriptBeside(second, "COMMIT")]
            for side in sides { try side.wait() }
            let whole = Statement(
                name: "whole",
                text: """
                    SELECT count(*) FROM helenus.backup_listing
                    WHERE document LIKE '%["x", "y"]%'
                    """)
            #expect(try observer.run(whole)[0].number(0) == 50)
            try observer.runScript("UPDATE helenus.backup_copy SET listed = false")
            #expect(try observer.run(whole)[0].number(0) == 0)
        }
    }

    /// Who asks for a sync holds the backup, and then wants a copy of it.
    @Test func `a copy may be listed while somebody holds its backup`() throws {
        for lock in ["api_lock_backup", "execution_lock_backup"] {
            let ending = try begin()
            let asking = try begin()
            try asking.run(SQLText.statement(lock), .text("one"), .text("tag_2"))
            try ending.runScript(Self.list("x", tag: "tag_2"))
            let side = ScriptBeside(asking, Self.list("x", tag: "tag_2"))
            try waitForWaiters(1)
            try ending.runScript("COMMIT")
            try side.wait()
            try asking.runScript("COMMIT")
            #expect(try places(of: "tag_2") == #"["x"]"#)
            try observer.runScript("UPDATE helenus.backup_copy SET listed = false")
        }
    }
}
