package import BackupModel

/// How an operation stands: the answer of `PUT` and of
/// `GET /v1/operations/{id}?since=<revision>&wait=<seconds>`.
///
/// `GET` answers as soon as the revision is higher than `since`, or after `wait` seconds.
package struct OperationStatus<Result: Codable & Sendable>: Codable, Sendable {
    package var id: String
    package var kind: OperationKind
    package var state: OperationState
    /// Grows with every change.
    package var revision: Int64
    /// Seconds since 1970.
    package var started: Int64
    /// Seconds since 1970; `nil` while it runs.
    package var finished: Int64?
    /// Keyspace → table → how far; sums only, never a list of files.
    package var progress: [String: [String: TableProgress]]
    /// There when it succeeded.
    package var result: Result?
    /// There when it failed.
    package var failure: OperationFailure?

    package init(
        id: String, kind: OperationKind, state: OperationState, revision: Int64, started: Int64,
        finished: Int64?, progress: [String: [String: TableProgress]], result: Result?,
        failure: OperationFailure?
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.revision = revision
        self.started = started
        self.finished = finished
        self.progress = progress
        self.result = result
        self.failure = failure
    }
}
