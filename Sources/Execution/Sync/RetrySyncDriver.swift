import BackupModel
import JobQueue
import Postgres

/// Begins a sync again whose pause is over, if it is still owed.
package struct RetrySyncDriver: Sendable {
    private let context: JobContext
    private let order: RetrySyncJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(RetrySyncJob.self)
    }

    package func run() async throws {
        let (job, order) = (context.job, order)
        let isOwed = try await context.pool.withConnection { connection in
            try OwedSyncs.isOwed(
                connection, clusterID: job.clusterID, tag: order.tag,
                destination: order.destinationID)
        }
        guard isOwed else { return try await context.finish(.succeeded(result: nil)) }
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            try OwedSyncs(connection, clusterID: job.clusterID).begin(
                tag: order.tag, destination: order.destinationID)
            try JobQueue(connection).finish(job, .succeeded(result: nil))
        }
    }
}
