/// The workers of a service, and what has become of them since its master began.
package struct WorkerNumbers: Sendable, Hashable {
    package var wanted: Int
    /// They wait for a request.
    package var idle: Int
    /// They have a request in hand.
    package var busy: Int
    package var starts: UInt64
    /// They ended otherwise than they should.
    package var crashes: UInt64
    /// They were killed because a request took too long.
    package var timeouts: UInt64

    package init(
        wanted: Int, idle: Int, busy: Int, starts: UInt64, crashes: UInt64, timeouts: UInt64
    ) {
        self.wanted = wanted
        self.idle = idle
        self.busy = busy
        self.starts = starts
        self.crashes = crashes
        self.timeouts = timeouts
    }

    func add(to text: inout MetricsText) {
        text.begin(.workers)
        text.add("\(idle)", [("state", "idle")])
        text.add("\(busy)", [("state", "busy")])
        for (family, value) in [
            (MetricFamily.workersWanted, UInt64(wanted)), (.workerStarts, starts),
            (.workerCrashes, crashes), (.workerTimeouts, timeouts),
        ] {
            text.begin(family)
            text.add("\(value)")
        }
    }
}
