import Execution
import Logging
import Postgres
import Statements
import TestDatabase
import Testing

/// Who is brought commitlog archiving by itself, with the real catalog.
@Suite struct ArchiveKeeperTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
        try run(
            """
            INSERT INTO helenus.request (cluster_id, type, status, finished_at)
            VALUES ('a', 'pit_enable', 'success', now() - interval '1 hour');
            INSERT INTO helenus.pit_configuration (
                cluster_id, enabled, backup_directory, destinations, sleep, drain_first, epoch,
                request_id)
            SELECT 'a', true, '/x', '{"OPSC_ON_SERVER": {"compressed": false}}', 5, true, 3, id
            FROM helenus.request;
            """)
        try add("old", #"{"epoch": 3, "in_place": true}"#)
    }

    private func add(_ host: String, _ state: String?) throws {
        try run(
            """
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret,
                node_state, last_seen, archive_state)
            VALUES ('a', '\(host)', '\(host)', '', '', '', 'up', now(),
                \(state.map { "'\($0)'" } ?? "NULL"));
            """)
    }

    private func run(_ script: String) throws { try database.connect().runScript(script) }

    private func look() async throws -> [String] {
        try await ArchiveKeeper(
            pool: ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1),
            logger: Logger(label: "test")
        ).look()
    }

    private func jobs() throws -> [String] {
        try database.connect().run(
            Statement(
                name: "jobs",
                text: """
                    SELECT job.kind || ' ' || (job.payload ->> 'eventType') || ' ' || event.status
                    FROM helenus.job AS job
                    JOIN helenus.pit_configuration AS configuration
                        ON configuration.request_id = job.request_id
                    JOIN helenus.activity_event AS event ON event.request_id = job.request_id
                    """)
        ).map { try $0.text(0) }
    }

    @Test func `while all are as they should be, nothing begins`() async throws {
        #expect(try await look() == [])
        #expect(try jobs() == [])
    }

    @Test(arguments: [nil, #"{"epoch": 2, "in_place": true}"#, #"{"epoch": 3, "in_place": false}"#])
    func `a node that lacks it gets it, once`(state: String?) async throws {
        try add("new", state)
        #expect(try await look() == ["a"])
        #expect(try await look() == [])
        #expect(try jobs() == ["configure_archive pit_enable running"])
    }

    @Test(arguments: [
        "UPDATE helenus.request SET status = 'error'",
        "UPDATE helenus.request SET finished_at = now()",
        "UPDATE helenus.pit_configuration SET enabled = false",
        "UPDATE helenus.node SET node_state = 'down'",
        "UPDATE helenus.node SET last_seen = now() - interval '1 minute'",
        "UPDATE helenus.node SET revoked_at = now()",
    ])
    func `not after a roll that failed or has just ended, nor for nodes that are away`(
        change: String
    ) async throws {
        try add("new", nil)
        try run(change)
        #expect(try await look() == [])
    }
}
