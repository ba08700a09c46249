import Glibc

/// A point on the monotonic clock, or a length of time, in milliseconds. The clock is one for all
/// processes of a machine, so that the master can read what a worker wrote.
package typealias Milliseconds = Int64

/// The monotonic clock.
package enum MonotonicClock {
    /// Now.
    package static var now: Milliseconds { microseconds / 1_000 }

    /// Now, as `sd_notify` wants it.
    static var microseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
