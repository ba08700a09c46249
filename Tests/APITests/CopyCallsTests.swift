import API
import BackupModel
import JobQueue
import Postgres
import Statements
import Testing

/// `sync`, `verify` and the listing that shows what they did, with the real catalog.
@Suite struct CopyCallsTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
        try api.addBackup()
    }

    private func sync(_ body: String) throws -> APIFixture.Answer {
        try api.ask("POST", "/one/backups/sync", body)
    }

    @Test func `a sync answers a request id, and its events and its job are there`() throws {
        let answer = try sync(#"{"tag": "t", "destinations": {"d": {"throttle": 5}}}"#)
        #expect(answer.status == 200 && answer.body.hasPrefix("\"") && answer.body.count == 38)
        #expect(
            try api.column(
                "SELECT type || ' ' || status || ' ' || keyspaces FROM helenus.activity_event")
                == [#"sync running {"k": ["c"]}"#])
        #expect(
            try api.column(
                """
                SELECT status || ' ' || listed || ' ' || (transfer ->> 'throttle')
                FROM helenus.backup_copy WHERE destination_id = 'd'
                """) == ["running false 5"])
        #expect(
            try api.column("SELECT kind || ' ' || concurrency_key FROM helenus.job")
                == ["sync cluster:one"])
    }

    @Test func `two syncs in the same second have events of their own`() throws {
        for _ in 0..<2 { _ = try sync(#"{"tag": "t", "destinations": {"d": {}}}"#) }
        #expect(
            try api.column("SELECT count(DISTINCT event_time) FROM helenus.activity_event")
                == ["2"])
    }

    @Test func `a copy that is listed stays listed while it is sent again`() throws {
        _ = try sync(#"{"tag": "t", "destinations": {"d": {}}}"#)
        try api.run(
            """
            UPDATE helenus.backup_copy SET status = 'success', listed = true, retries = 3
            WHERE destination_id = 'd'
            """)
        _ = try sync(#"{"tag": "t", "destinations": {"d": {}}}"#)
        #expect(
            try api.column(
                """
                SELECT status || ' ' || listed || ' ' || retries FROM helenus.backup_copy
                WHERE destination_id = 'd'
                """) == ["success true 0"])
    }

    @Test(arguments: [
        (#"{"destinations": {"d": {}}}"#, 400, "tag: is missing"),
        (#"{"tag": "t"}"#, 400, "destinations: names none"),
        (#"{"tag": "t", "destinations": {"x": {}}}"#, 404, "NoSuchDestination"),
        (#"{"tag": "u", "destinations": {"d": {}}}"#, 404, "NoSuchBackup"),
    ])
    func `a sync of what is not there is refused`(body: String, status: Int, words: String) throws {
        let answer = try sync(body)
        #expect(answer.status == status && answer.body.contains(words))
        #expect(try api.column("SELECT kind FROM helenus.job").isEmpty)
    }

    @Test func `a snapshot that is being made cannot be sent yet`() throws {
        try api.run("UPDATE helenus.backup_copy SET status = 'running', listed = false")
        #expect(try sync(#"{"tag": "t", "destinations": {"d": {}}}"#).status == 409)
    }

    @Test(arguments: [
        (#"{"tag": "t"}"#, 200, "\""),
        (#"{"tag": "t", "mode": "sample", "parts": "7"}"#, 200, "\""),
        (#"{"tag": "t", "mode": "quick"}"#, 400, "accepted are manifest, sample and full"),
        (#"{"tag": "t", "mode": "sample", "parts": 0}"#, 400, "parts"),
        (#"{"tag": "t", "destination": "d"}"#, 404, "NoSuchBackup"),
    ])
    func `a verification takes a mode and a copy that there is`(
        body: String, status: Int, words: String
    ) throws {
        let answer = try api.ask("POST", "/one/backups/verify", body)
        #expect(answer.status == status && answer.body.contains(words))
    }

    @Test func `the listing shows what the last verification found`() throws {
        #expect(try !api.ask("GET", "/one/backups").body.contains("verified"))
        try api.run(
            """
            UPDATE helenus.backup_copy
            SET verified_at = to_timestamp(7), verified_mode = 'full', unverified = 2
            """)
        let good = try api.ask("GET", "/one/backups").body
        #expect(good.contains(#""verified_at": 7"#) && good.contains(#""problems": []"#))
        #expect(good.contains(#""verified_mode": "full""#) && good.contains(#""unverified": 2"#))
        try api.run(#"UPDATE helenus.backup_copy SET problems = '[{"file": "f"}]'"#)
        #expect(try api.ask("GET", "/one/backups").body.contains(#""problems": [{"file": "f"}]"#))
    }

    @Test func `the listing of one destination holds what lies there`() throws {
        #expect(try api.ask("GET", "/one/backups?destination=d").body == "{}")
        let onServer = try api.ask("GET", "/one/backups?destination=OPSC_ON_SERVER").body
        #expect(onServer.hasPrefix(#"{"t":"#))
    }

    @Test func `a listing that needs an agent and gets no answer is a 504, or a 503 at once`()
        throws
    {
        let impatient = try APIFixture(waitSeconds: 0.05)
        #expect(try impatient.ask("GET", "/one/backups?list_all=1").status == 504)
        #expect(
            try impatient.column("SELECT kind || awaited FROM helenus.job")
                == ["read_destinationstrue"])
        let crowded = try APIFixture(mayWait: false)
        let answer = try crowded.ask("GET", "/one/backups?list_all=1")
        #expect(answer.status == 503 && answer.body.contains("ServiceUnavailable"))
        #expect(try crowded.column("SELECT kind FROM helenus.job").isEmpty)
    }

    @Test func `a destination that is not known is a 404 before anybody is asked`() throws {
        #expect(try api.ask("GET", "/one/backups?list_all=1&destination=x").status == 404)
        #expect(try api.column("SELECT kind FROM helenus.job").isEmpty)
    }
}
