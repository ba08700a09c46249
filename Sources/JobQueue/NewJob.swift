package import BackupModel

/// A job to be put in the queue.
package struct NewJob: Sendable {
    package var clusterID: String
    /// The request that it serves.
    package var requestID: String?
    package var kind: JobKind
    package var payload: Payload
    /// Higher is claimed first.
    package var priority: Int
    /// Seconds before which it is not claimed.
    package var delay: Double
    /// Of jobs with the same key one runs at a time.
    package var concurrencyKey: String?
    /// Whether somebody waits for its end with `JobQueue.waitForEnding`.
    package var isAwaited: Bool

    /// What the job is asked to do, as JSON.
    package enum Payload: Sendable {
        case plain(json: String)
        /// Sealed by the caller, because there are secrets in it.
        case sealed([UInt8])
    }

    package init(
        clusterID: String, requestID: String?, kind: JobKind, payload: Payload,
        priority: Int = 0, delay: Double = 0, isAwaited: Bool = false
    ) {
        self.clusterID = clusterID
        self.requestID = requestID
        self.kind = kind
        self.payload = payload
        self.priority = priority
        self.delay = delay
        self.isAwaited = isAwaited
        self.concurrencyKey = kind.concurrencyKey(cluster: clusterID)
    }
}
