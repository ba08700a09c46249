import JobQueue
package import Logging
package import Postgres
import ServiceLifecycle
import Statements

/// Does once an hour what keeps the database in order, however many executors there are.
package struct Housekeeper: Service {
    private let pool: ConnectionPool
    private let logger: Logger

    package init(pool: ConnectionPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await tidyUp()
                    try await Task.sleep(for: .seconds(3600))
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("housekeeping: \(error)")
                    await pause(60)
                }
            }
        }
    }

    /// Makes the months' partitions ahead of time, and removes jobs that ended long ago.
    package func tidyUp() async throws {
        try await pool.transaction(permitting: .all) { connection in
            _ = try connection.run(ExecutionStatement.createPartitions)
        }
        var removed = 0
        repeat {
            removed = try await pool.transaction(permitting: .all) { connection in
                try JobQueue(connection).prune()
            }
        } while removed > 0
    }

    /// Waits, unless this is told to stop.
    private func pause(_ seconds: Double) async {
        do {
            try await Task.sleep(for: .seconds(seconds))
        } catch {
            return
        }
    }
}
