import API
import Catalog
import Foundation
import Testing

/// An admin of `two` tries everything on `one`, in which there is a backup, a destination, a
/// request, a schedule and a webhook.
@Suite struct CrossingTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture.walled()
        try api.addBackup()
        try api.run(
            """
            INSERT INTO helenus.request (cluster_id, id, type)
            VALUES ('one', '\(Self.request)', 'backup');
            INSERT INTO helenus.schedule (
                cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every,
                repeat_unit, job_params, plan, retention)
            VALUES ('one', '\(Self.schedule)', '2020-01-01', '02:30', 'UTC', 1, 'days', '{}', '{}',
                '{}');
            INSERT INTO helenus.webhook (cluster_id, id, url, events, sealed_secret)
            VALUES ('one', '\(Self.webhook)', 'https://one', '{backup.late}', '');
            """)
    }

    private static let request = "11111111-2222-3333-4444-555555555555"
    private static let schedule = "66666666-2222-3333-4444-555555555555"
    private static let webhook = "77777777-2222-3333-4444-555555555555"

    private static func path(_ route: Route, cluster: String) -> String {
        let names = [
            "{cluster}": cluster, "{tag}": "t", "{destination}": "d", "{request}": request,
            "{keyspace}": "k", "{table}": "c", "{schedule}": schedule, "{webhook}": webhook,
        ]
        return "/" + route.pattern.map { names[$0] ?? $0 }.joined(separator: "/")
    }

    @Test func `another cluster is not there, whatever is asked of it`() throws {
        let session = try api.login("other")
        let before = try state()
        for route in Routes.all where route.pattern.contains("{cluster}") && route.least != .agent {
            let answer = try api.ask(
                route.method, Self.path(route, cluster: "one"), "{}", session: session)
            #expect(answer.status == 404, "\(route.method) \(route.pattern)")
            #expect(answer.body.contains("There are no clusters with name or ID 'one'"))
        }
        #expect(try state() == before)
    }

    @Test func `what belongs to another cluster is not found in one's own`() throws {
        let session = try api.login("other")
        let before = try state()
        for route in Routes.all where route.pattern.contains("{cluster}") && route.least != .agent {
            guard
                route.pattern.contains(where: {
                    ["{tag}", "{destination}", "{request}", "{schedule}", "{webhook}"]
                        .contains($0)
                })
            else { continue }
            let answer = try api.ask(
                route.method, Self.path(route, cluster: "two"), "{}", session: session)
            #expect(answer.status == 404, "\(route.method) \(route.pattern): \(answer.body)")
        }
        for (method, path, body) in [
            ("GET", "/request/\(Self.request)/status", ""),
            ("POST", "/request/\(Self.request)/cancel", ""),
            ("POST", "/two/backups/run", #"{"destinations": {"d": {}}}"#),
            ("POST", "/two/backups/sync", #"{"tag": "t", "destinations": {"d": {}}}"#),
            ("POST", "/two/backups/verify", #"{"tag": "t"}"#),
            ("POST", "/two/backups/pit", #"{"backup_directory": "/b", "destinations": {"d": {}}}"#),
            ("DELETE", "/two/backups?tag=t", ""),
            ("DELETE", "/two/backups?tag=t&destination=d", ""),
            ("GET", "/two/backups?destination=d&list_all=1", ""),
        ] {
            let answer = try api.ask(method, path, body, session: session)
            #expect(answer.status == 404, "\(method) \(path): \(answer.body)")
        }
        #expect(try state() == before)
    }

    @Test func `lists hold nothing of another cluster`() throws {
        let session = try api.login("other")
        for path in [
            "/two/backups", "/two/requests", "/two/backup-activity", "/two/webhooks", "/audit",
            "/tokens",
        ] {
            let answer = try api.ask("GET", path, session: session)
            #expect(answer.status == 200, "\(path)")
            #expect(!answer.body.contains(Self.request) && !answer.body.contains("\"t\""))
            #expect(!answer.body.contains(Self.webhook))
        }
    }

    @Test func `an agent of another cluster is nobody`() throws {
        try api.run(
            """
            INSERT INTO helenus.enrolment_token (cluster_id, token_hash, expires_at)
            VALUES ('one', sha256('of one'), now() + interval '1 hour');
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
            SELECT cluster_id, '\(Self.request)', 'a', 'u', sha256(('of ' || cluster_id)::bytea), ''
            FROM helenus.cluster;
            """)
        let before = try state(of: "two")
        let body = """
            {"host_id": "\(Self.request)", "address": "10.0.0.1", "agent_url": "http://127.0.0.1:1",
            "datacenter": "d", "rack": "r", "tokens": [], "partitioner": "p", "schema_version": "s",
            "cassandra_version": "4.1.0", "agent_version": "1", "node_state": "up",
            "data_directories": [], "free_bytes": 1, "total_bytes": 1, "used_bytes": 1,
            "staging_free_bytes": 1, "keyspaces": {}}
            """
        for route in Routes.all where route.least == .agent {
            let path = Self.path(route, cluster: "two")
                .replacing("{host}", with: Self.request)
            let answer = try api.ask(
                route.method, path, route.pattern.last == "segments" ? "[]" : body,
                bearer: "of one")
            #expect(answer.status == 401, "\(route.method) \(path): \(answer.body)")
        }
        #expect(try state(of: "two") == before)
    }

    /// Everything of a cluster that a call could have changed.
    private func state(of cluster: String = "one") throws -> [String] {
        try [
            "cluster", "destination", "request", "backup", "backup_copy", "activity_event", "job",
            "schedule", "pit_configuration", "node", "enrolment_token", "pit_segment", "webhook",
            "webhook_delivery",
        ].flatMap { table in
            try api.column(
                """
                SELECT x::text FROM helenus.\(table) AS x WHERE x.cluster_id = '\(cluster)'
                ORDER BY 1
                """)
        }
    }
}
