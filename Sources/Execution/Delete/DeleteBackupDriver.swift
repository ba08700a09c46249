import AgentProtocol
import BackupModel
import FoundationEssentials
import JobQueue
import Postgres

/// Deletes one copy of a backup: from the nodes, or from a destination.
package struct DeleteBackupDriver: Sendable {
    private let context: JobContext
    private let order: DeleteBackupJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(DeleteBackupJob.self)
    }

    /// Every step can be done again, so nothing is saved. What fails on a node, or waits for one
    /// that is away, is left to a follow-up job, which holds up nobody in its pauses; the copy is
    /// not listed any more from the first attempt on.
    package func run() async throws {
        let failures = try await remove(from: try await context.nodes())
        let message =
            failures.isEmpty
            ? nil : failures.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
        let (job, order) = (context.job, order)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            for statement in [ExecutionStatement.deleteCopy, .markEventDeleted] {
                try connection.run(
                    statement, .text(job.clusterID), .text(order.tag.text),
                    .text(order.destinationID))
            }
            if !failures.isEmpty {
                try followUp(failures.keys.sorted(), connection)
            } else if order.removeDestination {
                try connection.run(
                    ExecutionStatement.removeDestination, .text(job.clusterID),
                    .text(order.destinationID))
            }
            let outcome: Outcome = message == nil ? .success : .partial
            if let requestID = job.requestID {
                try outcomes.finishEvent(
                    requestID: requestID, destination: order.destinationID, type: .delete,
                    outcome, message: message)
            }
            try outcomes.finishRequest(job, outcome, message: message)
            // It may have been the oldest, for which commitlogs were kept.
            try TrimArchiveDriver.enqueueDue(connection, cluster: job.clusterID)
        }
    }

    /// Removes what can be removed now; answers why the rest could not, by host.
    private func remove(from roll: NodeRoll) async throws -> [HostID: String] {
        let isOnServer = order.destinationID == DestinationID.onServer
        let (shares, left) = PartShare.assign(
            try await hosts(), live: roll.live, isOnServer: isOnServer)
        var failures: [HostID: String] = [:]
        for host in left {
            // A snapshot went with its node, if that has left the cluster.
            if let absence = absence(of: host, roll) { failures[host] = absence }
        }
        let failed =
            isOnServer ? try await clearSnapshots(shares) : try await deleteObjects(shares)
        for (share, failure) in failed {
            failures[share.host] = "node \(share.node.address): \(failure.message)"
        }
        return failures
    }

    /// The hosts that may hold a part of the copy, by what the catalog knows. What an upload left
    /// that never came to its end lies with the hosts of the snapshot.
    private func hosts() async throws -> Set<HostID> {
        if let leftOver = order.leftOver { return Set(leftOver) }
        var hosts: Set<HostID> = []
        for destination in Set([order.destinationID, DestinationID.onServer]) {
            hosts.formUnion(
                try await context.hosts(of: order.tag, on: destination).map(\.hostID))
        }
        return hosts
    }

    private func clearSnapshots(
        _ shares: [PartShare]
    ) async throws -> [(PartShare, OperationFailure)] {
        let tag = order.tag
        return try await context.forEachPart(shares, stage: "clear") { _ in
            ClearSnapshot(tag: tag)
        }.failures
    }

    private func deleteObjects(
        _ shares: [PartShare]
    ) async throws -> [(PartShare, OperationFailure)] {
        guard let destination = try await context.destination(order.destinationID) else {
            let gone = OperationFailure(
                code: .notFound, object: order.destinationID,
                message: "Destination \(order.destinationID) is not known.")
            return shares.map { ($0, gone) }
        }
        let tag = order.tag
        return try await context.forEachPart(shares, stage: "delete") { host in
            DeleteBackup(tag: tag, destination: destination, hostID: host)
        }.failures
    }

    private func absence(of host: HostID, _ roll: NodeRoll) -> String? {
        guard order.destinationID == DestinationID.onServer else {
            return "No agent of the cluster answers."
        }
        guard let away = roll.absent.first(where: { $0.hostID == host }) else { return nil }
        return "node \(away.address): \(away.message ?? "is away"); it follows when it is back"
    }

    /// Puts what is left in the queue again, later and later.
    private func followUp(_ hosts: [HostID], _ connection: Connection) throws {
        var rest = order
        rest.leftOver = hosts
        let payload = String(decoding: try JSONEncoder().encode(rest), as: UTF8.self)
        let delay: Double = order.leftOver == nil ? 30 : 300
        _ = try JobQueue(connection).enqueue(
            NewJob(
                clusterID: context.job.clusterID, requestID: nil, kind: .deleteBackup,
                payload: .plain(json: payload), delay: delay))
    }
}
