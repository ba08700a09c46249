extension ContinuousClock.Instant {
    /// Whole milliseconds from this instant to now.
    var millisecondsAgo: Int64 { Int64(duration(to: .now) / .milliseconds(1)) }
}
