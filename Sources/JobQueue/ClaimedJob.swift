package import BackupModel

/// A job under this process's lease.
package struct ClaimedJob: Sendable {
    /// A UUID in lower case.
    package var id: String
    package var clusterID: String
    package var requestID: String?
    package var kind: JobKind
    package var payload: NewJob.Payload
    /// Which claim of the job this is; it fences what is done under it.
    package var epoch: Int64
    /// How often it was tried again after a failure.
    package var attempt: Int
    package var maxAttempts: Int
    /// The run as it was saved before its current stage, JSON; `nil` at the first claim.
    package var runState: String?
    package var cancelRequested: Bool
    /// How often its holder died or stalled. A job that kills its executors again and again should
    /// be ended by the next one instead of run.
    package var crashes: Int
    /// The `X-Request-ID` of the call that asked for it, for logs; may be empty.
    package var trace: String

    package init(
        id: String, clusterID: String, requestID: String?, kind: JobKind,
        payload: NewJob.Payload, epoch: Int64, attempt: Int, maxAttempts: Int, runState: String?,
        cancelRequested: Bool, crashes: Int = 0, trace: String = ""
    ) {
        self.id = id
        self.clusterID = clusterID
        self.requestID = requestID
        self.kind = kind
        self.payload = payload
        self.epoch = epoch
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.runState = runState
        self.cancelRequested = cancelRequested
        self.crashes = crashes
        self.trace = trace
    }
}
