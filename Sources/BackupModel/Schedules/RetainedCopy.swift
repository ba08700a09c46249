/// A backup on one destination, as its retention is decided.
package struct RetainedCopy: Hashable, Sendable {
    package var tag: String
    /// Seconds since 1970.
    package var time: Int64
    /// The same by the wall clock of the schedule, in seconds since 1970 as if that were UTC.
    package var wallTime: Int64
    /// Whether all that was asked for is in it, and no verification found a fault.
    package var isWhole: Bool

    package init(tag: String, time: Int64, wallTime: Int64, isWhole: Bool) {
        self.tag = tag
        self.time = time
        self.wallTime = wallTime
        self.isWhole = isWhole
    }
}
