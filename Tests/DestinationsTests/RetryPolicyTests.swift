import Destinations
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(attempts: 3, firstPause: .milliseconds(100))

    private func error(
        _ code: DestinationError.Code, retryAfter: Duration? = nil
    ) -> DestinationError {
        DestinationError(code: code, object: "", message: "", retryAfter: retryAfter)
    }

    @Test func `pauses grow, and end at half a minute`() {
        let pauses = [1, 2, 3, 20].map {
            policy.pause(after: $0, error(.unreachable), jitter: 1)
        }
        #expect(
            pauses == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .seconds(30)])
        #expect(
            policy.pause(after: 2, error(.unreachable), jitter: 0.5) == .milliseconds(100))
    }

    @Test func `who is asked to slow down does, for as long as is asked`() {
        #expect(policy.pause(after: 1, error(.throttled), jitter: 1) == .milliseconds(400))
        #expect(
            policy.pause(after: 1, error(.throttled, retryAfter: .seconds(7)), jitter: 1)
                == .seconds(7))
        #expect(
            policy.pause(after: 1, error(.throttled, retryAfter: .seconds(700)), jitter: 1)
                == .seconds(30))
    }

    @Test func `what cannot pass is not tried again`() async throws {
        var calls = 0
        await #expect(throws: DestinationError.self) {
            try await policy.perform {
                calls += 1
                throw error(.denied)
            }
        }
        #expect(calls == 1)
    }

    @Test func `the last failure is told`() async throws {
        var calls = 0
        let policy = RetryPolicy(attempts: 3, firstPause: .zero)
        let failure = await #expect(throws: DestinationError.self) {
            try await policy.perform {
                calls += 1
                throw DestinationError(code: .unreachable, object: "", message: "\(calls)")
            }
        }
        #expect(failure?.message == "3 (after 3 attempts)")
        #expect(failure?.isExhausted == true)
    }

    @Test func `attempts within attempts do not multiply`() async throws {
        var calls = 0
        let policy = RetryPolicy(attempts: 3, firstPause: .zero)
        let failure = await #expect(throws: DestinationError.self) {
            try await policy.perform {
                try await policy.perform {
                    calls += 1
                    throw error(.unreachable)
                }
            }
        }
        #expect(calls == 3)
        #expect(failure?.message == " (after 3 attempts)")
    }

    @Test func `one attempt only leaves it to the caller to try again`() async throws {
        var calls = 0
        let policy = RetryPolicy(attempts: 3, firstPause: .zero)
        await #expect(throws: DestinationError.self) {
            try await policy.perform {
                try await RetryPolicy.never.perform {
                    calls += 1
                    throw error(.throttled)
                }
            }
        }
        #expect(calls == 3)
    }
}
