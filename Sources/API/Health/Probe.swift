import BackupModel
import FoundationEssentials
import JobQueue
import SCGI

/// `GET probe`: whether executors take jobs, and how soon. It goes the way of every job: from this
/// worker through the queue to an executor, and back.
enum Probe {
    private struct Answer: Encodable {
        /// From when the worker puts the job in the queue until it knows that it is done.
        var milliseconds: Double
    }

    static func ask(_ call: Call) throws -> Response {
        let id = try call.inCluster { _, id in id }
        let clock = ContinuousClock()
        let began = clock.now
        let ending = try JobAnswer(call: call, clusterID: id).ending(
            of: .probe, .plain(ProbeJob()))
        guard ending == .succeeded(result: nil) else {
            throw APIError(
                status: 504, type: "ExecutorTimeout",
                message: "No executor has done a job in time: none runs, or all are busy.")
        }
        let tenths = (began.duration(to: clock.now) / Duration.microseconds(100)).rounded()
        return .json(Array(try JSONEncoder().encode(Answer(milliseconds: tenths / 10))))
    }
}
