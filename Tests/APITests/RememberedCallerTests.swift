import API
import Postgres
import Testing

/// Changes that are made in the message that confirms who calls: by those who were asked who they are a
/// moment ago, as long as that holds.
@Suite struct RememberedCallerTests {
    private let api: APIFixture
    private let session: String

    init() throws {
        api = try APIFixture.walled()
        try api.addBackup()
        session = try api.login("operator")
    }

    private func begin(
        _ body: String = "{}", at cluster: String = "one"
    ) throws -> APIFixture.Answer {
        try api.ask("POST", "/\(cluster)/backups/run", body, session: session)
    }

    /// Begins the runs after which the worker remembers the caller.
    private func beRemembered() throws {
        for _ in 0..<2 { #expect(try begin().status == 200) }
        try api.run("REVOKE EXECUTE ON FUNCTION helenus.identify(bytea, text) FROM helenus_api")
        #expect(try begin().status == 200)
        try api.run("GRANT EXECUTE ON FUNCTION helenus.identify(bytea, text) TO helenus_api")
    }

    private func runs() throws -> Int {
        try api.column("SELECT id::text FROM helenus.request WHERE type = 'backup'").count
    }

    private func outcomes() throws -> [String] {
        try api.column(
            """
            SELECT actor || ' ' || outcome FROM helenus.audit_log WHERE path LIKE '%/run'
            ORDER BY occurred_at, id
            """)
    }

    @Test func `who was asked a moment ago is confirmed together with the change`() throws {
        try beRemembered()
        #expect(try runs() == 3)
        #expect(try outcomes() == Array(repeating: "operator 200", count: 3))
        let traced = api.service.respond(
            to: try api.request(
                "POST", "/one/backups/run", "{}",
                headers: [("HTTP_OPSCENTER_SESSION", session), ("REQUEST_ID", "traced")]))
        #expect(traced.status == 200)
        #expect(try api.column("SELECT trace FROM helenus.job WHERE trace = 'traced'").count == 1)
    }

    @Test(arguments: [
        ("DELETE FROM helenus.credential WHERE account_name = 'operator'", 401),
        ("UPDATE helenus.credential SET expires_at = now()", 401),
        ("DELETE FROM helenus.account WHERE name = 'operator'", 401),
        ("UPDATE helenus.credential SET account_name = 'viewer'", 403),
        ("UPDATE helenus.account_role SET role = 'viewer' WHERE account_name = 'operator'", 403),
        ("UPDATE helenus.account_role SET scope = 'two' WHERE account_name = 'operator'", 404),
        ("DELETE FROM helenus.account_role WHERE account_name = 'operator'", 404),
    ])
    func `who may not any more changes nothing`(change: String, status: Int) throws {
        try beRemembered()
        try api.run(change)
        for body in ["{}", "{", #"{"keyspaces": 1}"#, #"{"destinations": {"gone": {}}}"#] {
            #expect(try begin(body).status == status)
        }
        #expect(try runs() == 3)
        #expect(try outcomes().filter { $0 == "operator 200" }.count == 3)
    }

    @Test func `a cluster that is gone is there for nobody`() throws {
        try beRemembered()
        try api.run("DELETE FROM helenus.cluster WHERE cluster_id = 'one'")
        #expect(try begin().status == 404)
    }

    @Test func `who may more than before still may, and is remembered anew`() throws {
        try beRemembered()
        try api.run(
            "UPDATE helenus.account_role SET role = 'admin', scope = '*' WHERE scope = 'one'")
        try beRemembered()
        #expect(try begin(at: "two").status == 200)
        #expect(try runs() == 7)
    }

    @Test func `who is remembered on one cluster is asked on another`() throws {
        try beRemembered()
        #expect(try begin(at: "two").status == 404)
        #expect(try begin(at: "gone").status == 404)
        #expect(try runs() == 3)
    }

    @Test func `what is wrong with a change is told as ever, and noted`() throws {
        let wrong = [
            "{", #"{"keyspaces": 1}"#, #"{"destinations": {"gone": {}}}"#,
            #"{"destinations": {"d": {"throttle": "x"}}}"#,
        ]
        let asked = try wrong.map { try begin($0) }
        #expect(asked.map(\.status) == [400, 400, 404, 400])
        try beRemembered()
        #expect(try wrong.map { try begin($0) } == asked)
        let noted = try outcomes()
        #expect(noted.suffix(4) == noted.prefix(4))
        #expect(noted.prefix(4) == [400, 400, 404, 400].map { "operator \($0)" }[...])
        #expect(try runs() == 3)
    }

    @Test func `every call counts once towards the limit, whichever way it took`() throws {
        try api.run(
            """
            INSERT INTO helenus.cluster_limit (cluster_id, requests_per_minute) VALUES ('one', 100)
            """)
        #expect(try begin().status == 200)
        try api.run("UPDATE helenus.request_count SET minute = minute + interval '1 hour'")
        let statuses = try (1..<110).map { number in
            try begin(number % 3 == 0 ? #"{"destinations": {"gone": {}}}"# : "{}").status
        }
        #expect(statuses.firstIndex(of: 429) == 99)
        #expect(statuses.suffix(10) == Array(repeating: 429, count: 10)[...])
    }

    @Test func `a change whose connection was lost is not made again`() throws {
        try beRemembered()
        // The session that begins a run is ended by it, the first time.
        try api.run(
            """
            CREATE SEQUENCE helenus.attempts;
            CREATE FUNCTION helenus.end_first() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                IF nextval('helenus.attempts') = 1 THEN
                    PERFORM pg_terminate_backend(pg_backend_pid());
                END IF;
                RETURN NULL;
            END
            $$;
            CREATE TRIGGER end_first AFTER INSERT ON helenus.request
            FOR EACH STATEMENT EXECUTE FUNCTION helenus.end_first();
            """)
        let answer = try begin()
        #expect(answer.status == 503 && answer.body.contains("ServiceUnavailable"))
        #expect(try runs() == 3)
        #expect(try outcomes().last == "operator 503")
        #expect(try begin().status == 200)
        #expect(try runs() == 4)
    }
}
