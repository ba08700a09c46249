package import Catalog

/// What a worker still has of the calls that it was granted, for each subject that called lately.
///
/// A worker that meets a limit remembers it until the minute is over, so that a flood which is
/// refused costs the database nothing.
package struct RequestAllowance: Sendable {
    package enum Verdict: Sendable, Hashable {
        case admitted
        /// The limit is reached: calls in a minute, and seconds until the next one.
        case refused(limit: Int, seconds: Int)
        /// Nothing is known, or nothing is left: more has to be asked for.
        case unknown
    }

    private enum Entry {
        case unlimited(until: ContinuousClock.Instant)
        case granted(left: Int, until: ContinuousClock.Instant)
        case exhausted(limit: Int, until: ContinuousClock.Instant)

        var end: ContinuousClock.Instant {
            switch self {
            case .unlimited(let end), .granted(_, let end), .exhausted(_, let end): end
            }
        }
    }

    /// For how long it is believed that there is no limit.
    private static let unlimitedSeconds = 5.0

    private let capacity: Int
    private var entries: [String: Entry] = [:]

    /// - Parameter capacity: subjects that are remembered at most.
    package init(capacity: Int = 1_000) {
        self.capacity = capacity
    }

    /// Spends a call of what is left.
    package mutating func spend(_ subject: String, at now: ContinuousClock.Instant) -> Verdict {
        guard let entry = entries[subject], entry.end > now else { return .unknown }
        switch entry {
        case .unlimited:
            return .admitted
        case .granted(0, _):
            return .unknown
        case .granted(let left, let end):
            entries[subject] = .granted(left: left - 1, until: end)
            return .admitted
        case .exhausted(let limit, let end):
            return .refused(limit: limit, seconds: Int((end - now).components.seconds) + 1)
        }
    }

    /// Whether the subject is known to have met its limit.
    package func isExhausted(_ subject: String, at now: ContinuousClock.Instant) -> Bool {
        guard case .exhausted(_, let end) = entries[subject] else { return false }
        return end > now
    }

    /// Whether the subject is known to have calls left.
    package func isOpen(_ subject: String, at now: ContinuousClock.Instant) -> Bool {
        guard let entry = entries[subject], entry.end > now else { return false }
        return switch entry {
        case .unlimited: true
        case .granted(let left, _): left > 0
        case .exhausted: false
        }
    }

    /// Notes what was granted; `nil`: there is no limit.
    package mutating func note(
        _ grant: RequestGrant?, for subject: String, at now: ContinuousClock.Instant
    ) {
        if entries.count >= capacity { entries = entries.filter { $0.value.end > now } }
        if entries.count >= capacity { entries = [:] }
        guard let grant else {
            entries[subject] = .unlimited(until: now + .seconds(Self.unlimitedSeconds))
            return
        }
        // The minute may have ended on the way here.
        let end = now + .seconds(max(grant.seconds, 0.1))
        entries[subject] =
            grant.calls > 0
            ? .granted(left: grant.calls, until: end)
            : .exhausted(limit: grant.limit, until: end)
    }
}
