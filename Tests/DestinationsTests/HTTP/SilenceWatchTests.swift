import Destinations
import Testing

@Suite struct SilenceWatchTests {
    private let watch = SilenceWatch(limit: .milliseconds(500), object: "o", peer: "host:1")

    @Test func `a peer that is silent for too long is given up`() async {
        let error = await #expect(throws: DestinationError.self) {
            try await watch.guarding { try await Task.sleep(for: .seconds(3_600)) }
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "host:1 has been silent for 0.5 seconds")
        #expect(error?.object == "o")
    }

    /// A source that is slow, by a throttle for one, is not the peer's fault.
    @Test func `our own turn is no silence`() async throws {
        let answer = try await watch.guarding {
            watch.pause()
            try await Task.sleep(for: .milliseconds(1_200))
            watch.resume()
            return 1
        }
        #expect(answer == 1)
    }

    @Test func `after our turn the peer has all of its own`() async {
        let clock = ContinuousClock()
        let start = clock.now
        await #expect(throws: DestinationError.self) {
            try await watch.guarding {
                watch.pause()
                try await Task.sleep(for: .milliseconds(300))
                watch.resume()
                try await Task.sleep(for: .seconds(3_600))
            }
        }
        #expect(clock.now - start >= .milliseconds(800))
    }
}
