/// Posts to receivers.
package protocol WebhookSender: Sendable {
    /// Posts once and waits for the answer, a limited time.
    ///
    /// - Throws: `WebhookFailure` where none came.
    func send(_ post: WebhookPost) async throws -> WebhookAnswer
}
