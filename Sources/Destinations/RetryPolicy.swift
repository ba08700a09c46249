/// How often, and after which pauses, something that failed in a way that may pass is tried again.
package struct RetryPolicy: Sendable, Hashable {
    private static let longestPause = Duration.seconds(30)

    /// How often a call is made at most.
    package var attempts: Int
    /// Before the second attempt; doubled for each further one, up to 30 s.
    package var firstPause: Duration

    package init(attempts: Int = 8, firstPause: Duration = .milliseconds(200)) {
        self.attempts = attempts
        self.firstPause = firstPause
    }

    /// One attempt only.
    package static let never = RetryPolicy(attempts: 1)

    /// Performs `call` until it succeeds, fails for good or has failed too often.
    ///
    /// What an inner policy has given up fails here at once: a driver that tries its own requests
    /// again may stand inside a wrapper that does, and each request is still sent `attempts` times
    /// at most.
    ///
    /// - Throws: what `call` threw last; `isExhausted` where it was tried more than once.
    package func perform<Success>(
        _ call: () async throws -> Success
    ) async throws -> Success {
        var failures = 0
        while true {
            do {
                return try await call()
            } catch let error as DestinationError where error.mayPass && !error.isExhausted {
                failures += 1
                guard failures < attempts else {
                    throw attempts > 1 ? error.exhausted(after: attempts) : error
                }
                try await Task.sleep(
                    for: pause(after: failures, error, jitter: .random(in: 0.5...1)))
            }
        }
    }

    /// The pause before the next attempt: never shorter than the provider asks for, up to the
    /// longest.
    ///
    /// - Parameters:
    ///   - failures: so far; at least one.
    ///   - jitter: a part of the pause, so that many that failed at once do not come back at once.
    package func pause(after failures: Int, _ error: DestinationError, jitter: Double) -> Duration {
        // Who is asked to slow down begins with a pause that can be felt.
        let first = error.code == .throttled ? firstPause * 4 : firstPause
        let grown = min(first * (1 << min(failures - 1, 16)), Self.longestPause)
        return max(grown * jitter, min(error.retryAfter ?? .zero, Self.longestPause))
    }
}
