/// Who gives an instruction: a job and the epoch of its lease.
///
/// An agent that has seen a higher epoch of a job refuses the older one, so an executor that lost
/// its lease and comes back can do no harm.
package struct Fence: Codable, Sendable, Hashable {
    /// The job's id, a UUID in lower case.
    package var jobID: String
    package var epoch: Int64

    package init(jobID: String, epoch: Int64) {
        self.jobID = jobID
        self.epoch = epoch
    }
}
