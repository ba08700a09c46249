import Catalog
package import Logging
package import Postgres
import Statements

/// Begins the backups that are due, once a second, however many executors there are: each due run
/// is one executor's.
package struct Scheduler: RecurringService {
    /// Runs that one transaction begins.
    private static let batch = 200

    private let pool: ConnectionPool
    private let logger: Logger

    package init(pool: ConnectionPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Looks once; answers when to look again: at once where more may be due.
    package func attempt() async -> Duration {
        do {
            return try await tick() < Self.batch ? .seconds(1) : .zero
        } catch {
            logger.error("cannot begin what is due: \(error)")
            return .seconds(2)
        }
    }

    /// Begins what is due, up to a batch of it; answers how many runs that were.
    package func tick() async throws -> Int {
        let fired = try await pool.transaction(permitting: .all) { connection in
            try connection.run(ScheduleStatement.fire, .number(Self.batch)).map { row in
                (
                    cluster: try row.text(0), schedule: try row.text(1),
                    request: row.optionalText(2) ?? "", due: try row.text(3)
                )
            }
        }
        for run in fired {
            logger.info(
                "a scheduled backup begins, due \(run.due)",
                metadata: [
                    "cluster": "\(run.cluster)", "schedule": "\(run.schedule)",
                    "request": "\(run.request)",
                ])
        }
        return fired.count
    }

    /// Has the rules of every schedule applied that nobody has looked at for a day.
    package static func applyRetention(_ pool: ConnectionPool) async throws {
        try await pool.transaction(permitting: .all) { connection in
            for row in try connection.run(ScheduleStatement.retentionDue) {
                try ApplyRetentionDriver.enqueue(
                    row.text(1), cluster: row.text(0), connection)
            }
        }
    }
}
