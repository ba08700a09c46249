import BackupModel
import Catalog
import FoundationEssentials
import JobQueue
package import Logging
package import Postgres

/// Brings commitlog archiving to nodes that lack it, however many executors there are: those that
/// joined since it was enabled, and those whose properties somebody has changed. Where the last
/// rolling restart did not succeed, a person decides.
package struct ArchiveKeeper: RecurringService {
    private static let pause = Duration.seconds(15)

    private let pool: ConnectionPool
    private let logger: Logger

    package init(pool: ConnectionPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    package func attempt() async -> Duration {
        do {
            for cluster in try await look() {
                logger.info(
                    "commitlog archiving is brought to nodes that lack it",
                    metadata: ["cluster": "\(cluster)"])
            }
        } catch {
            logger.error("cannot look after commitlog archiving: \(error)")
        }
        return Self.pause
    }

    /// Looks once; answers the clusters for which something is begun.
    package func look() async throws -> [String] {
        try await pool.transaction(permitting: .all) { connection in
            try connection.run(ArchiveStatement.behind).map { row in
                let cluster = try row.text(0)
                let destinations = try JSONDecoder().decode(
                    [String: ArchiveOptions].self, from: Data(row.text(1).utf8))
                let request = try ArchiveConfiguration.beginRequest(
                    connection, clusterID: cluster, type: .pointInTimeEnable,
                    destinations: destinations.keys.sorted())
                try connection.run(
                    ArchiveStatement.noteRequest, .text(cluster), .text(request))
                let payload = String(
                    decoding: try JSONEncoder().encode(
                        ConfigureArchiveJob(eventType: .pointInTimeEnable)), as: UTF8.self)
                _ = try JobQueue(connection).enqueue(
                    NewJob(
                        clusterID: cluster, requestID: request, kind: .configureArchive,
                        payload: .plain(json: payload)))
                return cluster
            }
        }
    }
}
