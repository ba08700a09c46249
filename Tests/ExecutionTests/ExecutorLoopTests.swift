import BackupModel
import Certificates
import Execution
import Foundation
import JobQueue
import Logging
import Postgres
import Sealing
import TestDatabase
import Testing

/// The executor's own loop, with jobs that find nothing to do.
@Suite struct ExecutorLoopTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
    }

    @Test func `a place that becomes free is taken at once`() async throws {
        // Each job takes a while to end, longer than its executor needs to lie down.
        try database.connect().runScript(
            """
            CREATE FUNCTION helenus.take_time() RETURNS trigger
            LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$;
            CREATE TRIGGER take_time BEFORE UPDATE ON helenus.job
                FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL)
                EXECUTE FUNCTION helenus.take_time();
            """)
        #expect(try await run(until: try enqueue(20), slots: 1) == .succeeded(result: nil))
    }

    @Test func `what ends while an end is being stored is stored together`() async throws {
        try database.connect().runScript(
            """
            CREATE FUNCTION helenus.take_time() RETURNS trigger
            LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.2); RETURN NULL; END $$;
            CREATE TRIGGER take_time AFTER UPDATE ON helenus.job
                FOR EACH STATEMENT EXECUTE FUNCTION helenus.take_time();
            """)
        _ = try await run(until: try enqueue(24), slots: 8)
        let transactions = try ask("SELECT count(DISTINCT xmin::text) FROM helenus.job")
        #expect(try #require(Int(transactions)) <= 12)
    }

    @Test func `an end that cannot be stored is not the others' fault`() async throws {
        try database.connect().runScript(
            """
            CREATE FUNCTION helenus.refuse() RETURNS trigger
            LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON helenus.job
                FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL AND NEW.priority = 7)
                EXECUTE FUNCTION helenus.refuse();
            """)
        let last = try enqueue(24)
        try database.connect().runScript(
            """
            UPDATE helenus.job SET priority = 7
            WHERE id = (SELECT id FROM helenus.job WHERE NOT awaited LIMIT 1)
            """)
        #expect(try await run(until: last, slots: 8) == .succeeded(result: nil))
        #expect(
            try ask(
                """
                SELECT string_agg(state || ' ' || jobs, ', ' ORDER BY state)
                FROM (SELECT state, count(*) AS jobs FROM helenus.job GROUP BY state) AS counted
                """) == "retryable 1, succeeded 23")
        #expect(
            try ask("SELECT error FROM helenus.job WHERE state = 'retryable'")
                .contains("not this one"))
    }

    @Test func `an executor that stops keeps no job`() async throws {
        _ = try enqueue(500)
        let executor = try executor(slots: 8)
        let running = Task { try await executor.run() }
        let watch = ConnectionPool(conninfo: database.conninfo(as: .superuser), size: 1)
        let ended = Statement(
            name: "ended", text: "SELECT FROM helenus.job WHERE state = 'succeeded'")
        while try await watch.withConnection({ try $0.run(ended).count }) < 20 {}
        running.cancel()
        try await running.value
        #expect(
            try ask(
                """
                SELECT count(*) FROM helenus.job
                WHERE state NOT IN ('succeeded', 'available') OR crashes > 0 OR attempt > 0
                """) == "0")
    }

    /// Runs an executor until that job has ended; answers how.
    private func run(until last: String, slots: Int) async throws -> JobEnding? {
        let executor = try executor(slots: slots)
        let running = Task { try await executor.run() }
        // On a thread of its own: those that tasks share are the executor's.
        let ending = try await ConnectionPool(conninfo: database.conninfo(as: .api), size: 1)
            .withConnection {
                try JobQueue.waitForEnding(on: $0, clusterID: "a", jobID: last, seconds: 120)
            }
        running.cancel()
        try await running.value
        return ending
    }

    private func ask(_ query: String) throws -> String {
        try database.connect().run(Statement(name: query, text: query))[0].text(0)
    }

    /// Jobs that nobody waits for but the last; answers its id.
    private func enqueue(_ count: Int) throws -> String {
        let payload = #"{"tag": "opscenter_adhoc_2026-01-01-00-00-00-UTC", "destinationID": "d"}"#
        var last = ""
        try database.connect(as: .api).transaction(permitting: .only("a")) { connection in
            for number in 1...count {
                last = try JobQueue(connection).enqueue(
                    NewJob(
                        clusterID: "a", requestID: nil, kind: .retrySync,
                        payload: .plain(json: payload), priority: number < count ? 0 : -1,
                        isAwaited: number == count))
            }
        }
        return last
    }

    private func executor(slots: Int) throws -> ExecutorLoop {
        let key = "\(NSTemporaryDirectory())helenus-key-\(UUID().uuidString)"
        let line = "k \(Data((0..<32).map { UInt8($0) }).base64EncodedString())\n"
        try Data(line.utf8).write(to: URL(fileURLWithPath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        defer { #expect(unlink(key) == 0) }
        let conninfo = database.conninfo(as: .executor)
        return ExecutorLoop(
            pool: ConnectionPool(conninfo: conninfo, size: 2),
            queue: ConnectionPool(conninfo: conninfo, size: 1),
            listener: ConnectionPool(conninfo: conninfo, size: 1),
            sealer: try Sealer(keyFile: key),
            identity: ExecutorIdentity(authority: try CertificateAuthority()),
            logger: Logger(label: "test"), name: "one", slots: slots, clusterJobs: 0,
            leaseSeconds: 30)
    }
}
