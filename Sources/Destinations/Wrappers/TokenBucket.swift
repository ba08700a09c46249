/// Paces any number of transfers to a common rate.
package actor TokenBucket {
    private let rate: Double
    private let clock = ContinuousClock()
    private var free: ContinuousClock.Instant

    /// - Parameter bytesPerSecond: the common rate.
    package init(bytesPerSecond: Double) {
        rate = max(1, bytesPerSecond)
        free = clock.now
    }

    /// Waits until `bytes` more may pass. Up to a quarter of a second's worth passes at once.
    package func take(_ bytes: Int) async throws {
        let now = clock.now
        let earliest = now - .milliseconds(250)
        if free < earliest { free = earliest }
        free += .seconds(Double(bytes) / rate)
        if free > now { try await clock.sleep(until: free) }
    }
}
