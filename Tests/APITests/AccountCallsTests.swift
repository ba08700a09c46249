import API
import Catalog
import Foundation
import Testing

/// Users, tokens and the audit log.
@Suite struct AccountCallsTests {
    private let api: APIFixture

    init() throws { api = try APIFixture.walled() }

    @Test func `a user is added with roles, changed and removed`() throws {
        let root = try api.login("root")
        let added = try api.ask(
            "POST", "/users/ada",
            #"{"password": "correct horse", "role": "viewer", "clusters": {"one": "operator"}}"#,
            session: root)
        #expect(added == APIFixture.Answer(status: 201, body: #""ada""#))
        #expect(try api.ask("GET", "/two/nodes", basic: "ada").status == 200)
        #expect(try api.ask("POST", "/one/backups/run", "{}", basic: "ada").status == 200)
        #expect(try api.ask("POST", "/two/backups/run", "{}", basic: "ada").status == 403)
        let changed = try api.ask(
            "PUT", "/users/ada", #"{"clusters": {"two": "operator"}}"#, session: root)
        #expect(changed.status == 200)
        #expect(try api.ask("GET", "/one/nodes", basic: "ada").status == 404)
        #expect(try api.ask("DELETE", "/users/ada", session: root).status == 200)
        #expect(try api.ask("GET", "/two/nodes", basic: "ada").status == 401)
    }

    @Test func `a new password ends the sessions, and takes the old one`() throws {
        let session = try api.login("viewer")
        let change = { (old: String) in
            try api.ask(
                "PUT", "/users/viewer", #"{"old_password": "\#(old)", "password": "new password"}"#,
                session: session
            ).status
        }
        #expect(try change("wrong") == 403)
        #expect(try change(APIFixture.password) == 200)
        #expect(try api.ask("GET", "/one/nodes", session: session).status == 401)
    }

    @Test func `nobody makes themselves more than they are`() throws {
        let session = try api.login("admin")
        for (method, path, body) in [
            ("PUT", "/users/admin", #"{"role": "admin"}"#),
            ("PUT", "/users/viewer", #"{"password": "new password"}"#),
            ("POST", "/users/eve", #"{"password": "new password", "role": "admin"}"#),
            ("DELETE", "/users/root", ""), ("GET", "/users", ""), ("GET", "/users/root", ""),
            ("POST", "/tokens", #"{"user": "root"}"#),
        ] {
            #expect(
                try api.ask(method, path, body, session: session).status == 403, "\(method) \(path)"
            )
        }
    }

    @Test func `the last admin of all clusters stays`() throws {
        let root = try api.login("root")
        #expect(try api.ask("DELETE", "/users/root", session: root).status == 409)
        let weaker = try api.ask("PUT", "/users/root", #"{"role": "viewer"}"#, session: root)
        #expect(weaker.status == 409)
        #expect(try api.ask("GET", "/users", session: root).status == 200)
    }

    @Test(arguments: [
        #"{"password": "short"}"#, "{}", #"{"password": "long enough", "role": "king"}"#,
    ])
    func `what cannot be a user is refused`(body: String) throws {
        #expect(try api.ask("POST", "/users/ada", body, basic: "root").status == 400)
    }

    @Test func `a token is shown once, and opens what its user may until it is revoked`() throws {
        struct Issued: Decodable {
            var id: String
            var token: String
        }
        let answer = try api.ask("POST", "/tokens", #"{"description": "ci"}"#, basic: "viewer")
        #expect(answer.status == 201)
        let issued = try JSONDecoder().decode(Issued.self, from: Data(answer.body.utf8))
        #expect(try api.ask("GET", "/one/nodes", bearer: issued.token).status == 200)
        #expect(try api.ask("POST", "/one/backups/run", bearer: issued.token).status == 403)
        let listed = try api.ask("GET", "/tokens", bearer: issued.token).body
        #expect(listed.contains(issued.id) && !listed.contains(issued.token))
        let kept = try api.column("SELECT encode(token_hash, 'hex') FROM helenus.credential")
        #expect(!kept.contains(issued.token))
        let foreign = try api.ask("DELETE", "/tokens/\(issued.id)", basic: "other")
        #expect(foreign.status == 404)
        #expect(try api.ask("DELETE", "/tokens/\(issued.id)", basic: "viewer").status == 200)
        #expect(try api.ask("GET", "/one/nodes", bearer: issued.token).status == 401)
    }

    @Test func `every change leaves a line, refused ones too`() throws {
        _ = try api.ask("POST", "/one/backups/run", "{}", basic: "operator")
        _ = try api.ask("POST", "/one/backups/run?secret=s3cr3t", "{}", basic: "viewer")
        _ = try api.ask("POST", "/one/backups/run", "{", basic: "operator")
        _ = try api.ask("DELETE", "/cluster-configs/one", basic: "other")
        _ = try api.ask("GET", "/one/nodes", basic: "viewer")
        let lines = try api.column(
            """
            SELECT concat_ws(' ', cluster_id, actor, method, path, outcome)
            FROM helenus.audit_log ORDER BY occurred_at
            """)
        #expect(
            lines == [
                "one operator POST /one/backups/run 200", "one viewer POST /one/backups/run 403",
                "one operator POST /one/backups/run 400", "* other DELETE /cluster-configs/one 404",
            ])
    }

    @Test func `the audit log is read page by page, newest first`() throws {
        struct Page: Decodable {
            struct Entry: Decodable { var path: String }
            var entries: [Entry]
            var next: String?
        }
        for number in 0..<5 {
            try api.run(
                """
                INSERT INTO helenus.audit_log (cluster_id, actor, remote_address, http_request_id,
                    method, path, outcome, occurred_at)
                VALUES ('one', 'x', '', '', 'POST', '/\(number)', '200', now())
                """)
        }
        var paths: [String] = []
        var next: String? = ""
        while let before = next {
            let answer = try api.ask("GET", "/audit?count=2&before=\(before)", basic: "admin")
            let page = try JSONDecoder().decode(Page.self, from: Data(answer.body.utf8))
            paths += page.entries.map(\.path)
            next = page.next
        }
        #expect(paths == ["/4", "/3", "/2", "/1", "/0"])
        let foreign = try api.ask("GET", "/audit", basic: "other")
        #expect(foreign.body == #"{"entries":[],"next":null}"#)
        #expect(try api.ask("GET", "/audit", basic: "operator").status == 403)
    }
}
