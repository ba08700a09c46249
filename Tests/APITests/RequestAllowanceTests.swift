import API
import Catalog
import Testing

/// What a worker remembers of the calls that it was granted.
@Suite struct RequestAllowanceTests {
    private var allowance = RequestAllowance(capacity: 2)
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test mutating func `what was granted is spent, and then more has to be asked for`() {
        #expect(allowance.spend("a", at: start) == .unknown)
        allowance.note(RequestGrant(calls: 2, limit: 100, seconds: 60), for: "a", at: start)
        #expect(allowance.spend("a", at: at(1)) == .admitted)
        #expect(allowance.spend("a", at: at(1)) == .admitted)
        #expect(allowance.spend("a", at: at(1)) == .unknown)
        #expect(allowance.spend("b", at: at(1)) == .unknown)
    }

    @Test mutating func `nothing is taken from one minute into the next`() {
        allowance.note(RequestGrant(calls: 2, limit: 100, seconds: 5), for: "a", at: start)
        #expect(allowance.spend("a", at: at(4.9)) == .admitted)
        #expect(allowance.spend("a", at: at(5)) == .unknown)
    }

    @Test mutating func `a limit that is reached is remembered until the minute is over`() {
        allowance.note(RequestGrant(calls: 0, limit: 100, seconds: 5), for: "a", at: start)
        #expect(allowance.isExhausted("a", at: at(0.5)) && !allowance.isExhausted("b", at: start))
        #expect(!allowance.isExhausted("a", at: at(5)))
        #expect(allowance.spend("a", at: at(0.5)) == .refused(limit: 100, seconds: 5))
        #expect(allowance.spend("a", at: at(4.5)) == .refused(limit: 100, seconds: 1))
        #expect(allowance.spend("a", at: at(5)) == .unknown)
    }

    @Test mutating func `that there is no limit is believed for a while`() {
        allowance.note(nil, for: "a", at: start)
        for _ in 0..<1_000 { #expect(allowance.spend("a", at: at(4)) == .admitted) }
        #expect(allowance.spend("a", at: at(60)) == .unknown)
    }

    @Test mutating func `not more is remembered than there is room for`() {
        for name in ["a", "b", "c"] { allowance.note(nil, for: name, at: start) }
        #expect(allowance.spend("a", at: start) == .unknown)
        #expect(allowance.spend("c", at: start) == .admitted)
    }
}
