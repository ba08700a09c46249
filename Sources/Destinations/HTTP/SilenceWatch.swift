import Synchronization

/// Gives up on a peer that is silent for too long while it is its turn.
package final class SilenceWatch: Sendable {
    private let limit: Duration
    private let object: String
    private let peer: String
    private let clock = ContinuousClock()
    /// Since when it is the peer's turn; `nil` while it is ours.
    private let silentSince: Mutex<ContinuousClock.Instant?>

    /// - Parameters:
    ///   - object: what the request is about, for the error.
    ///   - peer: host and port.
    package init(limit: Duration, object: String, peer: String) {
        self.limit = limit
        self.object = object
        self.peer = peer
        silentSince = Mutex(nil)
    }

    /// It is our turn.
    package func pause() {
        silentSince.withLock { $0 = nil }
    }

    /// It is the peer's turn from now on.
    package func resume() {
        silentSince.withLock { $0 = clock.now }
    }

    /// Performs `work`, in which the peer has the first turn.
    ///
    /// - Throws: `DestinationError` that may pass when the peer was silent for too long.
    package func guarding<Success: Sendable>(
        _ work: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        resume()
        defer { pause() }
        return try await withThrowingTaskGroup(of: Success?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await self.waitForSilence()
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let done = first else {
                throw DestinationError(
                    code: .unreachable, object: object,
                    message: "\(peer) has been silent for \(limit)")
            }
            return done
        }
    }

    private func waitForSilence() async throws {
        while true {
            let since = silentSince.withLock { $0 }
            let end = (since ?? clock.now) + limit
            if since != nil, clock.now >= end { return }
            try await clock.sleep(until: end)
        }
    }
}
