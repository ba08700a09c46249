import Catalog
package import Logging
package import Postgres
import Statements

/// Finds schedules whose backups are late and has their webhooks told, once for each lateness,
/// however many executors there are.
package struct LatenessWatch: RecurringService {
    private static let pause = Duration.seconds(10)

    private let pool: ConnectionPool
    private let logger: Logger

    package init(pool: ConnectionPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    package func attempt() async -> Duration {
        do {
            _ = try await look()
        } catch {
            logger.error("cannot look for late backups: \(error)")
        }
        return Self.pause
    }

    /// Looks once; answers how many messages that made.
    package func look() async throws -> Int {
        let late = try await pool.transaction(permitting: .all) { connection in
            try connection.run(WebhookStatement.noteLate).map { row in
                (cluster: try row.text(0), webhook: try row.text(1), occasion: try row.text(2))
            }
        }
        for one in late {
            logger.warning(
                "a scheduled backup is late",
                metadata: [
                    "cluster": "\(one.cluster)", "webhook": "\(one.webhook)",
                    "occasion": "\(one.occasion)",
                ])
        }
        return late.count
    }
}
