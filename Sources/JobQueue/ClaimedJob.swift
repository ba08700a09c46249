package import BackupModel
import Postgres

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

    /// Reads the answer of the statement that claims.
    static func read(_ rows: Rows) throws -> [ClaimedJob] {
        try rows.map { row in
            let kindName = try row.text(3)
            guard let kind = JobKind(rawValue: kindName) else {
                throw PostgresError(
                    sqlstate: "", message: "this program knows no job of kind \(kindName)")
            }
            let payload: NewJob.Payload
            if let json = row.optionalText(4) {
                payload = .plain(json: json)
            } else {
                payload = .sealed(try row.optionalBytes(5) ?? [])
            }
            return ClaimedJob(
                id: try row.text(0), clusterID: try row.text(1), requestID: row.optionalText(2),
                kind: kind, payload: payload, epoch: try row.number(6),
                attempt: Int(try row.number(7)), maxAttempts: Int(try row.number(8)),
                runState: row.optionalText(9), cancelRequested: try row.flag(10),
                crashes: Int(try row.number(11)), trace: try row.text(12))
        }
    }
}
