import AgentProtocol
import BackupModel
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

    /// Every step can be done again, so nothing is saved. A node that is away keeps
    /// its snapshot, and the outcome says so.
    package func run() async throws {
        let roll = try await context.nodes()
        let hosts = try await hosts()
        let failures: [String]
        if order.destinationID == DestinationID.onServer {
            failures = try await clearSnapshots(roll, hosts: hosts)
        } else {
            failures = try await deleteFromDestination(roll, hosts: hosts)
        }
        let message = failures.isEmpty ? nil : failures.joined(separator: "; ")
        let (job, order) = (context.job, order)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            for statement in [ExecutionStatement.deleteCopy, .markEventDeleted] {
                try connection.run(
                    statement, .text(job.clusterID), .text(order.tag.text),
                    .text(order.destinationID))
            }
            if order.removeDestination, message == nil {
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
        let (job, order) = (context.job, order)
        return try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let rows = try connection.run(
                ExecutionStatement.copyTables, .text(job.clusterID), .text(order.tag.text),
                .text(order.destinationID))
            return try Set(rows.map { try HostID($0.text(0)) })
        }
    }

    private func clearSnapshots(_ roll: NodeRoll, hosts: Set<HostID>) async throws -> [String] {
        let tag = order.tag
        let cleared = try await context.everywhere(roll.live, stage: "clear") { _ in
            ClearSnapshot(tag: tag)
        }
        return cleared.failures.map { "node \($0.0.address): \($0.1.message)" }
            + roll.absent.filter { hosts.contains($0.hostID) }
            .map { "node \($0.address): \($0.message ?? "is away"); its snapshot stays" }
    }

    private func deleteFromDestination(_ roll: NodeRoll, hosts: Set<HostID>) async throws
        -> [String]
    {
        guard let destination = try await context.destination(order.destinationID) else {
            return ["Destination \(order.destinationID) is gone."]
        }
        guard let first = roll.live.first else { return ["No agent of the cluster answers."] }
        var failures: [String] = []
        for host in hosts.sorted() {
            // A node's own agent, or where the node is away or gone any other.
            let node = roll.live.first { $0.hostID == host } ?? first
            do {
                _ = try await context.perform(
                    DeleteBackup(tag: order.tag, destination: destination, hostID: host), on: node,
                    stage: "delete:\(host)")
            } catch let failure as OperationFailure {
                failures.append("node \(node.address): \(failure.message)")
            }
        }
        return failures
    }
}
