package import Destinations
import Synchronization

/// The rates that destinations have of their own: one bucket for each, shared by all transfers of
/// the node.
package final class Throttles: Sendable {
    private let buckets = Mutex<[String: (rate: Int64, bucket: TokenBucket)]>([:])

    package init() {}

    /// The destination's bucket; a new one where its rate was changed.
    ///
    /// - Parameter rate: bytes per second; 0 for no limit.
    /// - Returns: `nil` where there is no limit.
    package func bucket(of destination: String, rate: Int64) -> TokenBucket? {
        guard rate > 0 else { return nil }
        return buckets.withLock { buckets in
            if let known = buckets[destination], known.rate == rate { return known.bucket }
            let bucket = TokenBucket(bytesPerSecond: Double(rate))
            buckets[destination] = (rate, bucket)
            return bucket
        }
    }
}
