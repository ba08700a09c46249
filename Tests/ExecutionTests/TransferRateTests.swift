import Execution
import Testing

@Suite struct TransferRateTests {
    private let rate = TransferRate(at: 1_000, done: 500)

    @Test func `it counts what this attempt has moved`() {
        let estimate = rate.estimate(at: 1_010, done: 1_500, total: 2_500)
        #expect(estimate.rate == 100 && estimate.end == 1_020)
    }

    @Test func `nothing is estimated while nothing moves, and no end once all is done`() {
        let still = rate.estimate(at: 1_010, done: 500, total: 900)
        #expect(still.rate == nil && still.end == nil)
        let done = rate.estimate(at: 1_010, done: 900, total: 900)
        #expect(done.rate == 40 && done.end == nil)
    }
}
