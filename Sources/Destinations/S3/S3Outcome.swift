/// How a request ended, for those to whom a failure is an answer.
enum S3Outcome<Success: Sendable>: Sendable {
    case done(Success)
    /// - Parameter host: who said so.
    case failed(S3Failure, host: String)

    /// What was done.
    ///
    /// - Throws: `DestinationError` with the store's reason.
    func get(about object: String) throws -> Success {
        switch self {
        case .done(let success): return success
        case .failed(let failure, let host): throw failure.error(about: object, host: host)
        }
    }
}
