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
    /// that is away, is left to a follow-up job that keeps nobody from the cluster meanwhile; the
    /// copy is not listed any more from the first attempt on.
    package func run() async throws {
        let roll = try await context.nodes()
        let hosts = try await hosts()
        let failures: [HostID: String]
        if order.destinationID == DestinationID.onServer {
            failures = try await clearSnapshots(roll, hosts: hosts)
        } else {
            failures = try await deleteFromDestination(roll, hosts: hosts)
        }
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
            try outcomes.finishEvent(
                requestID: job.requestID ?? "", destination: order.destinationID, type: .delete,
                outcome, message: message)
            try outcomes.finishRequest(job, outcome, message: message)
        }
    }

    /// The hosts that hold a part of the copy, by what the catalog knows.
    private func hosts() async throws -> Set<HostID> {
        if let leftOver = order.leftOver { return Set(leftOver) }
        let (job, order) = (context.job, order)
        return try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let rows = try connection.run(
                ExecutionStatement.copyTables, .text(job.clusterID), .text(order.tag.text),
                .text(order.destinationID))
            return try Set(rows.map { try HostID($0.text(0)) })
        }
    }

    private func clearSnapshots(_ roll: NodeRoll, hosts: Set<HostID>) async throws
        -> [HostID: String]
    {
        let tag = order.tag
        let concerned = roll.live.filter { hosts.contains($0.hostID) }
        let cleared = try await context.everywhere(concerned, stage: "clear") { _ in
            ClearSnapshot(tag: tag)
        }
        var failures: [HostID: String] = [:]
        for (node, failure) in cleared.failures {
            failures[node.hostID] = "node \(node.address): \(failure.message)"
        }
        for host in roll.absent where hosts.contains(host.hostID) {
            failures[host.hostID] =
                "node \(host.address): \(host.message ?? "is away"); it follows when it is back"
        }
        return failures
    }

    private func deleteFromDestination(_ roll: NodeRoll, hosts: Set<HostID>) async throws
        -> [HostID: String]
    {
        guard let destination = try await context.destination(order.destinationID),
            let first = roll.live.first
        else {
            return Dictionary(
                uniqueKeysWithValues: hosts.map { ($0, "No agent of the cluster answers.") })
        }
        var failures: [HostID: String] = [:]
        for host in hosts.sorted() {
            // A node's own agent, or where the node is away or gone any other.
            let node = roll.live.first { $0.hostID == host } ?? first
            do {
                _ = try await context.perform(
                    DeleteBackup(tag: order.tag, destination: destination, hostID: host), on: node,
                    stage: "delete:\(host)")
            } catch let failure as OperationFailure {
                failures[host] = "node \(node.address): \(failure.message)"
            }
        }
        return failures
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
