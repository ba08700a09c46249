/// Calls that a worker may answer until the minute is over.
package struct RequestGrant: Sendable, Hashable {
    /// How many; none where the limit is reached.
    package let calls: Int
    /// The limit, calls in a minute.
    package let limit: Int
    /// Seconds until the minute is over, by the database's clock.
    package let seconds: Double

    package init(calls: Int, limit: Int, seconds: Double) {
        self.calls = calls
        self.limit = limit
        self.seconds = seconds
    }
}
