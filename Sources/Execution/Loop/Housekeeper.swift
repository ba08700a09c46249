import Catalog
import JobQueue
package import Logging
package import Postgres
import Statements

/// Does once an hour what keeps the database in order, however many executors there are.
package struct Housekeeper: RecurringService {
    private let pool: ConnectionPool
    private let logger: Logger

    package init(pool: ConnectionPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Tidies up; answers when to do it again, sooner where it failed.
    package func attempt() async -> Duration {
        do {
            try await tidyUp()
            return .seconds(3_600)
        } catch {
            logger.error("housekeeping: \(error)")
            return .seconds(60)
        }
    }

    /// Makes the months' partitions ahead of time, has backups deleted whose time is over and
    /// commitlogs that no backup needs, and removes jobs that ended, tables that were dropped, what
    /// webhooks were told, and the notes of changed lists, long ago.
    package func tidyUp() async throws {
        try await pool.transaction(permitting: .all) { connection in
            _ = try connection.run(ExecutionStatement.createPartitions)
        }
        try await Scheduler.applyRetention(pool)
        try await pool.transaction(permitting: .all) { connection in
            try TrimArchiveDriver.enqueueDue(connection, cluster: nil)
            _ = try connection.run(ArchiveStatement.forgetTables)
            _ = try connection.run(ExecutionStatement.forgetListChanges)
        }
        var removed = 0
        repeat {
            removed = try await pool.transaction(permitting: .all) { connection in
                try JobQueue(connection).prune()
            }
        } while removed > 0
        repeat {
            removed = try await pool.transaction(permitting: .all) { connection in
                try connection.run(WebhookStatement.prune, .number(30)).affected
            }
        } while removed > 0
    }
}
