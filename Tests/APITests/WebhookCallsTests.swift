import API
import Catalog
import Foundation
import Sealing
import Statements
import Postgres
import Testing

/// `webhooks`, with the real catalog.
@Suite struct WebhookCallsTests {
    private static let url = "https://alerts.example.org/helenus"
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let api: APIFixture

    init() throws { api = try APIFixture() }

    /// Adds a webhook with these members; answers its id and its secret.
    @discardableResult
    private func add(_ members: String = "") throws -> (id: String, secret: String) {
        let answer = try api.ask("POST", "/one/webhooks", #"{"url": "\#(Self.url)"\#(members)}"#)
        #expect(answer.status == 201, "\(answer.body)")
        let told = try JSONDecoder().decode([String: String].self, from: Data(answer.body.utf8))
        return (try #require(told["id"]), try #require(told["secret"]))
    }

    private func show(_ id: String) throws -> JSONValue { try api.get("/one/webhooks/\(id)") }

    /// The secret with which messages of a webhook are signed.
    private func kept(_ id: String) throws -> String {
        let sealed = try api.database.connect().run(
            Statement(
                name: "test_secret_\(id)",
                text: "SELECT sealed_secret FROM helenus.webhook WHERE id = '\(id)'"))[0]
            .optionalBytes(0)
        let plain = try api.service.sealer.unseal(
            try #require(sealed), for: SealingPlace.webhook(cluster: "one", id: id))
        return String(decoding: plain, as: UTF8.self)
    }

    @Test func `a webhook is told of everything unless it says otherwise`() throws {
        #expect(try api.get("/one/webhooks") == .list([]))
        let (id, secret) = try add()
        let shown = try show(id)
        #expect(shown["id"] == .text(id) && shown["url"] == .text(Self.url))
        #expect(
            shown["events"]
                == .list([.text("backup.failed"), .text("backup.partial"), .text("backup.late")]))
        #expect(shown["late_grace_seconds"] == .number(7_200) && shown["enabled"] == .flag(true))
        #expect(shown["pending"] == .number(0) && shown["deliveries"] == .list([]))
        #expect(try WebhookSecret(secret) != nil && kept(id) == secret)
        #expect(try api.get("/one/webhooks").list.map { $0["id"] } == [.text(id)])
    }

    @Test func `the secret is answered once, and never again`() throws {
        let (id, secret) = try add(#", "secret": "\#(Self.secret)""#)
        #expect(try secret == Self.secret && kept(id) == Self.secret)
        for path in ["/one/webhooks", "/one/webhooks/\(id)"] {
            let answer = try api.ask("GET", path)
            #expect(answer.body.contains("********") && !answer.body.contains(Self.secret))
        }
    }

    @Test func `what is given is changed, the rest stays`() throws {
        let (id, secret) = try add(#", "events": ["backup.late"], "late_grace_seconds": 60"#)
        #expect(
            try api.ask("PUT", "/one/webhooks/\(id)", #"{"description": "ours"}"#)
                == APIFixture.Answer(status: 200, body: #""\#(id)""#))
        var shown = try show(id)
        #expect(shown["events"] == .list([.text("backup.late")]))
        #expect(shown["late_grace_seconds"] == .number(60) && shown["url"] == .text(Self.url))
        #expect(try shown["description"] == .text("ours") && kept(id) == secret)
        let change = #"{"url": "http://127.0.0.1:9/x", "secret": "\#(Self.secret)"}"#
        #expect(try api.ask("PUT", "/one/webhooks/\(id)", change).status == 200)
        shown = try show(id)
        #expect(try shown["url"] == .text("http://127.0.0.1:9/x") && kept(id) == Self.secret)
    }

    @Test func `one that is switched off is not told what waits for it`() throws {
        let (id, _) = try add()
        let test = try api.ask("POST", "/one/webhooks/\(id)/test")
        #expect(try test.status == 200 && show(id)["pending"] == .number(1))
        #expect(try api.ask("PUT", "/one/webhooks/\(id)", #"{"enabled": false}"#).status == 200)
        let delivery = try #require(try show(id)["deliveries"].list.first)
        #expect("\"\(delivery["id"].text)\"" == test.body && delivery["status"] == .text("failed"))
        #expect(delivery["last_error"] == .text("The webhook was switched off."))
        #expect(delivery["payload"]["type"] == .text("webhook.test"))
        #expect(delivery["payload"]["data"]["webhook_id"] == .text(id))
        let refused = try api.ask("POST", "/one/webhooks/\(id)/test")
        #expect(refused.status == 409 && refused.body.contains("switched off"))
        #expect(try api.ask("PUT", "/one/webhooks/\(id)", #"{"enabled": "true"}"#).status == 200)
        #expect(try show(id)["enabled"] == .flag(true))
    }

    @Test func `one that is removed is gone, with what it was told`() throws {
        let (id, _) = try add()
        #expect(try api.ask("POST", "/one/webhooks/\(id)/test").status == 200)
        #expect(try api.ask("DELETE", "/one/webhooks/\(id)").status == 200)
        for (method, path) in [
            ("GET", id), ("PUT", id), ("DELETE", id), ("POST", "\(id)/test"), ("GET", "nothing"),
        ] {
            let answer = try api.ask(method, "/one/webhooks/\(path)")
            #expect(answer.status == 404 && answer.body.contains("NoSuchWebhook"), "\(method)")
        }
        #expect(try api.column("SELECT id FROM helenus.webhook_delivery") == [])
    }

    @Test(arguments: [
        (#"{}"#, "url"), (#"{"url": "http://alerts.example.org"}"#, "url"),
        (#"{"url": "ftp://alerts.example.org"}"#, "url"), (#"{"url": ["x"]}"#, "url"),
        (#"{"url": "https://u:p@alerts.example.org"}"#, "url"),
        (#"{"url": "https://x", "events": []}"#, "events"),
        (#"{"url": "https://x", "events": ["backup.good"]}"#, "events"),
        (#"{"url": "https://x", "events": "backup.late"}"#, "events"),
        (#"{"url": "https://x", "late_grace_seconds": -1}"#, "late_grace_seconds"),
        (#"{"url": "https://x", "late_grace_seconds": 1.5}"#, "late_grace_seconds"),
        (#"{"url": "https://x", "enabled": "perhaps"}"#, "enabled"),
        (#"{"url": "https://x", "secret": "whsec_c2hvcnQ="}"#, "secret"),
    ])
    func `what cannot be is refused with the member's name`(body: String, name: String) throws {
        let answer = try api.ask("POST", "/one/webhooks", body)
        #expect(
            answer.status == 400 && answer.body.contains(#""message":"\#(name): "#), "\(answer)")
        #expect(!answer.body.contains("whsec_c2hvcnQ="))
        #expect(try api.column("SELECT id FROM helenus.webhook") == [])
    }

    @Test func `a cluster has twenty at most`() throws {
        for _ in 0..<20 { try add() }
        let answer = try api.ask("POST", "/one/webhooks", #"{"url": "\#(Self.url)"}"#)
        #expect(answer.status == 409 && answer.body.contains("20 webhooks"))
    }

    @Test func `a viewer looks, an operator changes`() throws {
        let api = try APIFixture.walled()
        let viewer = try api.login("viewer")
        let operatorSession = try api.login("operator")
        let body = #"{"url": "\#(Self.url)"}"#
        #expect(try api.ask("GET", "/one/webhooks", session: viewer).status == 200)
        #expect(try api.ask("POST", "/one/webhooks", body, session: viewer).status == 403)
        let added = try api.ask("POST", "/one/webhooks", body, session: operatorSession)
        #expect(added.status == 201)
        #expect(
            try api.column(
                """
                SELECT actor || ' ' || outcome FROM helenus.audit_log
                WHERE path = '/one/webhooks' ORDER BY 1
                """) == ["operator 201", "viewer 403"])
    }
}

extension JSONValue {
    /// The text that this is; empty where it is none.
    fileprivate var text: String {
        if case .text(let text) = self { text } else { "" }
    }
}
