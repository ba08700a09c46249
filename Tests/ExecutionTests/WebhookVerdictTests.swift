import Execution
import Testing

@Suite struct WebhookVerdictTests {
    private static let pauses = "5,300"

    private func verdict(
        _ status: Int?, retryAfter: Double? = nil, attempt: Int = 1, isTest: Bool = false
    ) throws -> WebhookVerdict {
        WebhookVerdict(
            status.map { WebhookAnswer(status: $0, retryAfter: retryAfter) }, attempt: attempt,
            isTest: isTest, pauses: try WebhookPauses(Self.pauses))
    }

    @Test(arguments: [200, 201, 204, 299])
    func `a 2xx alone is success`(status: Int) throws {
        #expect(try verdict(status) == .delivered)
        #expect(try verdict(status, attempt: 3) == .delivered)
    }

    @Test(arguments: [nil, 100, 199, 300, 302, 308, 400, 404, 429, 500, 503])
    func `anything else is tried again after the pauses, then given up`(status: Int?) throws {
        #expect(try verdict(status, attempt: 1) == .retry(after: 5))
        #expect(try verdict(status, attempt: 2) == .retry(after: 300))
        #expect(try verdict(status, attempt: 3) == .failed)
    }

    @Test func `a receiver that is gone is told nothing more`() throws {
        #expect(try verdict(410) == .gone)
        #expect(try verdict(410, attempt: 9, isTest: true) == .gone)
    }

    @Test func `a test is tried once`() throws {
        #expect(try verdict(500, isTest: true) == .failed)
        #expect(try verdict(nil, isTest: true) == .failed)
    }

    @Test func `a receiver may ask for a longer pause, up to a day, and for no shorter one`()
        throws
    {
        #expect(try verdict(503, retryAfter: 60) == .retry(after: 60))
        #expect(try verdict(429, retryAfter: 1) == .retry(after: 5))
        #expect(try verdict(429, retryAfter: -1) == .retry(after: 5))
        #expect(try verdict(503, retryAfter: 1e9) == .retry(after: 86_400))
        #expect(try verdict(503, retryAfter: 60, attempt: 3) == .failed)
    }

    @Test func `what is recommended takes three days`() throws {
        let pauses = try WebhookPauses(WebhookPauses.recommended)
        let all = (1...20).compactMap { pauses.pause(after: $0) }
        #expect(all.count == 9 && all.reduce(0, +) == 272_105)
    }

    @Test(arguments: ["", "5,", "five", "-1", "nan", "5;6", "1e9"])
    func `what are no pauses is refused with the setting's name`(text: String) {
        #expect {
            try WebhookPauses(text)
        } throws: { error in
            "\(error)".hasPrefix("HELENUS_WEBHOOK_PAUSES: got '\(text)'")
        }
    }
}
