/// How fast a node moves bytes, and when it will be done at that. Pure.
///
/// It counts from the first report on: what an earlier attempt had done took no time of this one.
package struct TransferRate: Hashable, Sendable {
    private let start: Double
    private let startSize: Int64

    /// - Parameters:
    ///   - time: seconds since 1970.
    ///   - done: bytes done by then.
    package init(at time: Double, done: Int64) {
        start = time
        startSize = done
    }

    /// Bytes per second, and the second since 1970 at which all is done; `nil` while nothing moves
    /// or once nothing is left.
    package func estimate(
        at time: Double, done: Int64, total: Int64
    ) -> (rate: Int64?, end: Int64?) {
        let moved = Double(done - startSize)
        guard moved > 0, time > start else { return (nil, nil) }
        let rate = moved / (time - start)
        guard total > done else { return (Int64(rate), nil) }
        return (Int64(rate), Int64((time + Double(total - done) / rate).rounded(.up)))
    }
}
