import API
import Foundation
import Logging
import Passwords
import SCGI
import Sealing
import Statements
import Testing

/// `GET metrics`: what it tells, and to whom.
@Suite struct MetricsTests {
    private static func text(_ api: APIFixture) throws -> [String] {
        let answer = try api.ask("GET", "/metrics")
        #expect(answer.status == 200)
        return answer.body.split(separator: "\n").map(String.init)
    }

    @Test func `every statement of metrics is in sql`() throws {
        for statement in MetricsStatement.allCases {
            #expect(try !SQLText.statement(statement.rawValue).text.isEmpty)
        }
    }

    @Test func `labels and help are escaped as the format wants it`() {
        var text = MetricsText()
        text.begin(MetricFamily("x", .gauge, "A \"help\" of \\ and\nlines."))
        text.add("1", [("a", "a\\b\"c\nd\r\ne\"\u{301}"), ("b", "ä")])
        text.add("2")
        #expect(
            text.text == """
                # HELP helenus_x A "help" of \\\\ and\\nlines.
                # TYPE helenus_x gauge
                helenus_x{a="a\\\\b\\"c\\nd\r\\ne\\"\u{301}",b="ä"} 1
                helenus_x 2

                """)
    }

    @Test func `the queue, what came of jobs, the last good backups and the nodes are told`() throws
    {
        let api = try APIFixture()
        try api.addBackup()
        try api.run(
            """
            INSERT INTO helenus.node (cluster_id, host_id, address, agent_url, token_hash,
                sealed_executor_secret, keyspaces, last_seen, node_state)
            VALUES ('one', 'h', '10.0.0.1', '', '', '', '{"k": {}, "l": {}}',
                '2020-01-01 00:00:01Z', 'up');
            INSERT INTO helenus.job (cluster_id, kind, payload, run_at)
            VALUES ('one', 'backup', '{}', now() - interval '1 hour');
            INSERT INTO helenus.job (cluster_id, kind, payload) VALUES ('one', 'sync', '{}');
            UPDATE helenus.job SET state = 'failed', finished_at = now() WHERE kind = 'sync';
            WITH running AS (
                INSERT INTO helenus.request (cluster_id, type) VALUES ('one', 'sync') RETURNING id
            )
            INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
            SELECT 'one', id, '10.0.0.1', '{"state": "running", "details": {"rate": 9}}'
            FROM running;
            INSERT INTO helenus.pit_configuration (
                cluster_id, enabled, backup_directory, destinations, sleep, drain_first, changed_at)
            VALUES ('one', true, '/a', '{"d": {}}', 0, true, '2020-01-01 00:00:03Z');
            """)
        // Jobs are counted when the transaction ends.
        try api.run("UPDATE helenus.job_count SET last_at = '2020-01-01 00:00:02Z'")
        let lines = try Self.text(api)
        let node = #"{cluster="one",host_id="h",address="10.0.0.1"}"#
        let good = #"helenus_last_good_backup_timestamp_seconds{cluster="one",keyspace="#
        for line in [
            "helenus_database_up 1",
            #"helenus_queue_jobs{cluster="one",kind="backup",standing="ready"} 1"#,
            #"helenus_jobs_total{cluster="one",kind="sync",outcome="error"} 1"#,
            #"helenus_job_last_end_timestamp_seconds{cluster="one",kind="sync",outcome="error"} "#
                + "1577836802.000000",
            good + #""k",place="nodes"} 1577836800.000000"#, good + #""k",place="destination"} 0"#,
            good + #""l",place="nodes"} 0"#, "helenus_node_up\(node) 1",
            "helenus_agent_last_seen_timestamp_seconds\(node) 1577836801.000000",
            "helenus_agent_sent_bytes_total\(node) 0",
            #"helenus_agent_transfer_bytes_per_second{cluster="one",address="10.0.0.1",type="sync"} 9"#,
            "helenus_archive_reach_timestamp_seconds\(node) 1577836803.000000",
            "helenus_archive_waiting_segments\(node) 0",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        let age = try #require(
            lines.first { $0.hasPrefix("helenus_queue_oldest_age_seconds") }?
                .split(separator: " ").last.flatMap { Double($0) })
        #expect((3_600..<3_700).contains(age))
    }

    @Test func `each metric is described once, before its lines, and a counter ends in total`()
        throws
    {
        var described: Set<String> = []
        var name = ""
        for line in try Self.text(APIFixture()) {
            if line.hasPrefix("# HELP ") {
                name = String(line.split(separator: " ")[2])
                #expect(described.insert(name).inserted, "\(name)")
            } else if line.hasPrefix("# TYPE ") {
                let kind = line.split(separator: " ")
                #expect(kind[2] == name)
                #expect((kind[3] == "counter") == name.hasSuffix("_total"), "\(name)")
            } else {
                #expect(line.hasPrefix(name), "\(line)")
            }
        }
    }

    @Test func `they are answered as Prometheus' text to whoever sees all clusters`() throws {
        let api = try APIFixture.walled()
        try api.addAccount("prometheus", ["*": .viewer])
        #expect(try api.ask("GET", "/metrics", session: api.login("admin")).status == 403)
        let session = try api.login("prometheus")
        let response = api.service.respond(
            to: try api.request(
                "GET", "/metrics", headers: [("HTTP_OPSCENTER_SESSION", session)]))
        #expect(response.status == 200)
        let type = response.headers.first { $0.name == "Content-Type" }?.value
        #expect(type == "text/plain; version=0.0.4; charset=utf-8")
    }

    @Test func `without a database that is what they tell`() throws {
        let api = try APIFixture()
        let key = try KeyFileOfTest()
        let service = APIService(
            database: DatabaseSession(conninfo: "host=/nowhere"),
            sealer: try Sealer(keyFile: key.path), settings: APISettings(authenticates: false),
            logger: Logger(label: "test"), hasher: DirectHasher(), waiting: { try $1() })
        let response = service.respond(to: try api.request("GET", "/metrics"))
        guard case .bytes(let body) = response.body else { return #expect(Bool(false)) }
        #expect(response.status == 200)
        #expect(String(decoding: body, as: UTF8.self).contains("helenus_database_up 0\n"))
    }
}

/// What `GET metrics` tells of the workers, and the files in `deploy/monitoring` that ask for it.
@Suite struct ServiceMetricsTests {
    private static func service(
        _ api: APIFixture, counters: any SharedCounters = OwnCounters()
    ) throws -> APIService {
        let key = try KeyFileOfTest()
        return APIService(
            database: DatabaseSession(conninfo: api.database.conninfo(as: .api)),
            sealer: try Sealer(keyFile: key.path), settings: APISettings(authenticates: false),
            logger: Logger(label: "test"), hasher: DirectHasher(), counters: counters,
            workers: {
                WorkerNumbers(wanted: 4, idle: 2, busy: 1, starts: 6, crashes: 2, timeouts: 1)
            },
            waiting: { try $1() })
    }

    private static func answer(
        _ service: APIService, _ api: APIFixture, _ method: String, _ path: String
    ) throws -> String {
        var bytes: [UInt8] = []
        try service.answer(try api.request(method, path)) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `requests are counted by route over all workers, with the time that they took`()
        throws
    {
        let api = try APIFixture()
        let counters = OwnCounters()
        let workers = try (1...2).map { _ in try Self.service(api, counters: counters) }
        _ = try Self.answer(workers[0], api, "GET", "/healthz")
        _ = try Self.answer(workers[1], api, "HEAD", "/healthz")
        _ = try Self.answer(workers[1], api, "GET", "/one/backups/destinations/none")
        _ = try Self.answer(workers[1], api, "GET", "/a/b/c/d/e/f/g")
        let text = try Self.answer(workers[0], api, "GET", "/metrics")
        let lines = text.split(separator: "\n").map(String.init)
        let health = #"{method="GET",route="/healthz","#
        for line in [
            "helenus_http_requests_total\(health)status=\"2xx\"} 2",
            #"helenus_http_requests_total{method="GET","#
                + #"route="/{cluster}/backups/destinations/{destination}",status="4xx"} 1"#,
            #"helenus_http_requests_total{method="",route="",status="4xx"} 1"#,
            "helenus_http_request_duration_seconds_bucket\(health)le=\"+Inf\"} 2",
            #"helenus_http_request_duration_seconds_count{method="GET",route="/healthz"} 2"#,
            #"helenus_workers{state="idle"} 2"#, #"helenus_workers{state="busy"} 1"#,
            "helenus_workers_wanted 4", "helenus_worker_starts_total 6",
            "helenus_worker_crashes_total 2", "helenus_worker_timeouts_total 1",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        let buckets = lines.filter {
            $0.hasPrefix("helenus_http_request_duration_seconds_bucket\(health)")
        }.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(buckets.count == RequestMeter.bounds.count + 1 && buckets == buckets.sorted())
        let sum = lines.first { $0.hasPrefix("helenus_http_request_duration_seconds_sum") }
        #expect(sum?.hasSuffix(" 0.0") == false)
    }

    @Test func `every metric that the rules and the dashboard name is told`() throws {
        let api = try APIFixture()
        var told: Set<String> = []
        for line in try Self.answer(Self.service(api), api, "GET", "/metrics").split(
            separator: "\n")
        where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ").map(String.init)
            let suffixes = words[3] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
            told.formUnion(suffixes.map { words[2] + $0 })
        }
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "deploy/monitoring")
        for file in ["helenus.rules.yml", "dashboard.json"] {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            let named = Set(text.matches(of: /helenus_[a-z_]+/).map { String($0.output) })
            #expect(named.count > 10)
            #expect(named.subtracting(told) == [], "\(file)")
        }
    }

    @Test func `each metric is told of in the documentation`() throws {
        let api = try APIFixture()
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/Documentation.docc/Monitoring.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for line in try Self.answer(Self.service(api), api, "GET", "/metrics").split(
            separator: "\n")
        where line.hasPrefix("# TYPE ") {
            #expect(text.contains("`\(line.split(separator: " ")[2])`"), "\(line)")
        }
    }
}
