import API
import Postgres
import Testing

/// Pages of lists that are sent again: as long as nothing has changed them, and no longer.
///
/// What comes from the cache is told apart by changing the catalog behind the back of its triggers, which
/// nobody but a superuser can.
@Suite struct CachedPageTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture.walled()
        try api.run(
            """
            INSERT INTO helenus.activity_event (
                cluster_id, event_time, backup_id, type, destination_id, status, destination,
                finished_at)
            SELECT cluster_id, to_timestamp(1000), 'a', 'backup', 'OPSC_ON_SERVER', 'success',
                '{}', now()
            FROM helenus.cluster;
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            SELECT cluster_id, 'a', to_timestamp(1000) FROM helenus.cluster;
            INSERT INTO helenus.backup_copy (
                cluster_id, tag, destination_id, status, listed, keyspaces)
            SELECT cluster_id, 'a', 'OPSC_ON_SERVER', 'success', true, '{"k": {}}'
            FROM helenus.cluster
            """)
    }

    private static let lists = [
        "/one/backup-activity", "/one/backup-activity?reverse=1", "/one/backups?amount=5",
    ]

    /// Changes what every list would answer, so that no trigger sees it.
    private func changeUnseen(to text: String) throws {
        try api.run(
            """
            SET session_replication_role = replica;
            UPDATE helenus.activity_event SET document = '"\(text)"';
            UPDATE helenus.backup_listing SET document = '"a": "\(text)"'
            """)
    }

    private func answers(_ session: String) throws -> [String] {
        try Self.lists.map { path in
            let answer = try api.ask("GET", path, session: session)
            #expect(answer.status == 200)
            return answer.body
        }
    }

    @Test func `a page is sent again while nothing of its cluster changes`() throws {
        let session = try api.login("viewer")
        let first = try answers(session)
        #expect(first.allSatisfy { $0.contains("event_time") || $0.contains("keyspaces") })
        try changeUnseen(to: "other")
        try api.run("UPDATE helenus.activity_event SET message = 'x' WHERE cluster_id = 'two'")
        #expect(try answers(session) == first)
        // With other parameters it is another page.
        let one = try api.ask("GET", "/one/backup-activity?count=1", session: session).body
        #expect(one == #"["other"]"#)
    }

    @Test(arguments: [
        """
        INSERT INTO helenus.activity_event (
            cluster_id, event_time, backup_id, type, destination_id, destination)
        VALUES ('one', now(), 'b', 'backup', 'OPSC_ON_SERVER', '{}')
        """,
        "UPDATE helenus.activity_event SET deleted_at = now() WHERE cluster_id = 'one'",
        "DELETE FROM helenus.activity_event WHERE cluster_id = 'one'",
        "UPDATE helenus.backup_copy SET verified_at = now() WHERE cluster_id = 'one'",
        "UPDATE helenus.backup SET event_time = now() WHERE cluster_id = 'one'",
        "DELETE FROM helenus.backup WHERE cluster_id = 'one'",
    ])
    func `whatever changes a list of the cluster has its pages read anew`(change: String) throws {
        let session = try api.login("viewer")
        let first = try answers(session)
        try changeUnseen(to: "seen")
        #expect(try answers(session) == first)
        try api.run(change)
        let second = try answers(session)
        #expect(second.allSatisfy { !first.contains($0) })
    }

    @Test func `a change that began before the page was read and ended after it is seen`() throws {
        let session = try api.login("viewer")
        let change = try api.database.connect(as: .owner)
        try change.transaction(permitting: .all) { connection in
            try connection.runScript(
                "UPDATE helenus.activity_event SET message = 'late' WHERE cluster_id = 'one'")
            // Another one begins after it and ends before.
            try api.run("UPDATE helenus.activity_event SET message = 'x' WHERE cluster_id = 'two'")
            #expect(try answers(session)[0].contains("late") == false)
            #expect(try answers(session)[0].contains("late") == false)
        }
        #expect(try answers(session)[0].contains("late"))
    }

    @Test func `what is changed and taken back leaves the page as it is`() throws {
        let session = try api.login("viewer")
        let first = try answers(session)
        try api.run(
            """
            BEGIN; UPDATE helenus.activity_event SET message = 'x' WHERE cluster_id = 'one'; ROLLBACK
            """)
        try changeUnseen(to: "other")
        #expect(try answers(session) == first)
    }

    @Test func `an event that runs is read anew at each call`() throws {
        let session = try api.login("viewer")
        try api.run(
            """
            WITH made AS (
                INSERT INTO helenus.request (cluster_id, type) VALUES ('one', 'backup')
                RETURNING cluster_id, id)
            INSERT INTO helenus.activity_event (
                cluster_id, event_time, backup_id, type, destination_id, request_id, destination)
            SELECT cluster_id, now(), 'b', 'backup', 'OPSC_ON_SERVER', id, '{}' FROM made
            """)
        #expect(try answers(session)[0].contains("halfway") == false)
        try api.run(
            """
            INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
            SELECT cluster_id, id, '10.0.0.1', '{"status": "halfway"}' FROM helenus.request
            """)
        #expect(try answers(session)[0].contains("halfway"))
    }

    @Test func `nobody is sent a page who may not read the cluster`() throws {
        let viewer = try api.login("viewer")
        let other = try api.login("other")
        _ = try answers(viewer)
        for path in Self.lists {
            #expect(try api.ask("GET", path, session: other).status == 404)
            #expect(try api.ask("GET", path).status == 401)
        }
        try api.run("DELETE FROM helenus.account_role WHERE account_name = 'viewer'")
        for path in Self.lists {
            #expect(try api.ask("GET", path, session: viewer).status == 404)
        }
    }

    @Test func `a cluster's name and HTTP Basic lead to the same page`() throws {
        try api.run("UPDATE helenus.cluster SET name = 'First' WHERE cluster_id = 'one'")
        let first = try api.ask("GET", "/First/backup-activity", basic: "viewer")
        #expect(first.status == 200 && first.body.contains("event_time"))
        try changeUnseen(to: "other")
        #expect(try api.ask("GET", "/First/backup-activity", basic: "viewer") == first)
        let session = try api.login("viewer")
        #expect(try api.ask("GET", "/one/backup-activity", session: session) == first)
        try api.run("UPDATE helenus.activity_event SET message = 'new' WHERE cluster_id = 'one'")
        #expect(try api.ask("GET", "/First/backup-activity", basic: "viewer").body.contains("new"))
    }

    @Test func `a page of a connection that was lost is read anew`() throws {
        let session = try api.login("viewer")
        _ = try answers(session)
        try changeUnseen(to: "other server")
        try api.run(
            """
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE usename = 'helenus_api' AND datname = current_database()
            """)
        #expect(try answers(session).allSatisfy { $0.contains("other server") })
    }

    @Test func `a list of one destination is not kept, nor anything without memory for it`()
        throws
    {
        let session = try api.login("viewer")
        let path = "/one/backups?destination=OPSC_ON_SERVER"
        #expect(try api.ask("GET", path, session: session).body.contains("\"k\""))
        try api.run(
            """
            SET session_replication_role = replica;
            UPDATE helenus.backup_copy SET keyspaces = '{"other": {}}'
            """)
        #expect(try api.ask("GET", path, session: session).body.contains("\"other\""))

        let without = try APIFixture(pageCacheBytes: 0)
        _ = try without.ask("GET", "/one/backup-activity")
        try without.run(
            """
            SET session_replication_role = replica;
            INSERT INTO helenus.activity_event (
                cluster_id, event_time, backup_id, type, destination_id, status, destination,
                day, document)
            VALUES ('one', now(), 'b', 'backup', 'd', 'success', '{}', now(), '"unseen"')
            """)
        #expect(try without.ask("GET", "/one/backup-activity").body == #"["unseen"]"#)
    }
}
