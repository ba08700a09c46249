/// What becomes of a message after an attempt. Pure.
package enum WebhookVerdict: Hashable, Sendable {
    case delivered
    /// It is tried again.
    case retry(after: Double)
    /// It is not tried any more.
    case failed
    /// The receiver wants to hear nothing any more.
    case gone

    /// A receiver may not put off its message for longer.
    private static let longestWait: Double = 86_400

    /// - Parameters:
    ///   - answer: `nil` where there was none.
    ///   - attempt: which one it was, from 1 on.
    ///   - isTest: tried once, since somebody looks at what comes of it.
    package init(
        _ answer: WebhookAnswer?, attempt: Int, isTest: Bool, pauses: WebhookPauses
    ) {
        switch answer?.status {
        case .some(200...299): self = .delivered
        case .some(410): self = .gone
        default:
            guard !isTest, let pause = pauses.pause(after: attempt) else {
                self = .failed
                return
            }
            let wanted = min(answer?.retryAfter ?? 0, Self.longestWait)
            self = .retry(after: max(pause, wanted))
        }
    }
}
