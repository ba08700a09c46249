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
        let last = try enqueue(20)
        let executor = try executor(slots: 1)
        let running = Task { try await executor.run() }
        let ending = try JobQueue.waitForEnding(
            on: database.connect(as: .api), clusterID: "a", jobID: last, seconds: 20)
        running.cancel()
        try await running.value
        #expect(ending == .succeeded(result: nil))
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
            listener: ConnectionPool(conninfo: conninfo, size: 1),
            sealer: try Sealer(keyFile: key),
            identity: ExecutorIdentity(authority: try CertificateAuthority()),
            logger: Logger(label: "test"), name: "one", slots: slots, clusterJobs: 0,
            leaseSeconds: 30)
    }
}
