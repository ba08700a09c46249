import Execution
import Foundation
import Logging
import Postgres
import Sealing
import Statements
import TestDatabase

/// The clusters `a` and `b` with webhooks, as executors deliver what those are told.
final class WebhookFixture: Sendable {
    let database: TestDatabase
    let secret = WebhookSecret.random()
    private let keyFile = "\(NSTemporaryDirectory())helenus-key-\(UUID().uuidString)"
    private let sealer: Sealer

    init() throws {
        database = try TestDatabase()
        for cluster in ["a", "b"] { try database.addCluster(cluster) }
        try Data(KeyFile.newLine().utf8).write(to: URL(filePath: keyFile))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
        sealer = try Sealer(keyFile: keyFile)
    }

    deinit {
        if unlink(keyFile) != 0 { print("WebhookFixture: \(keyFile) is left") }
    }

    /// Adds a webhook; answers its id.
    ///
    /// - Parameter messages: how many messages wait for it.
    @discardableResult
    func addWebhook(
        of cluster: String = "a", url: String = "https://one", messages: Int = 1
    ) throws -> String {
        let id = UUID().uuidString.lowercased()
        let sealed = try sealer.seal(
            Array(secret.text.utf8), for: SealingPlace.webhook(cluster: cluster, id: id))
        try database.connect().run(
            Statement(
                name: "test_add_webhook",
                text: """
                    INSERT INTO helenus.webhook (cluster_id, id, url, events, sealed_secret)
                    VALUES ($1, $2::uuid, $3, '{backup.failed,backup.partial,backup.late}', $4)
                    """),
            .text(cluster), .text(id), .text(url), .bytes(sealed))
        try run(
            """
            INSERT INTO helenus.webhook_delivery (cluster_id, webhook_id, type, occasion, body)
            SELECT '\(cluster)', '\(id)', 'backup.failed', number::text, '{"number": ' || number || '}'
            FROM generate_series(1, \(messages)) AS number;
            """)
        return id
    }

    /// An executor's courier, on a connection of its own.
    func courier(_ receivers: StandInReceivers, pauses: String = "5,300") throws -> WebhookCourier {
        WebhookCourier(
            pool: ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1),
            sealer: sealer, sender: receivers, pauses: try WebhookPauses(pauses), timeLimit: 20,
            logger: Logger(label: "test"))
    }

    /// Has a courier deliver what is due at this moment.
    func deliver(_ receivers: StandInReceivers, pauses: String = "5,300") async throws {
        let courier = try courier(receivers, pauses: pauses)
        await courier.look()
        await courier.finish()
    }

    func run(_ script: String) throws { try database.connect().runScript(script) }

    func ask(_ query: String) throws -> [String] {
        try database.connect().run(Statement(name: query, text: query)).map { try $0.text(0) }
    }

    /// What is known of all messages: status, attempts, the last HTTP status, and the error.
    func deliveries() throws -> [String] {
        try ask(
            """
            SELECT concat_ws(' ', status, attempts, last_status, last_error)
            FROM helenus.webhook_delivery ORDER BY 1
            """)
    }

    /// Lets the pauses of all messages be over, and the claims on them.
    func letTimePass() throws {
        try run(
            """
            UPDATE helenus.webhook_delivery
            SET next_attempt_at = now(), claimed_until = CASE WHEN claimed_until IS NOT NULL THEN now() END
            """)
    }
}
