import BackupModel
import Execution
import JobQueue
import Postgres
import Statements
import TestDatabase
import Testing

/// Which copies are tried again, and when: with the real catalog.
@Suite struct OwedSyncsTests {
    private let database: TestDatabase
    private let connection: Connection
    private let tag: BackupTag

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
        connection = try database.connect(as: .executor)
        tag = try BackupTag("t")
        try database.connect().runScript(
            """
            INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
            VALUES ('a', 'd', 'local', '/d', '{"path": "/d"}', 'local:/d');
            """)
        try add("t")
    }

    /// A backup on its node, and a copy of it that failed.
    private func add(_ tag: String) throws {
        try database.connect().runScript(
            """
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            VALUES ('a', '\(tag)', '2020-01-01 00:00:00Z');
            INSERT INTO helenus.backup_copy (
                cluster_id, tag, destination_id, status, listed, keyspaces, transfer)
            VALUES ('a', '\(tag)', 'OPSC_ON_SERVER', 'success', true, '{"k": {"cfs": ["t"]}}', NULL),
                ('a', '\(tag)', 'd', 'error', false, '{}',
                    '{"compressed": true, "deleteAfterwards": false}');
            INSERT INTO helenus.backup_copy_table (
                cluster_id, tag, destination_id, host_id, keyspace_name, table_name, node_address,
                files, bytes, outcome)
            VALUES ('a', '\(tag)', 'OPSC_ON_SERVER', 'h', 'k', 't', '10.0.0.1', 1, 1, 'success');
            """)
    }

    private func run<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try connection.transaction(permitting: .only("a"), body)
    }

    private func set(_ assignment: String, of destination: String = "d") throws {
        try database.connect().runScript(
            "UPDATE helenus.backup_copy SET \(assignment) WHERE destination_id = '\(destination)'")
    }

    private func begin() throws {
        try run { try OwedSyncs($0, clusterID: "a").begin(tag: tag, destination: "d") }
    }

    /// Answers of one SQL expression, as the superuser.
    private func ask(_ query: String) throws -> [String] {
        try database.connect().run(Statement(name: query, text: query)).map { try $0.text(0) }
    }

    private func syncs() throws -> [String] {
        try ask("SELECT payload ->> 'tag' FROM helenus.job WHERE kind = 'sync' ORDER BY 1")
    }

    @Test func `what is owed begins as a sync with its own request and event`() throws {
        try begin()
        #expect(try syncs() == ["t"])
        #expect(
            try ask(
                """
                SELECT event.type || ' ' || event.status || ' ' || event.keyspaces || ' '
                    || (event.destination ->> 'path')
                FROM helenus.activity_event AS event
                JOIN helenus.request AS request ON request.id = event.request_id
                JOIN helenus.job AS job ON job.request_id = request.id
                """) == [#"sync running {"k": ["t"]} /d"#])
        #expect(
            try ask(
                """
                SELECT (payload #>> '{destinations,d,compressed}') || ' ' || priority
                FROM helenus.job
                """) == ["true -10"])
        #expect(
            try ask(
                "SELECT status || retries FROM helenus.backup_copy WHERE destination_id = 'd'")
                == ["running1"])
        // Nothing is begun twice.
        try begin()
        #expect(try syncs() == ["t"])
    }

    @Test(arguments: [
        "status = 'success'", "status = 'cancelled'", "deleted_at = now()", "retries = 10",
    ])
    func `a copy that is whole, called off, deleted or was tried often is not owed`(
        assignment: String
    ) throws {
        try set(assignment)
        try begin()
        #expect(try syncs().isEmpty)
    }

    @Test func `nothing is owed when the snapshot is gone`() throws {
        try set("listed = false, deleted_at = now()", of: "OPSC_ON_SERVER")
        try begin()
        #expect(try syncs().isEmpty)
    }

    @Test func `nothing is owed to a destination that was removed`() throws {
        try database.connect().runScript("UPDATE helenus.destination SET removed_at = now()")
        try begin()
        #expect(try syncs().isEmpty)
    }

    @Test func `a copy that is partial because the backup is so is not owed`() throws {
        try set("status = 'partial', listed = true")
        try database.connect().runScript(
            """
            INSERT INTO helenus.backup_copy_table (
                cluster_id, tag, destination_id, host_id, keyspace_name, table_name, node_address,
                files, bytes, outcome)
            VALUES ('a', 't', 'd', 'h', 'k', 't', '10.0.0.1', 1, 1, 'success')
            """)
        try begin()
        #expect(try syncs().isEmpty)
    }

    @Test func `retries come later and later, and end`() throws {
        for retries in 0..<4 {
            try set("retries = \(retries)")
            let isRetried = try run {
                try OwedSyncs($0, clusterID: "a").retryLater(tag: tag, destination: "d")
            }
            #expect(isRetried == (retries < 3))
        }
        #expect(
            try ask(
                """
                SELECT round(extract(epoch FROM run_at - created_at))::text FROM helenus.job
                WHERE kind = 'retry_sync' AND concurrency_key IS NULL ORDER BY run_at
                """) == ["300", "900", "2700"])
    }

    @Test func `the next backup begins what is owed where it could send to itself`() throws {
        let requestID = try endBackup("u", copy: "success")
        #expect(!requestID.isEmpty)
        #expect(try syncs() == ["t"])
    }

    @Test func `a backup that could not send there either begins nothing`() throws {
        _ = try endBackup("u", copy: "error")
        #expect(try syncs().isEmpty)
    }

    /// Ends the job of a backup, one of whose copies ended so.
    private func endBackup(_ tag: String, copy status: String) throws -> String {
        try add(tag)
        try database.connect().runScript(
            """
            UPDATE helenus.backup_copy SET status = '\(status)', retries = 10
            WHERE tag = '\(tag)' AND destination_id = 'd'
            """)
        let requestID = try ask(
            """
            INSERT INTO helenus.request (cluster_id, type, tag, destinations)
            VALUES ('a', 'backup', '\(tag)', '["OPSC_ON_SERVER", "d"]') RETURNING id
            """)[0]
        try run { connection in
            _ = try JobQueue(connection).enqueue(
                NewJob(
                    clusterID: "a", requestID: requestID, kind: .backup,
                    payload: .plain(json: "{}")))
        }
        let job = try claim()
        try run {
            try Outcomes($0, clusterID: "a").finishRequest(job, .partial, message: nil)
        }
        return requestID
    }

    private func claim() throws -> ClaimedJob {
        try JobQueue.exchange(
            on: connection, [], for: ClaimOrder(owner: "x", leaseSeconds: 30, limit: 1)
        ).claimed[0]
    }

    @Test func `a sync that is given up takes its copies and events with it`() throws {
        try begin()
        let job = try claim()
        try run { try Outcomes($0, clusterID: "a").abandon(job, message: "no more") }
        #expect(
            try ask(
                "SELECT status || message FROM helenus.backup_copy WHERE destination_id = 'd'")
                == ["errorno more"])
        #expect(try ask("SELECT status FROM helenus.activity_event") == ["error"])
        #expect(
            try ask("SELECT status FROM helenus.backup_copy WHERE destination_id <> 'd'")
                == ["success"])
    }
}
