import AgentProtocol
import BackupModel
import FoundationEssentials
import JobQueue
import Postgres

/// Clears snapshots on nodes that did not answer when their run ended.
package struct ClearSnapshotDriver: Sendable {
    private let context: JobContext
    private let order: ClearSnapshotJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(ClearSnapshotJob.self)
    }

    /// Clears where it can; the rest waits for its nodes.
    package func run() async throws {
        let tag = order.tag
        let live = try await context.nodes().live.filter { order.hosts.contains($0.hostID) }
        let cleared = try await context.everywhere(live, stage: "clear:\(order.round)") { _ in
            ClearSnapshot(tag: tag)
        }
        let done = Set(cleared.results.map(\.0.hostID))
        let later = order.puttingOff(order.hosts.filter { !done.contains($0) })
        let job = context.job
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            if let later { try Self.enqueue(later, cluster: job.clusterID, connection) }
            try JobQueue(connection).finish(job, .succeeded(result: nil))
        }
    }

    /// Puts it in the queue, in the caller's transaction.
    static func enqueue(
        _ order: ClearSnapshotJob, cluster: String, _ connection: Connection
    ) throws {
        let payload = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
        _ = try JobQueue(connection).enqueue(
            NewJob(
                clusterID: cluster, requestID: nil, kind: .clearSnapshot,
                payload: .plain(json: payload), delay: order.delay))
    }
}
