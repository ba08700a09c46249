/// How a job ends.
package enum JobEnding: Sendable, Hashable {
    /// Done; the JSON that somebody waits for, if anybody does.
    case succeeded(result: String?)
    /// Given up, with the reason.
    case failed(error: String)
    /// Called off.
    case cancelled
}
