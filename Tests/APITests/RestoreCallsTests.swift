import API
import BackupModel
import JobQueue
import Postgres
import Testing

/// What a restore can be asked for, and what is refused at once, with the real catalog.
@Suite struct RestoreCallsTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture(waitSeconds: 0.1)
        try api.addBackup()
    }

    private func restore(_ body: String, _ path: String = "t") throws -> APIFixture.Answer {
        try api.ask("POST", "/one/backups/restore/\(path)", body)
    }

    private func payload(_ member: String) throws -> [String] {
        try api.column("SELECT (payload -> '\(member)')::text FROM helenus.job")
    }

    @Test func `a restore answers a request id, and its event and its job are there`() throws {
        let answer = try restore(
            """
            {"keyspaces": {"k": {"column-families": ["c"], "truncate": true}}, "throttle": 8,
             "use_sstableloader": false, "restart_pause": 5, "excluded-nodes": ["10.0.0.9"]}
            """)
        #expect(answer.status == 200 && answer.body.count == 38)
        #expect(
            try api.column("SELECT kind || ' ' || concurrency_key FROM helenus.job")
                == ["restore cluster:one"])
        #expect(try payload("mode") == [#""in_place""#] && payload("restartPause") == ["5"])
        #expect(try payload("excludedNodes") == [#"["10.0.0.9"]"#])
        #expect(
            try api.column("SELECT type || ' ' || status FROM helenus.activity_event")
                == ["restore running"])
    }

    @Test func `a new name and a drill are asked for`() throws {
        _ = try restore(#"{"rename": {"k": "k_copy"}}"#)
        #expect(try payload("rename") == [#"{"k": "k_copy"}"#])
        try api.run("DELETE FROM helenus.job")
        _ = try restore("", "t?drill=1")
        #expect(try payload("isDrill") == ["true"])
    }

    @Test(arguments: [
        (#"{"use_sstableloader": false}"#, "use_sstableloader"),
        (
            #"{"truncate": true, "keyspaces": {"k": {"truncate": false}}, "use_sstableloader": 0}"#,
            "use_sstableloader"
        ),
        (#"{"throttle": -1}"#, "throttle"), (#"{"restart_pause": "soon"}"#, "restart_pause"),
        (#"{"rename": "k"}"#, "rename"), (#"{"rename": {"k": 7}}"#, "rename.k"),
        (#"{"rename": {"k": "a-b"}}"#, "rename.k"), (#"{"rename": {"k": "system"}}"#, "rename.k"),
        (#"{"keyspaces": {"k": {}}, "rename": {"j": "i"}}"#, "rename.j"),
        (#"{"rename": {"k": "x"}, "truncate": true, "use_sstableloader": false}"#, "rename"),
        (#"{"force": "perhaps"}"#, "force"), (#"{"excluded-nodes": "a"}"#, "excluded-nodes"),
        (#"{"keyspaces": {"k": {"column-families": ["x"]}}}"#, "column-families"),
    ])
    func `what makes no sense is refused with the name of its key`(body: String, key: String) throws
    {
        let answer = try restore(body)
        #expect(answer.status == 400 && answer.body.contains(key), "\(answer.body)")
        #expect(try api.column("SELECT kind FROM helenus.job").isEmpty)
    }

    @Test func `truncate while a node is down is a conflict that force cannot help`() throws {
        try api.run(
            """
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret,
                node_state, last_seen)
            VALUES ('one', '00000000-0000-0000-0000-000000000001', '10.0.0.7', '', '', '', 'down',
                now())
            """)
        let answer = try restore(#"{"truncate": true, "force": true}"#)
        #expect(answer.status == 409 && answer.body.contains("10.0.0.7"))
        #expect(try restore(#"{"force": true}"#).status == 200)
    }

    @Test func `a plan is a job of its own that holds up nothing, and nobody waits for ever`()
        throws
    {
        let answer = try restore(#"{"dry_run": true}"#)
        #expect(answer.status == 504 && answer.body.contains("AgentTimeout"))
        #expect(
            try api.column(
                "SELECT kind || ' ' || awaited || ' ' || COALESCE(concurrency_key, '') FROM helenus.job"
            )
                == ["plan_restore true "])
        #expect(try api.column("SELECT type FROM helenus.activity_event").isEmpty)
    }

    @Test func `a backup that the catalog does not know is looked for on its destination`() throws {
        #expect(try restore("", "u").status == 404)
        #expect(try restore(#"{"destination": "x"}"#, "u").status == 404)
        let answer = try restore(#"{"destination": "d"}"#, "u")
        #expect(answer.status == 504, "\(answer.body)")
        #expect(try api.column("SELECT kind FROM helenus.job") == ["read_destinations"])
    }

    @Test func `a client may send a restore's destination as a form`() throws {
        let answer = try restore("destination=OPSC_ON_SERVER&truncate=true", "t/k/c")
        #expect(answer.status == 200, "\(answer.body)")
        #expect(try payload("destinationID") == [#""OPSC_ON_SERVER""#])
        #expect(
            try api.column("SELECT payload #>> '{truncate,standard}' FROM helenus.job") == ["true"])
    }

    @Test(arguments: [
        "dest=x", "destination", "destination=x&y=1", "[destination=x]", "%zz=1",
        #""destination=x""#,
    ])
    func `anything else that is no JSON restores nothing`(body: String) throws {
        let answer = try restore(body, "t/k")
        #expect(answer.status == 400, "\(answer.body)")
        #expect(try api.column("SELECT kind FROM helenus.job").isEmpty)
    }
}
