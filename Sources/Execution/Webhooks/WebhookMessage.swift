import FoundationEssentials
import Postgres
import Sealing

/// A message that this process is to deliver now.
struct WebhookMessage: Sendable {
    let clusterID: String
    /// The same at every attempt; a UUID.
    let id: String
    let webhookID: String
    let type: String
    let body: String
    /// Which attempt this is, from 1 on; what comes of an older one is not noted any more.
    let attempt: Int
    let url: String
    private let sealedSecret: [UInt8]

    /// - Parameter row: of the statement `webhook_claim`.
    init(_ row: Row) throws {
        clusterID = try row.text(0)
        id = try row.text(1)
        webhookID = try row.text(2)
        type = try row.text(3)
        body = try row.text(4)
        attempt = Int(try row.number(5))
        url = try row.text(6)
        sealedSecret = try row.optionalBytes(7) ?? []
    }

    /// Tells this attempt from all others.
    var attemptID: String { "\(clusterID)/\(id)/\(attempt)" }

    /// Whether somebody only tries the webhook and looks at what comes of it.
    var isTest: Bool { type == "webhook.test" }

    /// The post with the signature of this moment.
    ///
    /// - Throws: `SealingError`.
    func post(_ sealer: Sealer) throws -> WebhookPost {
        let place = SealingPlace.webhook(cluster: clusterID, id: webhookID)
        let text = String(decoding: try sealer.unseal(sealedSecret, for: place), as: UTF8.self)
        guard let secret = WebhookSecret(text) else {
            throw SealingError.notAuthentic(context: place)
        }
        let timestamp = Int64(Date().timeIntervalSince1970)
        return WebhookPost(
            url: url,
            headers: [
                ("content-type", "application/json"), ("webhook-id", id),
                ("webhook-timestamp", String(timestamp)),
                ("webhook-signature", secret.signature(id: id, timestamp: timestamp, body: body)),
            ],
            body: body)
    }
}
