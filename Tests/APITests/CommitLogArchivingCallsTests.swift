import API
import BackupModel
import Foundation
import Sealing
import Testing

/// `backups/pit`, and what agents ask and tell of it, with the real catalog.
@Suite struct CommitLogArchivingCallsTests {
    private static let host = "00000000-0000-0000-0000-000000000001"
    private static let enabling = #"""
        {"destinations": {"OPSC_ON_SERVER": {"compressed": false},
            "d": {"compressed": "true", "throttle": "10"}},
         "backup_directory": "/var/tmp/", "sleep": 5, "drain_first": false}
        """#
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
        try api.addBackup()
        let hash = SecretToken("agent").hash.map { String(format: "%02x", $0) }.joined()
        try api.run(
            """
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
            VALUES ('one', '\(Self.host)', '10.0.0.1', '', '\\x\(hash)', '');
            """)
    }

    private func enable(_ body: String = enabling) throws -> APIFixture.Answer {
        try api.ask("POST", "/one/backups/pit", body)
    }

    private func report(_ entries: [SegmentEntry]) throws -> APIFixture.Answer {
        let body = String(decoding: try JSONEncoder().encode(entries), as: UTF8.self)
        return try api.ask("POST", "/one/agents/\(Self.host)/segments", body, bearer: "agent")
    }

    private func entry(
        _ sequence: Int64, _ destination: String = "d", _ outcome: SegmentEntry.Outcome = .stored
    ) -> SegmentEntry {
        SegmentEntry(
            destinationID: destination, sequence: sequence, name: "CommitLog-2-\(sequence).log",
            firstWrite: Double(sequence) * 10, lastWrite: Double(sequence) * 10 + 9.502205,
            outcome: outcome, bytes: outcome == .stored ? 4 : nil,
            storedBytes: outcome == .stored ? 2 : nil,
            sha256: outcome == .stored ? String(repeating: "ab", count: 32) : nil,
            isCompressed: true, version: "2", storedAt: 1_450_135_082.5)
    }

    @Test func `never enabled it is off, without destinations`() throws {
        #expect(
            try api.ask("GET", "/one/backups/pit").body == #"{"enabled":false,"destinations":{}}"#)
        #expect(try api.ask("GET", "/one/backups/pit/logs").body == "{}")
        #expect(try api.ask("DELETE", "/one/backups/pit", "{}").status == 409)
    }

    @Test func `enabled it answers the request of the rolling restart, and what is wanted`() throws
    {
        let answer = try enable()
        #expect(answer.status == 200 && answer.body.hasPrefix("\"") && answer.body.count == 38)
        let shown = try api.get("/one/backups/pit")
        #expect(shown["enabled"] == .flag(true))
        #expect(shown["destinations"]["d"]["compressed"] == .flag(true))
        #expect(shown["destinations"]["d"]["throttle"] == .number(10))
        #expect(
            shown["destinations"]["OPSC_ON_SERVER"] == .object(["compressed": .flag(false)]))
        #expect(shown["backup_directory"] == .text("/var/tmp"))
        #expect(
            try api.column(
                """
                SELECT concat_ws(' ', event.type, event.status, request.type, job.kind,
                    job.concurrency_key, '"' || request.id || '"' = '\(answer.body)')
                FROM helenus.activity_event AS event
                JOIN helenus.request AS request ON request.id = event.request_id
                JOIN helenus.job AS job ON job.request_id = request.id
                """) == ["pit_enable running pit_enable configure_archive cluster:one t"])
    }

    @Test func `enabled again with other options it is another epoch`() throws {
        _ = try enable()
        _ = try enable(#"{"destinations": {"d": {}}, "backup_directory": "/x"}"#)
        #expect(
            try api.column(
                """
                SELECT concat_ws(' ', enabled, epoch, backup_directory, destinations, sleep,
                    drain_first)
                FROM helenus.pit_configuration
                """) == [#"t 2 /x {"d": {"compressed": false}} 60 t"#])
    }

    @Test func `disabled it keeps where segments are that are still to be shipped`() throws {
        _ = try enable()
        #expect(try api.ask("DELETE", "/one/backups/pit", #"{"sleep": "0"}"#).status == 200)
        let shown = try api.get("/one/backups/pit")
        #expect(shown["enabled"] == .flag(false) && shown["destinations"]["d"] != .null)
        #expect(try api.ask("DELETE", "/one/backups/pit").status == 409)
        #expect(
            try api.column("SELECT type FROM helenus.activity_event ORDER BY type")
                == ["pit_disable", "pit_enable"])
    }

    @Test(arguments: [
        (#"{"backup_directory": "/x"}"#, "destinations: names none"),
        (#"{"destinations": {}, "backup_directory": "/x"}"#, "destinations: names none"),
        (#"{"destinations": ["d"], "backup_directory": "/x"}"#, "destinations: got"),
        (#"{"destinations": {"d": {}}}"#, "backup_directory: is missing"),
        (#"{"destinations": {"d": {}}, "backup_directory": "x"}"#, "backup_directory: got 'x'"),
        (
            #"{"destinations": {"d": {}}, "backup_directory": "/a b"}"#,
            "backup_directory: got '/a b'"
        ),
        (
            #"{"destinations": {"d": {}}, "backup_directory": "/a/../b"}"#,
            "backup_directory: got '/a/../b'"
        ),
        (
            #"{"destinations": {"d": {"compressed": "maybe"}}, "backup_directory": "/x"}"#,
            "destinations.d.compressed: got 'maybe'"
        ),
        (
            #"{"destinations": {"d": {"throttle": -1}}, "backup_directory": "/x"}"#,
            "destinations.d.throttle: got"
        ),
        (
            #"{"destinations": {"d": {}}, "backup_directory": "/x", "sleep": "soon"}"#,
            "sleep: got 'soon'"
        ),
        (
            #"{"destinations": {"d": {}}, "backup_directory": "/x", "sleep": 100000}"#,
            "sleep: got"
        ),
        (
            #"{"destinations": {"d": {}}, "backup_directory": "/x", "drain_first": 3}"#,
            "drain_first: got"
        ),
    ])
    func `what cannot be accepted is named`(body: String, message: String) throws {
        let answer = try enable(body)
        #expect(answer.status == 400 && answer.body.contains(message), "\(answer.body)")
        #expect(try api.column("SELECT count(*) FROM helenus.pit_configuration") == ["0"])
        #expect(try api.column("SELECT count(*) FROM helenus.job") == ["0"])
    }

    @Test func `a destination has to be there, and then stays`() throws {
        let unknown = try enable(#"{"destinations": {"e": {}}, "backup_directory": "/x"}"#)
        #expect(unknown.status == 404 && unknown.body.contains("NoSuchDestination"))
        _ = try enable()
        try api.run("UPDATE helenus.request SET status = 'success', finished_at = now()")
        let removed = try api.ask("DELETE", "/one/backups/destinations/d")
        #expect(removed.status == 409 && removed.body.contains("commitlog archiving"))
    }

    @Test func `an agent gets its order, with what is secret, for its own token alone`() throws {
        try api.run(
            #"""
            INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
            VALUES ('one', 's', 's3', 'b/p', '{"path": "b/p", "access_key": "k"}', 's3::b/p');
            """#)
        let sealed = try api.service.sealer.seal(
            Array(#"{"access_secret": "tell nobody"}"#.utf8),
            for: SealingPlace.destination(cluster: "one", id: "s"))
        try api.run(
            """
            UPDATE helenus.destination
            SET sealed_secrets = '\\x\(sealed.map { String(format: "%02x", $0) }.joined())'
            WHERE id = 's';
            """)
        let path = "/one/agents/\(Self.host)/archive"
        #expect(try api.ask("GET", path, bearer: "agent").status == 404)
        _ = try enable(
            #"{"destinations": {"s": {}, "OPSC_ON_SERVER": {}}, "backup_directory": "/x"}"#)
        #expect(try report([entry(7, "s")]).status == 200)
        #expect(try api.ask("GET", path, bearer: "other").status == 401)
        let answer = try api.ask("GET", path, bearer: "agent")
        let order = try JSONDecoder().decode(ArchiveOrder.self, from: Data(answer.body.utf8))
        #expect(order.isEnabled && order.directory == "/x" && order.epoch == 1)
        #expect(order.knownSequence == 7)
        #expect(order.targets.map(\.id) == ["OPSC_ON_SERVER", "s"])
        #expect(order.targets.first?.destination == nil)
        guard case .s3(let location)? = order.targets.last?.destination?.location else {
            Issue.record("no S3 destination")
            return
        }
        #expect(location.accessSecret == "tell nobody" && location.prefix == "p")
    }

    @Test func `the order's stamp changes with the configuration and with its destinations`() throws
    {
        func stamp() throws -> String {
            let answer = try api.ask(
                "GET", "/one/agents/\(Self.host)/archive", bearer: "agent")
            return try JSONDecoder().decode(ArchiveOrder.self, from: Data(answer.body.utf8)).stamp
        }
        _ = try enable()
        let first = try stamp()
        #expect(try stamp() == first)
        try api.run("UPDATE helenus.destination SET updated_at = now() + interval '1 s'")
        let second = try stamp()
        _ = try enable()
        #expect(try Set([first, second, stamp()]).count == 3)
    }

    @Test func `lines of the ledger are kept once, and only the agent's own`() throws {
        _ = try enable()
        let entries = [entry(1), entry(2), entry(4), entry(5, "d", .lost), entry(6)]
        #expect(try report(entries).status == 200)
        #expect(try report(entries).status == 200)
        #expect(
            try api.column(
                """
                SELECT concat_ws(' ', sequence, outcome, follows, bytes, stored_bytes,
                    extract(epoch FROM last_write))
                FROM helenus.pit_segment ORDER BY sequence
                """) == [
                    "1 stored f 4 2 19.502205", "2 stored t 4 2 29.502205",
                    "4 stored f 4 2 49.502205",
                    "5 lost f 59.502205", "6 stored f 4 2 69.502205",
                ])
        let path = "/one/agents/\(Self.host)/segments"
        #expect(try api.ask("POST", path, "[]", bearer: "other").status == 401)
        #expect(try api.ask("POST", path, #"[{"sequence": 1}]"#, bearer: "agent").status == 400)
        #expect(try api.ask("POST", path, "{}", bearer: "agent").status == 400)
    }

    @Test func `logs tell of each node up to when all destinations have its commitlogs`() throws {
        _ = try enable()
        _ = try report([entry(1), entry(2)])
        #expect(try api.ask("GET", "/one/backups/pit/logs").body == "{}")
        _ = try report([entry(1, "OPSC_ON_SERVER")])
        #expect(try api.ask("GET", "/one/backups/pit/logs").body == #"{"10.0.0.1": 19.502205}"#)
        #expect(
            try api.ask("GET", "/one/backups/pit/logs?destination=d").body
                == #"{"10.0.0.1": 29.502205}"#)
    }
}
