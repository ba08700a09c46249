import BackupModel
import Catalog
import FoundationEssentials
import JobQueue
package import Postgres

/// Puts the deletion of what a schedule's rules let go in the queue.
package struct ApplyRetentionDriver: Sendable {
    private let context: JobContext
    private let order: ApplyRetentionJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(ApplyRetentionJob.self)
    }

    /// One transaction, in which no other review acts on the schedule; one that is gone lets
    /// nothing go.
    package func run() async throws {
        let (job, order) = (context.job, order)
        let deleted = try await context.pool.transaction(permitting: .only(job.clusterID)) {
            connection in
            let review = RetentionReview(
                connection, clusterID: job.clusterID, scheduleID: order.scheduleID)
            try review.lock()
            var deleted: [String] = []
            if let rules = try review.rules() {
                for (destination, verdicts) in try review.verdicts(rules) {
                    for verdict in verdicts.reversed() where !verdict.stays {
                        try delete(verdict.copy.tag, on: destination, review, connection)
                        deleted.append("\(verdict.copy.tag) on \(destination)")
                    }
                }
            }
            try JobQueue(connection).finish(job, .succeeded(result: nil))
            return deleted
        }
        for copy in deleted { context.logger.info("its schedule lets go: \(copy)") }
    }

    private func delete(
        _ tag: String, on destination: String, _ review: RetentionReview, _ connection: Connection
    ) throws {
        let begun = try review.beginDeletion(of: tag, on: destination)
        let payload = DeleteBackupJob(
            tag: try BackupTag(tag), eventTime: begun.eventTime, destinationID: destination,
            removeDestination: false)
        _ = try JobQueue(connection).enqueue(
            NewJob(
                clusterID: context.job.clusterID, requestID: begun.requestID,
                kind: .deleteBackup, payload: .plain(json: Self.json(payload)),
                // What somebody asks for goes first.
                priority: -10))
    }

    /// Has the rules of a schedule applied, from the caller's transaction's commit on.
    package static func enqueue(
        _ scheduleID: String, cluster: String, _ connection: Connection
    ) throws {
        _ = try JobQueue(connection).enqueue(
            NewJob(
                clusterID: cluster, requestID: nil, kind: .applyRetention,
                payload: .plain(json: json(ApplyRetentionJob(scheduleID: scheduleID))),
                priority: -10))
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
