import API
import Prefork

extension CounterPage: SharedCounters {}

extension WorkerProcess {
    /// The workers of this master, for metrics.
    var numbers: WorkerNumbers {
        let census = census
        return WorkerNumbers(
            wanted: census.wanted, idle: census.idle, busy: census.busy,
            starts: counters.count(of: .start), crashes: counters.count(of: .crash),
            timeouts: counters.count(of: .timeout))
    }
}
