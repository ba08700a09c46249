/// The job is not under this lease any more: it lapsed, and somebody else may hold it.
package struct LeaseLost: Error, Sendable, Hashable, CustomStringConvertible {
    package var jobID: String
    package var epoch: Int64

    package init(jobID: String, epoch: Int64) {
        self.jobID = jobID
        self.epoch = epoch
    }

    package var description: String {
        "The lease on job \(jobID) (epoch \(epoch)) is lost."
    }
}
