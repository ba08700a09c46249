import Execution
import Synchronization

/// Receivers of webhooks that answer what a test says, and what was posted to them.
final class StandInReceivers: WebhookSender {
    private let answer: @Sendable (WebhookPost) async throws -> WebhookAnswer
    private let kept = Mutex<[WebhookPost]>([])

    init(_ answer: @escaping @Sendable (WebhookPost) async throws -> WebhookAnswer) {
        self.answer = answer
    }

    /// All of them answer with this status.
    convenience init(status: Int) {
        self.init { _ in WebhookAnswer(status: status) }
    }

    var posts: [WebhookPost] { kept.withLock { $0 } }

    func send(_ post: WebhookPost) async throws -> WebhookAnswer {
        kept.withLock { $0.append(post) }
        return try await answer(post)
    }
}
