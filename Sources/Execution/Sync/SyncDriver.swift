import AgentProtocol
import BackupModel
import JobQueue
import Postgres

/// Performs what a `SyncRun` decides.
package struct SyncDriver: Sendable {
    private let context: JobContext
    private let order: SyncJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(SyncJob.self)
    }

    /// Runs the sync to its end, from wherever an earlier holder left it.
    package func run() async throws {
        var run = try context.run(SyncRun.self) { SyncRun(destinations: order.destinations.keys) }
        var action = context.job.cancelRequested ? run.calledOff() : run.next
        while true {
            try await context.save(run)
            switch action {
            case .plan:
                action = run.planned(
                    try await source(), tag: order.tag, try await context.nodes())
            case .upload(let nodes, let destination):
                try await upload(nodes, to: destination, &run)
                action = run.next
            case .finish(let outcome, let message):
                try await finish(outcome, message, unfinished: run.pending)
                return
            }
        }
    }

    private func source() async throws -> SyncRun.Source {
        let (cluster, tag) = (context.job.clusterID, order.tag)
        let hosts = try await context.hosts(of: tag, on: DestinationID.onServer)
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            let state = try connection.run(
                ExecutionStatement.copyState, .text(cluster), .text(tag.text),
                .text(DestinationID.onServer)
            ).first
            let isPartial = try state?.text(1) == Outcome.partial.rawValue
            return SyncRun.Source(
                isListed: try state?.flag(0) ?? false,
                shortcoming: isPartial ? state?.optionalText(2) ?? "It is partial." : nil,
                hosts: Dictionary(hosts.map { ($0.hostID, $0.address) }, uniquingKeysWith: { $1 }))
        }
    }

    private func upload(
        _ nodes: [ClusterNode], to id: String, _ run: inout SyncRun
    ) async throws {
        let sent = try await context.send(
            order.tag, from: nodes, to: id, of: order.destinations)
        let ending = run.uploaded(id, stored: sent.results.count, failures: sent.failures)
        try await finishCopy(id, ending, sent)
    }

    private func finishCopy(
        _ destination: String, _ ending: SyncRun.Ending, _ sent: SentCopy
    ) async throws {
        let (job, tag) = (context.job, order.tag)
        let isAdhoc = order.destinations[destination]?.deleteAfterwards == true
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            for part in sent.parts {
                try outcomes.put(part, tag: tag, destination: destination)
            }
            if ending.isWhole {
                try outcomes.finishCopy(
                    tag: tag, destination: destination, requestID: job.requestID ?? "",
                    type: .sync, ending.outcome, message: ending.message,
                    storedBytes: sent.storedBytes)
            } else {
                try outcomes.finishCopyUnlessEnded(
                    tag: tag, destination: destination, requestID: job.requestID ?? "",
                    type: .sync, ending.outcome, message: ending.message)
            }
            let isRetried =
                try !ending.isWhole
                && OwedSyncs(connection, clusterID: job.clusterID).retryLater(
                    tag: tag, destination: destination)
            if isAdhoc, !isRetried {
                try connection.run(
                    ExecutionStatement.removeDestination, .text(job.clusterID), .text(destination))
            }
        }
    }

    private func finish(_ outcome: Outcome, _ message: String?, unfinished: [String]) async throws {
        for node in try await context.nodes().live {
            await context.progress.end(
                node: node.address, outcome, error: outcome == .success ? nil : message)
        }
        let (job, tag) = (context.job, order.tag)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            // What has not ended by itself ends with the request.
            for destination in unfinished {
                try outcomes.finishCopyUnlessEnded(
                    tag: tag, destination: destination, requestID: job.requestID ?? "",
                    type: .sync, outcome, message: message)
            }
            try outcomes.finishRequest(job, outcome, message: message)
        }
    }
}
