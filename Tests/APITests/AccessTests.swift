import API
import Catalog
import Foundation
import Postgres
import SCGI
import Sealing
import Statements
import Testing

/// Who may call what.
@Suite struct AccessTests {
    private let api: APIFixture

    init() throws { api = try APIFixture.walled() }

    @Test func `without credentials nothing is answered but logins`() throws {
        for route in Routes.all {
            let answer = try api.ask(route.method, Self.path(of: route))
            switch route.least {
            case .nobody, .agent: #expect(answer.status != 403)
            case .account, .role, .viewerOfAll, .adminOfAll:
                #expect(answer.status == 401, "\(route.method) \(route.pattern)")
                #expect(answer.body.contains("NotAuthenticated"))
            }
        }
    }

    @Test func `every route that changes something takes more than a viewer`() {
        for route in Routes.all where route.method != "GET" {
            #expect(route.least != .viewer, "\(route.method) \(route.pattern)")
        }
        for route in Routes.all where route.pattern.first == "{cluster}" {
            let isOpen = [.nobody, .account].contains(route.least)
            #expect(!isOpen, "\(route.method) \(route.pattern)")
        }
    }

    @Test func `an agent's routes are opened by no account`() throws {
        let root = try api.login("root")
        let host = "00000000-0000-0000-0000-00000000000a"
        let body = #"{"host_id":"\#(host)","address":"10.0.0.1","agent_url":"http://10.0.0.1"}"#
        #expect(try api.ask("POST", "/one/agents", body, session: root).status == 401)
    }

    @Test func `a login answers a session in each of its three forms`() throws {
        let json = #"{"username": "root", "password": "correct horse"}"#
        for (method, path, body) in [
            ("POST", "/login", json), ("POST", "/login", "username=root&password=correct+horse"),
            ("GET", "/login?username=root&password=correct%20horse", ""),
        ] {
            let answer = try api.ask(method, path, body)
            let object = try JSONDecoder().decode(
                [String: String].self, from: Data(answer.body.utf8))
            let session = try #require(object["sessionid"])
            #expect(object.count == 1)
            #expect(session.count == 32 && session.allSatisfy(\.isHexDigit))
            #expect(try api.ask("GET", "/one/nodes", session: session).status == 200)
            let cookie = [("HTTP_COOKIE", "a=b; TWISTED_SESSION=\(session)")]
            #expect(try api.ask("GET", "/one/nodes", headers: cookie).status == 200)
        }
    }

    @Test func `what an account may is asked at every call, whoever called last`() throws {
        let (viewer, admin) = (try api.login("viewer"), try api.login("admin"))
        func statuses() throws -> [Int] {
            try [viewer, admin, viewer].map { session in
                try api.ask("POST", "/one/backups/run", "{}", session: session).status
            }
        }
        #expect(try statuses() == [403, 200, 403])
        func put(_ role: String, _ name: String) throws {
            try api.run(
                "UPDATE helenus.account_role SET role = '\(role)' WHERE account_name = '\(name)'")
        }
        try put("operator", "viewer")
        #expect(try statuses() == [200, 200, 200])
        try put("viewer", "admin")
        #expect(try statuses() == [200, 403, 200])
        try api.run("DELETE FROM helenus.account_role")
        #expect(try statuses() == [404, 404, 404])
    }

    @Test func `a session ends with its logout`() throws {
        let session = try api.login("viewer")
        let answer = try api.ask("GET", "/logout", session: session)
        #expect(answer == APIFixture.Answer(status: 200, body: "{}"))
        #expect(try api.ask("GET", "/one/nodes", session: session).status == 401)
    }

    @Test func `a session that has expired opens nothing`() throws {
        let session = try api.login("viewer")
        try api.run("UPDATE helenus.credential SET expires_at = now() - interval '1 second'")
        #expect(try api.ask("GET", "/one/nodes", session: session).status == 401)
    }

    @Test func `basic holds at every call until the password changes`() throws {
        for _ in 0..<2 { #expect(try api.ask("GET", "/one/nodes", basic: "viewer").status == 200) }
        let changed = try api.ask(
            "PUT", "/users/viewer",
            #"{"old_password": "correct horse", "password": "battery staple"}"#, basic: "viewer")
        #expect(changed.status == 200)
        #expect(try api.ask("GET", "/one/nodes", basic: "viewer").status == 401)
        let answer = try api.ask("GET", "/one/nodes", basic: "viewer", "battery staple")
        #expect(answer.status == 200)
    }

    @Test func `an account that is not there is refused in the words of a wrong password`() throws {
        let wrong = try api.ask("GET", "/one/nodes", basic: "viewer", "wrong")
        let unknown = try api.ask("GET", "/one/nodes", basic: "nobody", "wrong")
        #expect(wrong.status == 401)
        #expect(wrong == unknown)
    }

    @Test(arguments: ["viewer", "nobody"])
    func `after five failures the right password has to wait too`(name: String) throws {
        for _ in 0..<5 {
            #expect(try api.ask("GET", "/one/nodes", basic: name, "wrong").status == 401)
        }
        let locked = try api.ask("GET", "/one/nodes", basic: name)
        #expect(locked.status == 429)
        #expect(locked.body.contains("TooManyRequests"))
        let login = try api.ask("GET", "/login?username=\(name)&password=correct%20horse")
        #expect(login.status == 429)
        try api.run("UPDATE helenus.login_failure SET locked_until = now()")
        let later = try api.ask("GET", "/one/nodes", basic: name).status
        #expect(later == (name == "viewer" ? 200 : 401))
    }

    @Test func `each further failure locks for twice as long, up to a quarter of an hour`() throws {
        var seconds: [Int] = []
        for _ in 0..<16 {
            try api.run("UPDATE helenus.login_failure SET locked_until = now()")
            _ = try api.ask("GET", "/one/nodes", basic: "viewer", "wrong")
            seconds += try api.column(
                """
                SELECT max(round(extract(epoch FROM locked_until - last_failure_at)))::integer::text
                FROM helenus.login_failure WHERE failures = (
                    SELECT max(failures) FROM helenus.login_failure)
                """
            ).compactMap { Int($0) }
        }
        #expect(seconds == [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
    }

    @Test func `who has shown the right password a moment ago is not locked out by others`() throws
    {
        #expect(try api.ask("GET", "/one/nodes", basic: "viewer").status == 200)
        for _ in 0..<5 { _ = try api.ask("GET", "/one/nodes", basic: "viewer", "wrong") }
        #expect(try api.ask("GET", "/one/nodes", basic: "viewer").status == 200)
        #expect(try api.ask("GET", "/one/nodes", basic: "viewer", "other").status == 429)
    }

    @Test func `a role may what the roles below it may and no more`() throws {
        let run = { (name: String) in
            try api.ask("POST", "/one/backups/run", "{}", basic: name).status
        }
        let partial = { (name: String) in
            try api.ask("PUT", "/cluster-configs/one/partial", "{}", basic: name).status
        }
        let remove = { (name: String) in
            try api.ask("DELETE", "/cluster-configs/one", basic: name).status
        }
        #expect(try [run("viewer"), run("operator"), run("admin")] == [403, 200, 200])
        #expect(try [partial("viewer"), partial("operator"), partial("admin")] == [403, 403, 200])
        #expect(try [remove("operator"), remove("admin"), remove("root")] == [403, 403, 200])
    }

    @Test func `who reads is let see what they may by the statement that finds out who they are`()
        throws
    {
        let connection = try api.database.connect(as: .api)
        let list = BoundStatement(
            Statement(name: "list", text: "SELECT cluster_id FROM helenus.cluster ORDER BY 1"))
        let read = { (token: String, cluster: String) -> [[String]] in
            let identify = try AccessStatement.identifyReader.bound(
                .bytes(SecretToken(token).hash), .text(cluster))
            return try connection.readAtOnce([identify, list]).map { rows in
                try rows.map { try $0.text(0) }
            }
        }
        let (viewer, root) = (try api.login("viewer"), try api.login("root"))
        #expect(try read(viewer, "one") == [["viewer"], ["one"]])
        #expect(try read(viewer, "two") == [["viewer"], []])
        #expect(try read(viewer, "nosuch") == [["viewer"], []])
        #expect(try read(root, "two") == [["root"], ["two"]])
        #expect(try read(root, "*") == [["root"], []])
        #expect(try read("guessed", "one") == [[], []])
        let change = BoundStatement(
            Statement(name: "change", text: "UPDATE helenus.cluster SET name = 'x'"))
        let identify = try AccessStatement.identifyReader.bound(
            .bytes(SecretToken(viewer).hash), .text("one"))
        let error = #expect(throws: PostgresError.self) {
            try connection.readAtOnce([identify, change])
        }
        #expect(error?.sqlstate == "25006")
    }

    @Test(arguments: [
        "/%/backup-activity", "/%/backups/destinations", "/%/backups?amount=10",
    ])
    func `what is read in one message is answered as ever, by name and by id, to who may know`(
        path: String
    ) throws {
        let ask = { (cluster: String, name: String) in
            try api.ask(
                "GET", path.replacingOccurrences(of: "%", with: cluster),
                session: try api.login(name))
        }
        try api.run("UPDATE helenus.cluster SET name = 'The One' WHERE cluster_id = 'one'")
        let answer = try ask("one", "viewer")
        #expect(answer.status == 200)
        #expect(try ask("The%20One", "viewer") == answer)
        #expect(
            try api.ask(
                "GET", path.replacingOccurrences(of: "%", with: "one"), basic: "viewer") == answer)
        #expect(try ask("one", "other").status == 404)
        #expect(try ask("nosuch", "viewer").status == 404)
        #expect(try ask("*", "root").status == 404)
        let guessed = try api.ask(
            "GET", path.replacingOccurrences(of: "%", with: "one"), session: "guessed")
        #expect(guessed.status == 401)
    }

    @Test func `what is wrong with a request is told to nobody who may not ask`() throws {
        let wrong = "/one/backup-activity?count=many"
        #expect(try api.ask("GET", wrong, session: "guessed").status == 401)
        #expect(try api.ask("GET", wrong, session: api.login("other")).status == 404)
        #expect(try api.ask("GET", wrong, session: api.login("viewer")).status == 400)
    }

    @Test func `the list of clusters holds those of the caller`() throws {
        #expect(try api.ask("GET", "/cluster-configs", basic: "viewer").body == #"{"one": {}}"#)
        #expect(try api.ask("GET", "/cluster-configs", basic: "other").body == #"{"two": {}}"#)
        #expect(
            try api.ask("GET", "/cluster-configs", basic: "root").body
                == #"{"one": {}, "two": {}}"#)
    }

    @Test func `without authentication everybody is an admin`() throws {
        let open = try APIFixture()
        #expect(try open.ask("GET", "/users").status == 200)
        #expect(try open.ask("POST", "/login", "username=a&password=b").status == 200)
    }

    @Test func `the first refusal says how to make the first user`() throws {
        let empty = try APIFixture(authenticates: true)
        let answer = try empty.ask("GET", "/one/nodes")
        #expect(answer.status == 401)
        #expect(answer.body.contains("helenusctl user add NAME --role admin"))
    }

    /// The route's path with something in place of its names.
    static func path(of route: Route, cluster: String = "one", other: String = "x") -> String {
        "/"
            + route.pattern.map { part in
                part == "{cluster}" ? cluster : part.hasPrefix("{") ? other : part
            }.joined(separator: "/")
    }
}
