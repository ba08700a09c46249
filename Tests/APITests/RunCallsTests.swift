import API
import Postgres
import Statements
import Testing

/// `backups/run`, requests and destinations, as far as they need no agent.
@Suite struct RunCallsTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
        try api.addBackup()
    }

    private func run(_ body: String) throws -> String {
        let answer = try api.ask("POST", "/one/backups/run", body)
        #expect(answer.status == 200, "\(answer.body)")
        return String(answer.body.dropFirst().dropLast())
    }

    @Test func `a run is listed with one event for each copy as soon as it has answered`() throws {
        let id = try run(#"{"keyspaces": ["k"], "destinations": {"d": {"throttle": "2"}}}"#)
        let events = try api.get("/one/backup-activity").list
        #expect(events.map { $0["destination"]["id"] } == [.text("d"), .text("OPSC_ON_SERVER")])
        #expect(events.allSatisfy { $0["status"] == .text("running") })
        #expect(events.allSatisfy { $0["request_id"] == .text(id) })
        #expect(events[0]["full_status"]["state"] == .text("running"))
        #expect(events[0]["event_time"] == events[1]["event_time"])
        let status = try api.get("/request/\(id)/status")
        #expect(status["state"] == .text("running") && status["type"] == .text("backup"))
        #expect(status["tag"] == events[0]["backup_id"])
        #expect(try api.get("/one/request/\(id)/status") == status)
    }

    @Test func `a running request tells the rate of all nodes and the end of the last`() throws {
        let id = try run("{}")
        #expect(try api.get("/request/\(id)/status")["details"]["rate"] == .null)
        try api.run(
            """
            INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
            VALUES ('one', '\(id)', 'a', '{"details": {"rate": 200, "eta": 1000}}'),
                ('one', '\(id)', 'b', '{"details": {"rate": 300, "eta": 1500}}'),
                ('one', '\(id)', 'c', '{"details": {}}');
            """)
        let details = try api.get("/request/\(id)/status")["details"]
        #expect(details["rate"] == .number(500) && details["eta"] == .number(1500))
        #expect(details["subrequests"].names == ["a", "b", "c"])
    }

    @Test func `an empty body is a backup of everything, and two in a second are two`() throws {
        #expect(try run("") != run("{}"))
        let tags = try api.column("SELECT tag FROM helenus.backup WHERE tag <> 't'")
        #expect(Set(tags).count == 2)
        #expect(tags.allSatisfy { $0.hasPrefix("opscenter_adhoc_") && $0.hasSuffix("-UTC") })
    }

    @Test func `a run takes the second after the last that is taken, but not in 2099`() throws {
        try api.run(
            """
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            SELECT 'one', 'opscenter_adhoc_'
                || to_char(taken.at AT TIME ZONE 'UTC', 'YYYY-MM-DD-HH24-MI-SS') || '-UTC', taken.at
            FROM (
                SELECT date_trunc('second', now()) + number * interval '1 second'
                FROM generate_series(0, 600) AS number
                UNION ALL VALUES ('2099-01-01 00:00:00Z'::timestamptz)
            ) AS taken (at)
            """)
        _ = try run("")
        let isNext = try api.column(
            """
            SELECT (begun.event_time = (
                SELECT max(taken.event_time) + interval '1 second'
                FROM helenus.backup AS taken
                WHERE taken.request_id IS NULL AND taken.event_time < '2099-01-01 00:00:00Z'))::text
            FROM helenus.backup AS begun
            WHERE begun.request_id IS NOT NULL
            """)
        #expect(isNext == ["true"])
    }

    @Test(arguments: [
        (#"{"destinations": {"nosuch": {}}}"#, 404, "NoSuchDestination"),
        (#"{"keyspaces": "k"}"#, 400, "keyspaces"),
        (#"{"keyspaces": ["a/b"]}"#, 400, "a/b"),
        (#"{"destinations": {"d": {"throttle": "fast"}}}"#, 400, "destinations.d.throttle"),
        ("not JSON", 400, "InvalidArguments"),
    ])
    func `a run that makes no sense is refused and leaves nothing`(
        body: String, status: Int, words: String
    ) throws {
        let answer = try api.ask("POST", "/one/backups/run", body)
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(try api.column("SELECT count(*) FROM helenus.job") == ["0"])
        #expect(try api.get("/one/backup-activity") == .list([]))
    }

    @Test func `a request is called off once, and listed by type and state`() throws {
        let id = try run("{}")
        #expect(try api.get("/one/requests?type=backup&state=running").list.count == 1)
        #expect(try api.get("/one/requests?type=restore").list.isEmpty)
        #expect(try api.ask("POST", "/one/request/\(id)/cancel").status == 200)
        #expect(try api.column("SELECT cancel_requested::text FROM helenus.job") == ["true"])
        #expect(try api.ask("POST", "/request/\(id)/cancel").status == 200)
        try api.run("UPDATE helenus.request SET status = 'cancelled', finished_at = now()")
        #expect(try api.ask("POST", "/request/\(id)/cancel").status == 409)
        #expect(try api.ask("POST", "/one/request/\(id)/cancel").status == 409)
        let nobody = "00000000-0000-0000-0000-000000000000"
        #expect(try api.ask("POST", "/one/request/\(nobody)/cancel").status == 404)
        #expect(try api.ask("POST", "/request/\(nobody)/cancel").status == 404)
        #expect(try api.ask("GET", "/request/x/status").body.contains("NoSuchRequest"))
    }

    @Test func `the built-in destination is always there and cannot be changed`() throws {
        let listed = try api.get("/one/backups/destinations")
        #expect(listed.names == ["OPSC_ON_SERVER", "d"])
        #expect(listed["OPSC_ON_SERVER"]["provider"] == .text("server"))
        #expect(try api.get("/one/backups/destinations/OPSC_ON_SERVER")["path"] == .text(""))
        let path = "/one/backups/destinations/OPSC_ON_SERVER"
        #expect(try api.ask("DELETE", path).status == 400)
        let change = #"{"id": "OPSC_ON_SERVER", "provider": "local", "path": "/x"}"#
        #expect(try api.ask("POST", "/one/backups/destinations", change).status == 400)
    }

    @Test(arguments: [
        (#"{"provider": "tape"}"#, "provider"),
        (#"{"provider": "local", "path": "relative"}"#, "path"),
        (#"{"provider": "local", "path": "/d/inside"}"#, "lie in each other"),
        (#"{"provider": "s3"}"#, "path"),
        (#"[{"provider": "azure", "container_name": "c"}]"#, "storage_account_name"),
    ])
    func `a destination that cannot be is refused before an agent is asked`(
        body: String, words: String
    ) throws {
        let answer = try api.ask("POST", "/one/backups/destinations", body)
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        #expect(try api.column("SELECT count(*) FROM helenus.job") == ["0"])
    }

    @Test func `the same place posted again answers the id that it has`() throws {
        let again = try api.ask(
            "POST", "/one/backups/destinations", #"{"provider": "local", "path": "/d/"}"#)
        #expect(again.status == 200 && again.body.contains(#"{"destination":[{"d":"#))
    }

    @Test func `a destination in use stays, and one that is not is deleted`() throws {
        _ = try run(#"{"destinations": {"d": {}}}"#)
        #expect(try api.ask("DELETE", "/one/backups/destinations/d").status == 409)
        try api.run("UPDATE helenus.request SET status = 'success', finished_at = now()")
        let gone = try api.ask(
            "POST", "/one/backups/destinations", #"{"id": "d", "delete_this": true}"#)
        #expect(gone.status == 200, "\(gone.body)")
        #expect(try api.get("/one/backups/destinations").names == ["OPSC_ON_SERVER"])
        #expect(try api.ask("DELETE", "/one/backups/destinations/d").status == 404)
    }

    @Test func `a destination that a schedule uses stays, and the schedules are named`() throws {
        let ids = try (0..<2).map { _ in
            let answer = try api.ask(
                "POST", "/one/job-schedules",
                #"""
                {"first_run_time": "02:30:00", "interval": 1, "interval_unit": "days",
                 "job_params": {"type": "backup", "destinations": {"d": null}}}
                """#)
            #expect(answer.status == 201, "\(answer.body)")
            return String(answer.body.dropFirst().dropLast())
        }
        for (method, path, body) in [
            ("DELETE", "/one/backups/destinations/d", ""),
            ("POST", "/one/backups/destinations", #"{"id": "d", "delete_this": "true"}"#),
        ] {
            let refused = try api.ask(method, path, body)
            #expect(refused.status == 409 && refused.body.contains(ids.joined(separator: ", ")))
        }
        for id in ids { _ = try api.ask("DELETE", "/one/job-schedules/\(id)") }
        #expect(try api.ask("DELETE", "/one/backups/destinations/d").status == 200)
    }

    @Test func `a destination that somebody is about to use cannot be removed meanwhile`() throws {
        let user = try api.database.connect(as: .api)
        try user.transaction(permitting: .only("one")) { connection in
            let held = try connection.run(APIStatement.destinationHold, .text("one"), .array(["d"]))
            #expect(held.count == 1)
            let remover = try api.database.connect(as: .api)
            try remover.runScript("SET lock_timeout = '50ms'")
            #expect(throws: PostgresError.self) {
                try remover.transaction(permitting: .only("one")) {
                    _ = try $0.run(APIStatement.destinationLock, .text("one"), .text("d"))
                }
            }
        }
    }
}
