/// What a receiver answered; its body is nobody's business.
package struct WebhookAnswer: Hashable, Sendable {
    /// The HTTP status.
    package let status: Int
    /// Seconds before which it wants to hear nothing, where it says so.
    package let retryAfter: Double?

    package init(status: Int, retryAfter: Double? = nil) {
        self.status = status
        self.retryAfter = retryAfter
    }
}
