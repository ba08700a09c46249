import Catalog
import FoundationEssentials
import Postgres
import SCGI
import Sealing

/// `webhooks` (ours): who is told of backups that fail, end in part or are late.
enum Webhooks {
    /// Of one cluster: each is one more message to be sent for every backup that fails.
    private static let most = 20

    static func list(_ call: Call) throws -> Response {
        try call.inCluster { connection, id in
            .text(try WebhookStore(connection, clusterID: id).list())
        }
    }

    /// With what it was told last.
    static func show(_ call: Call) throws -> Response {
        let webhook = try webhookID(call)
        return try call.inCluster { connection, id in
            .text(try shown(webhook, WebhookStore(connection, clusterID: id)))
        }
    }

    /// Answers `{"id", "secret"}`: the secret now and never again.
    static func add(_ call: Call) throws -> Response {
        let body = try WebhookBody(call.body())
        let secret = body.secret ?? .random()
        let webhook = UUID().uuidString.lowercased()
        return try call.inCluster { connection, id in
            let store = WebhookStore(connection, clusterID: id)
            guard try store.count() < most else {
                throw APIError.conflict("The cluster has \(most) webhooks already.")
            }
            try store.add(
                body.entry, as: webhook, secret: sealed(secret, of: webhook, in: id, call))
            return .text(#"{"id":"\#(webhook)","secret":"\#(secret.text)"}"#, status: 201)
        }
    }

    /// Changes the members that are given; the others stay as they are.
    static func change(_ call: Call) throws -> Response {
        let webhook = try webhookID(call)
        let given = try call.body().members
        return try call.inCluster { connection, id in
            let store = WebhookStore(connection, clusterID: id)
            let stored = try Fields.body(Array(shown(webhook, store).utf8)).members
            let body = try WebhookBody(Fields(members: stored.merging(given) { _, new in new }))
            let secret = try body.secret.map { try sealed($0, of: webhook, in: id, call) }
            guard try store.put(body.entry, as: webhook, secret: secret) else {
                throw noSuch(webhook)
            }
            return try .string(webhook)
        }
    }

    static func remove(_ call: Call) throws -> Response {
        let webhook = try webhookID(call)
        return try call.inCluster { connection, id in
            guard try WebhookStore(connection, clusterID: id).remove(webhook) else {
                throw noSuch(webhook)
            }
            return try .string(webhook)
        }
    }

    /// Has a message sent that says nothing; answers its id, which is among the deliveries of the
    /// webhook and in the message's header.
    static func test(_ call: Call) throws -> Response {
        let webhook = try webhookID(call)
        return try call.inCluster { connection, id in
            let store = WebhookStore(connection, clusterID: id)
            if let message = try store.test(webhook) { return try .string(message) }
            _ = try shown(webhook, store)
            throw APIError.conflict("Webhook \(webhook) is switched off.")
        }
    }

    private static func sealed(
        _ secret: WebhookSecret, of webhook: String, in cluster: String, _ call: Call
    ) throws -> [UInt8] {
        try call.service.sealer.seal(
            Array(secret.text.utf8), for: SealingPlace.webhook(cluster: cluster, id: webhook))
    }

    private static func shown(_ id: String, _ store: WebhookStore) throws -> String {
        guard let json = try store.show(id) else { throw noSuch(id) }
        return json
    }

    /// The id in the path, in the form in which ids are kept.
    private static func webhookID(_ call: Call) throws -> String {
        guard let id = UUID(uuidString: call.argument("webhook")) else {
            throw noSuch(call.argument("webhook"))
        }
        return id.uuidString.lowercased()
    }

    private static func noSuch(_ id: String) -> APIError {
        APIError.noSuch("Webhook", "There is no webhook '\(id)'.")
    }
}
