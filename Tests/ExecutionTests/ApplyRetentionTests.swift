import BackupModel
import Certificates
import Execution
import Foundation
import JobQueue
import Logging
import Postgres
import Sealing
import Statements
import TestDatabase
import Testing

/// What an executor deletes of a schedule's backups, with the real catalog.
@Suite struct ApplyRetentionTests {
    private static let schedule = "00000000-0000-0000-0000-000000000001"
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
        try run(
            """
            INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
            VALUES ('a', 'd', 'local', '/d', '{"path": "/d"}', 'local:/d');
            INSERT INTO helenus.schedule (
                cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit,
                job_params, plan, retention)
            VALUES ('a', '\(Self.schedule)', '2026-01-01', '02:30', 'UTC', 1, 'days', '{}',
                '{"selection": {"keyspaces": {}}, "destinations": {"d": {}}}',
                '{"OPSC_ON_SERVER": {"age": 259200}, "d": {"keep": {"last": 2}}}');
            INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
            SELECT 'a', 's' || age, '\(Self.schedule)', now() - age * interval '1 day'
            FROM unnest(ARRAY[1, 2, 4, 5]) AS age;
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            VALUES ('a', 'adhoc', now() - interval '1 year');
            INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)
            SELECT 'a', tag, place, 'success', true
            FROM helenus.backup, unnest(ARRAY['OPSC_ON_SERVER', 'd']) AS place;
            """)
    }

    private func run(_ script: String) throws { try database.connect().runScript(script) }

    private func ask(_ query: String) throws -> [String] {
        try database.connect().run(Statement(name: query, text: query)).map { try $0.text(0) }
    }

    /// Has the rules applied as the end of a backup does, by the executor's own driver.
    private func apply() async throws {
        let pool = ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1)
        try await pool.transaction(permitting: .all) { connection in
            try ApplyRetentionDriver.enqueue(Self.schedule, cluster: "a", connection)
        }
        let order = ClaimOrder(owner: "x", leaseSeconds: 30, limit: 9)
        let job = try await pool.withConnection { connection in
            try JobQueue.exchange(on: connection, [], for: order).claimed
                .first { $0.kind == .applyRetention }
        }
        let key = "\(NSTemporaryDirectory())helenus-key-\(UUID().uuidString)"
        let line = "k \(Data((0..<32).map { UInt8($0) }).base64EncodedString())\n"
        try Data(line.utf8).write(to: URL(fileURLWithPath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        defer { #expect(unlink(key) == 0) }
        let context = JobContext(
            job: try #require(job), pool: pool, sealer: try Sealer(keyFile: key),
            identity: ExecutorIdentity(authority: try CertificateAuthority()),
            logger: Logger(label: "test"), stop: StopReason(isCalledOff: false),
            // It stores more than its end, in one transaction.
            end: { _ in Issue.record("its end was to be stored alone") })
        try await ApplyRetentionDriver(context: context).run()
    }

    private func deletions() throws -> [String] {
        try ask(
            """
            SELECT (payload ->> 'tag') || ' ' || (payload ->> 'destinationID') FROM helenus.job
            WHERE kind = 'delete_backup' ORDER BY 1
            """)
    }

    @Test func `what the rules let go is deleted as if somebody had asked`() async throws {
        try await apply()
        #expect(
            try deletions() == ["s4 OPSC_ON_SERVER", "s4 d", "s5 OPSC_ON_SERVER", "s5 d"])
        #expect(
            try ask(
                """
                SELECT event.type || ' ' || event.status || ' ' || event.destination_id
                    || ' ' || (event.destination ->> 'path') || ' ' || job.priority
                FROM helenus.activity_event AS event
                JOIN helenus.request AS request
                    ON request.id = event.request_id AND request.type = 'delete'
                JOIN helenus.job AS job ON job.request_id = request.id
                    AND (job.payload ->> 'eventTime')::bigint = extract(epoch FROM event.event_time)
                WHERE event.backup_id = 's5' ORDER BY event.destination_id
                """) == ["delete running OPSC_ON_SERVER  -10", "delete running d /d -10"])
        #expect(
            try ask("SELECT state FROM helenus.job WHERE kind = 'apply_retention'")
                == ["succeeded"])
    }

    @Test func `what is being deleted is not deleted again`() async throws {
        try await apply()
        try await apply()
        #expect(try deletions().count == 4)
    }

    @Test func `the last good backup stays, however old it is`() async throws {
        try run(
            """
            UPDATE helenus.backup SET event_time = event_time - interval '1 year';
            UPDATE helenus.backup_copy SET status = 'error', listed = false WHERE tag = 's1';
            UPDATE helenus.backup_copy SET status = 'partial' WHERE tag = 's2';
            """)
        try await apply()
        #expect(
            try deletions() == ["s2 OPSC_ON_SERVER", "s5 OPSC_ON_SERVER"],
            "on d the two last good ones stay, and one that came after them")
    }

    @Test func `a destination that was removed is not touched`() async throws {
        try run("UPDATE helenus.destination SET removed_at = now()")
        try await apply()
        #expect(try deletions() == ["s4 OPSC_ON_SERVER", "s5 OPSC_ON_SERVER"])
    }

    @Test func `a schedule that is gone lets nothing go`() async throws {
        try run("DELETE FROM helenus.schedule")
        try await apply()
        #expect(try deletions().isEmpty)
    }

    @Test func `a destination that a schedule uses stays when an ad hoc run has ended`() throws {
        let connection = try database.connect(as: .executor)
        func remove() throws -> Int {
            try connection.transaction(permitting: .only("a")) {
                try $0.run(ExecutionStatement.removeDestination, .text("a"), .text("d")).affected
            }
        }
        #expect(try remove() == 0)
        try run("DELETE FROM helenus.schedule")
        #expect(try remove() == 1)
    }
}
