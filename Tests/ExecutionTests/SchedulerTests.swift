import Execution
import Logging
import Postgres
import Statements
import TestDatabase
import Testing

/// When due backups begin, with the real catalog.
@Suite struct SchedulerTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
    }

    /// Schedules that are due now, or as `next` says.
    private func add(_ count: Int, next: String = "now()") throws {
        try database.connect().runScript(
            """
            INSERT INTO helenus.schedule (
                cluster_id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit,
                job_params, plan, retention, next_run)
            SELECT 'a', '2026-01-01', '02:30', 'UTC', 1, 'days', '{}',
                '{"selection": {"keyspaces": {}}, "destinations": {}}', '{}', \(next)
            FROM generate_series(1, \(count));
            """)
    }

    private func scheduler() -> Scheduler {
        Scheduler(
            pool: ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1),
            logger: Logger(label: "test"))
    }

    private func ask(_ query: String) throws -> [String] {
        try database.connect().run(Statement(name: query, text: query)).map { try $0.text(0) }
    }

    @Test func `of several executors one begins each run that is due, once`() async throws {
        try add(250)
        try add(5, next: "now() + interval '1 hour'")
        let begun = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                let scheduler = scheduler()
                group.addTask {
                    var begun = 0
                    while case let more = try await scheduler.tick(), more > 0 { begun += more }
                    return begun
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(begun == 250)
        #expect(try ask("SELECT count(*) FROM helenus.job") == ["250"])
        #expect(
            try ask("SELECT count(DISTINCT payload ->> 'scheduleID') FROM helenus.job") == ["250"])
        #expect(try await scheduler().tick() == 0)
    }

    @Test func `what was missed for days begins once, when somebody is there again`() async throws {
        try add(1, next: "now() - interval '3 days'")
        #expect(try await scheduler().tick() == 1)
        #expect(try await scheduler().tick() == 0)
        #expect(
            try ask(
                """
                SELECT (next_run BETWEEN now() AND now() + interval '1 day'
                    AND last_run > now() - interval '1 minute')::text FROM helenus.schedule
                """) == ["true"])
    }

    @Test func `a single run begins once and is never due again`() async throws {
        try add(1)
        try database.connect().runScript(
            "UPDATE helenus.schedule SET repeat_every = -1, repeat_unit = NULL")
        #expect(try await scheduler().tick() == 1)
        #expect(try ask("SELECT (next_run IS NULL)::text FROM helenus.schedule") == ["true"])
        #expect(try await scheduler().tick() == 0)
    }

    @Test(arguments: ["success", "partial", "error", "cancelled"])
    func `a run that is due waits for the end of the one before, whatever end that is`(
        ending: String
    ) async throws {
        try add(1, next: "now() - interval '10 seconds'")
        #expect(try await scheduler().tick() == 1)
        try database.connect().runScript("UPDATE helenus.schedule SET next_run = now()")
        #expect(try await scheduler().tick() == 0)
        try database.connect().runScript(
            "UPDATE helenus.request SET status = '\(ending)', finished_at = now()")
        #expect(try await scheduler().tick() == 1)
        #expect(try ask("SELECT count(*) FROM helenus.job") == ["2"])
    }

    @Test func `every day the rules of each schedule are looked at`() async throws {
        try add(2)
        try database.connect().runScript(
            """
            UPDATE helenus.schedule SET retention_at = now() - interval '25 hours'
            WHERE ctid = (SELECT min(ctid) FROM helenus.schedule)
            """)
        let pool = ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1)
        for _ in 0..<2 { try await Scheduler.applyRetention(pool) }
        #expect(
            try ask("SELECT kind || ' ' || (concurrency_key IS NULL) FROM helenus.job")
                == ["apply_retention true"])
    }
}
