import Execution
import Logging
import Postgres
import Testing

/// When a scheduled backup is late, with the real catalog.
@Suite struct LatenessWatchTests {
    private static let schedule = "00000000-0000-0000-0000-000000000001"
    private let fixture: WebhookFixture

    /// A webhook with a grace of two hours, and a schedule that runs every hour since ten days ago.
    init() throws {
        fixture = try WebhookFixture()
        try fixture.addWebhook(messages: 0)
        try fixture.run(
            """
            INSERT INTO helenus.schedule (
                cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit,
                job_params, plan, retention, updated_at)
            VALUES ('a', '\(Self.schedule)', (now() AT TIME ZONE 'UTC')::date - 10, '00:00', 'UTC', 1,
                'hours', '{}', '{"selection": {"keyspaces": {"k": []}}, "destinations": {}}', '{}',
                now() - interval '10 days');
            """)
    }

    /// A backup of the schedule.
    private func add(_ tag: String, hoursAgo hours: Int, status: String = "success") throws {
        try fixture.run(
            """
            INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
            VALUES ('a', '\(tag)', '\(Self.schedule)',
                date_trunc('hour', now()) - interval '\(hours) hours');
            INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)
            VALUES ('a', '\(tag)', 'OPSC_ON_SERVER', 'success', true),
                ('a', '\(tag)', 'd', '\(status)', \(status == "success"));
            """)
    }

    /// How many messages one look makes.
    private func look() async throws -> Int {
        try await LatenessWatch(
            pool: ConnectionPool(conninfo: fixture.database.conninfo(as: .executor), size: 1),
            logger: Logger(label: "test")
        ).look()
    }

    private func told(_ member: String) throws -> [String] {
        try fixture.ask(
            """
            SELECT COALESCE((body::jsonb #>> '{data,\(member)}'), 'null')
            FROM helenus.webhook_delivery ORDER BY created_at
            """)
    }

    @Test func `no backup late, nobody told`() async throws {
        try add("t", hoursAgo: 1)
        #expect(try await look() == 0)
    }

    @Test func `a schedule without a good backup is told once, with what was due`() async throws {
        try add("t", hoursAgo: 5)
        try add("u", hoursAgo: 1, status: "error")
        try add("v", hoursAgo: 0, status: "partial")
        for expected in [1, 0, 0] { #expect(try await look() == expected) }
        #expect(try told("schedule_id") == [Self.schedule])
        #expect(try told("last_good,backup_id") == ["t"])
        #expect(try told("keyspaces") == [#"["k"]"#])
        #expect(
            try told("due")
                == fixture.ask(
                    """
                    SELECT extract(epoch FROM date_trunc('hour', now()) - interval '4 hours')::bigint
                    """))
        #expect(try told("message")[0].hasSuffix("The newest good one is t."))
    }

    @Test func `one that came and was late again is told again`() async throws {
        try add("t", hoursAgo: 9)
        #expect(try await look() == 1)
        try add("u", hoursAgo: 5)
        #expect(try await look() == 1)
        #expect(try told("last_good,backup_id") == ["t", "u"])
        try add("v", hoursAgo: 0)
        #expect(try await look() == 0)
    }

    @Test func `that none was ever made is late, too`() async throws {
        #expect(try await look() == 1)
        #expect(try told("last_good") == ["null"])
    }

    @Test func `a copy that was sent later after all makes the backup good`() async throws {
        try add("t", hoursAgo: 1, status: "error")
        try fixture.run(
            "UPDATE helenus.backup_copy SET status = 'success', listed = true WHERE tag = 't'")
        #expect(try await look() == 0)
    }

    @Test func `one in which a verification found a fault, or that was deleted, is not good`()
        async throws
    {
        try add("t", hoursAgo: 1)
        try fixture.run(
            "UPDATE helenus.backup_copy SET problems = '[]' WHERE destination_id = 'd'")
        #expect(try await look() == 1)
        try add("u", hoursAgo: 0)
        try fixture.run("UPDATE helenus.backup_copy SET listed = false, deleted_at = now()")
        try fixture.run("DELETE FROM helenus.webhook_delivery")
        #expect(try await look() == 1)
    }

    @Test func `a schedule that was changed counts from then on`() async throws {
        try add("t", hoursAgo: 5)
        try fixture.run("UPDATE helenus.schedule SET updated_at = now()")
        #expect(try await look() == 0)
    }

    @Test func `each webhook has its own grace`() async throws {
        try add("t", hoursAgo: 5)
        try fixture.addWebhook(url: "https://patient", messages: 0)
        try fixture.run(
            """
            UPDATE helenus.webhook SET late_grace_seconds = 86400 WHERE url = 'https://patient'
            """)
        #expect(try await look() == 1)
    }

    @Test(arguments: [
        "enabled = false", "events = '{backup.failed}'", "cluster_id = 'b'",
    ])
    func `who does not want to know is not told`(change: String) async throws {
        try fixture.run("UPDATE helenus.webhook SET \(change)")
        #expect(try await look() == 0)
    }

    @Test func `a single run that failed is late once`() async throws {
        try fixture.run(
            "UPDATE helenus.schedule SET repeat_every = -1, repeat_unit = NULL")
        // Its only run was due before it was last changed.
        #expect(try await look() == 0)
        try fixture.run("UPDATE helenus.schedule SET updated_at = now() - interval '30 days'")
        for expected in [1, 0] { #expect(try await look() == expected) }
        try add("t", hoursAgo: 1)
        #expect(try await look() == 0)
    }
}
