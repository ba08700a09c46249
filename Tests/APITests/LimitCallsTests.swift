import API
import Catalog
import Postgres
import Testing

/// What one tenant may use at most, with the real counter.
@Suite struct LimitCallsTests {
    private let api: APIFixture

    init() throws { api = try APIFixture.walled() }

    private func take(_ subject: String, _ standard: Int = 0) throws -> RequestGrant? {
        try api.database.connect(as: .api).transaction(permitting: .all) { connection in
            try TenantLimits(connection).takeRequests(of: subject, standard: standard)
        }
    }

    /// Lets the minute that is counted last, so that none ends within a test.
    private func holdTheMinute() throws {
        try api.run("UPDATE helenus.request_count SET minute = minute + interval '1 hour'")
    }

    @Test func `workers are granted parts of a limit, never more than all of it`() throws {
        #expect(try take("one", 100)?.calls == 2)
        try holdTheMinute()
        let grants = try (0..<60).map { _ in try take("one", 100)?.calls ?? -1 }
        #expect(grants == Array(repeating: 2, count: 49) + Array(repeating: 0, count: 11))
        #expect(try take("one", 100)?.limit == 100)
        #expect(try take("two", 100)?.calls == 2)
    }

    @Test func `what is counted does not wait for the disk, and all else does`() throws {
        let connection = try api.database.connect(as: .api)
        let setting = Statement(name: "setting", text: "SHOW synchronous_commit")
        let ofCount = try connection.transaction(permitting: .all) { connection in
            _ = try TenantLimits(connection).takeRequests(of: "one", standard: 100)
            return try connection.run(setting)[0].text(0)
        }
        #expect(ofCount == "off")
        #expect(try connection.run(setting)[0].text(0) == "on")
    }

    @Test func `a minute that is over is forgotten`() throws {
        #expect(try take("one", 3)?.calls == 1)
        try holdTheMinute()
        #expect(try (0..<3).map { _ in try take("one", 3)?.calls } == [1, 1, 0])
        try api.run("UPDATE helenus.request_count SET minute = minute - interval '2 hours'")
        let grant = try #require(try take("one", 3))
        #expect(grant.calls == 1 && (0...60).contains(grant.seconds))
    }

    @Test func `without a limit nothing is counted`() throws {
        #expect(try take("one") == nil)
        #expect(try api.column("SELECT subject FROM helenus.request_count").isEmpty)
    }

    @Test func `a cluster's own limit goes before the service's`() throws {
        let root = try api.login("root")
        func put(_ body: String) throws -> APIFixture.Answer {
            try api.ask("PUT", "/cluster-configs/one/limits", body, session: root)
        }
        #expect(
            try put(#"{"requests_per_minute": "1", "running_jobs": 7}"#).body
                == #"{"running_jobs": 7, "requests_per_minute": 1}"#)
        #expect(try take("one", 100)?.limit == 1)
        _ = try put(#"{"requests_per_minute": 0}"#)
        #expect(try take("one", 100) == nil)
        _ = try put("{}")
        #expect(try take("one", 100)?.limit == 100)
        for body in [#"{"requests_per_minute": -1}"#, #"{"running_jobs": 1.5}"#] {
            #expect(try put(body).status == 400)
        }
        #expect(
            try api.ask("PUT", "/cluster-configs/one/limits", "{}", basic: "admin").status == 403)
        #expect(
            try api.ask("GET", "/cluster-configs/one/limits", basic: "viewer").body
                == #"{"running_jobs": null, "requests_per_minute": null}"#)
    }

    @Test func `a call beyond the limit is a 429 that says when to come again`() throws {
        let viewer = try api.login("viewer")
        let other = try api.login("other")
        let root = try api.login("root")
        _ = try api.ask(
            "PUT", "/cluster-configs/one/limits", #"{"requests_per_minute": 2}"#, session: root)
        #expect(try api.ask("GET", "/one/nodes", session: viewer).status == 200)
        try holdTheMinute()
        let statuses = try (0..<3).map { _ in
            try api.ask("GET", "/one/nodes", session: viewer).status
        }
        #expect(statuses == [200, 429, 429])
        let refused = api.service.respond(
            to: try api.request(
                "GET", "/one/nodes", headers: [("HTTP_OPSCENTER_SESSION", viewer)]))
        #expect(refused.status == 429)
        let retry = try #require(refused.headers.first { $0.name == "Retry-After" }?.value)
        #expect((1...3_660).contains(Int(retry) ?? 0))
        // Of others nobody is held up: not in this cluster's place, and not who runs the service.
        #expect(try api.ask("GET", "/two/nodes", session: other).status == 200)
        #expect(try api.ask("GET", "/users", session: root).status == 200)
    }

    @Test func `a call that is read in one message is counted as any other`() throws {
        let viewer = try api.login("viewer")
        let root = try api.login("root")
        _ = try api.ask(
            "PUT", "/cluster-configs/one/limits", #"{"requests_per_minute": 2}"#, session: root)
        try holdTheMinute()
        let statuses = try (0..<4).map { _ in
            try api.ask("GET", "/one/backup-activity", session: viewer).status
        }
        #expect(statuses == [200, 200, 429, 429])
    }

    @Test func `what is another's cannot be used up`() throws {
        let other = try api.login("other")
        let root = try api.login("root")
        _ = try api.ask(
            "PUT", "/cluster-configs/one/limits", #"{"requests_per_minute": 2}"#, session: root)
        for _ in 0..<5 {
            #expect(try api.ask("GET", "/one/nodes", session: other).status == 404)
        }
        #expect(try api.ask("GET", "/one/nodes", basic: "viewer").status == 200)
        #expect(
            try api.column("SELECT granted::text FROM helenus.request_count WHERE subject = 'one'")
                == ["1"])
    }
}
