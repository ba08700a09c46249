import Execution
import Foundation
import Testing

/// What becomes of the messages for webhooks, with the real catalog and receivers that say what the
/// test wants.
@Suite struct WebhookCourierTests {
    private let fixture: WebhookFixture

    init() throws { fixture = try WebhookFixture() }

    @Test func `a message is posted once, with its id, the moment and its signature`()
        async throws
    {
        try fixture.addWebhook()
        let receivers = StandInReceivers(status: 204)
        for _ in 0..<2 { try await fixture.deliver(receivers) }
        #expect(receivers.posts.count == 1)
        let post = receivers.posts[0]
        let headers = Dictionary(uniqueKeysWithValues: post.headers.map { ($0.name, $0.value) })
        let id = try fixture.ask("SELECT id FROM helenus.webhook_delivery")[0]
        let timestamp = try #require(Int64(headers["webhook-timestamp"] ?? ""))
        #expect(post.url == "https://one" && post.body == #"{"number": 1}"#)
        #expect(headers["webhook-id"] == id && headers["content-type"] == "application/json")
        #expect(abs(timestamp - Int64(Date().timeIntervalSince1970)) < 60)
        #expect(
            headers["webhook-signature"]
                == fixture.secret.signature(id: id, timestamp: timestamp, body: post.body))
        #expect(try fixture.deliveries() == ["delivered 1 204"])
    }

    @Test func `what fails is tried again after its pause, and given up after the last`()
        async throws
    {
        try fixture.addWebhook()
        let receivers = StandInReceivers { _ in throw WebhookFailure(message: "Nobody is there.") }
        try await fixture.deliver(receivers)
        #expect(try fixture.deliveries() == ["pending 1 Nobody is there."])
        #expect(
            try fixture.ask(
                """
                SELECT (next_attempt_at - now() BETWEEN '4 seconds' AND '5.5 seconds')::text
                FROM helenus.webhook_delivery
                """) == ["true"])
        try await fixture.deliver(receivers)
        #expect(receivers.posts.count == 1, "its pause is not over")
        for attempt in 2...3 {
            try fixture.letTimePass()
            try await fixture.deliver(receivers)
            #expect(receivers.posts.count == attempt)
        }
        #expect(try fixture.deliveries() == ["failed 3 Nobody is there."])
        try fixture.letTimePass()
        try await fixture.deliver(receivers)
        #expect(receivers.posts.count == 3)
        let ids = receivers.posts.map { $0.headers.first { $0.name == "webhook-id" }?.value }
        #expect(Set(ids).count == 1, "the id is the same at every attempt")
    }

    @Test func `a receiver that is gone switches its webhook off, and no other`() async throws {
        let gone = try fixture.addWebhook(url: "https://gone", messages: 3)
        try fixture.addWebhook(url: "https://there", messages: 1)
        let receivers = StandInReceivers { post in
            WebhookAnswer(status: post.url == "https://gone" ? 410 : 200)
        }
        try await fixture.deliver(receivers)
        try fixture.letTimePass()
        try await fixture.deliver(receivers)
        #expect(receivers.posts.map(\.url).sorted() == ["https://gone", "https://there"])
        #expect(
            try fixture.ask("SELECT id FROM helenus.webhook WHERE NOT enabled") == [gone])
        #expect(
            try fixture.ask("SELECT DISTINCT status FROM helenus.webhook_delivery ORDER BY 1")
                == ["delivered", "failed"])
        #expect(
            try fixture.ask("SELECT disabled_reason FROM helenus.webhook WHERE NOT enabled")[0]
                .contains("410"))
    }

    @Test func `of several executors one posts each message, in its turn`() async throws {
        for number in 1...20 {
            try fixture.addWebhook(
                of: number < 11 ? "a" : "b", url: "https://\(number)", messages: 2)
        }
        let receivers = StandInReceivers(status: 200)
        let couriers = try (0..<4).map { _ in try fixture.courier(receivers) }
        while try fixture.ask(
            "SELECT count(*) FROM helenus.webhook_delivery WHERE status = 'pending'") != ["0"]
        {
            await withTaskGroup(of: Void.self) { group in
                for courier in couriers { group.addTask { await courier.look() } }
            }
            for courier in couriers { await courier.finish() }
        }
        let ids = receivers.posts.map { $0.headers.first { $0.name == "webhook-id" }?.value }
        #expect(ids.count == 40 && Set(ids).count == 40)
    }

    @Test(.timeLimit(.minutes(1)))
    func `receivers of one cluster that are silent hold up nobody else`() async throws {
        for number in 1...10 { try fixture.addWebhook(url: "https://silent-\(number)") }
        try fixture.addWebhook(of: "b", url: "https://quick", messages: 3)
        let gate = Gate()
        let receivers = StandInReceivers { post in
            if post.url != "https://quick" { await gate.pass() }
            return WebhookAnswer(status: 200)
        }
        let courier = try fixture.courier(receivers)
        // Each look has b's next message; of a's no more are tried.
        let delivered = "SELECT count(*) FROM helenus.webhook_delivery WHERE status = 'delivered'"
        while try fixture.ask(delivered) != ["3"] { await courier.look() }
        #expect(try fixture.ask(delivered) == ["3"])
        #expect(receivers.posts.filter { $0.url != "https://quick" }.count == 4)
        await gate.open()
        await courier.finish()
        #expect(try fixture.ask(delivered) == ["7"])
    }

    @Test func `what a dead executor had in hand goes to another, whose word counts`()
        async throws
    {
        try fixture.addWebhook()
        let gate = Gate()
        let stalled = StandInReceivers { _ in
            await gate.pass()
            return WebhookAnswer(status: 500)
        }
        let first = try fixture.courier(stalled)
        await first.look()
        let other = StandInReceivers(status: 200)
        try await fixture.deliver(other)
        #expect(other.posts.isEmpty, "the first one is still at it")
        try fixture.letTimePass()
        try await fixture.deliver(other)
        #expect(try fixture.deliveries() == ["delivered 2 200"])
        await gate.open()
        await first.finish()
        #expect(try fixture.deliveries() == ["delivered 2 200"])
        #expect(
            stalled.posts[0].headers.first { $0.name == "webhook-id" }?.value
                == other.posts[0].headers.first { $0.name == "webhook-id" }?.value)
    }
}
