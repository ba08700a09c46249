import AgentProtocol
import BackupModel
import JobQueue
import Postgres

/// Performs what a `BackupRun` decides.
package struct BackupDriver: Sendable {
    let context: JobContext
    let order: BackupJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(BackupJob.self)
    }

    /// Runs the backup to its end, from wherever an earlier holder left it.
    package func run() async throws {
        var run = try context.run(BackupRun.self) {
            BackupRun(
                destinations: Array(order.destinations.keys),
                preScript: order.preSnapshotScript, postScript: order.postSnapshotScript)
        }
        var action = context.job.cancelRequested ? run.calledOff() : run.next
        while true {
            try await context.save(run)
            switch action {
            case .plan:
                action = run.planned(try await context.nodes())
            case .runPreScript(let script, let nodes):
                action = run.preScriptsRun(try await runScript(script, .preSnapshot, nodes))
            case .takeSnapshots(let nodes):
                action = run.snapshotsTaken(try await takeSnapshots(nodes))
            case .capture(let nodes):
                let (tables, failures) = try await capture(nodes, hosts: run.hosts)
                action = run.captured(tables: tables, failures)
            case .publishOnServer(let outcome, let message):
                try await finishCopy(DestinationID.onServer, outcome, message, storedBytes: 0)
                action = run.published()
            case .upload(let nodes, let destinations):
                try await upload(nodes, to: destinations, &run)
                action = run.uploadsEnded()
            case .runPostScript(let script, let nodes):
                action = run.postScriptsRun(try await runScript(script, .postSnapshot, nodes))
            case .withdraw(let nodes):
                action = run.withdrawn(leaving: try await withdraw(nodes))
            case .finish(let outcome, let message):
                try await finish(outcome, message, run)
                return
            }
        }
    }

    private func takeSnapshots(_ nodes: [ClusterNode]) async throws -> [(ClusterNode, NodeFailure)]
    {
        let (tag, selection) = (order.tag, order.selection)
        try await note(.beginSnapshot)
        let taken = try await context.everywhere(nodes, stage: "snapshot") { _ in
            TakeSnapshot(tag: tag, selection: selection)
        }
        try await note(.endSnapshot)
        return taken.failures
    }

    /// Notes that the snapshots are about to be taken, or that they were.
    private func note(_ moment: ExecutionStatement) async throws {
        let (cluster, tag) = (context.job.clusterID, order.tag)
        try await context.pool.transaction(permitting: .only(cluster)) { connection in
            _ = try connection.run(moment, .text(cluster), .text(tag.text))
        }
    }

    private func capture(_ nodes: [ClusterNode], hosts: [HostOutcome]) async throws
        -> (Int, [(ClusterNode, NodeFailure)])
    {
        let clusterName = try await context.clusterName()
        let (order, cluster) = (order, context.job.clusterID)
        let targets = try await targets()
        let outcome = try await context.everywhere(nodes, stage: "capture") { _ in
            CaptureSnapshot(
                tag: order.tag, selection: order.selection, scheduleID: order.scheduleID,
                cluster: cluster, clusterName: clusterName, snapshotTime: order.eventTime,
                hosts: hosts, targets: targets)
        }
        try await put(
            outcome.results.map {
                NodePart(
                    node: $0.0, tables: $0.1.tables, milliseconds: $0.1.milliseconds,
                    tokens: $0.1.tokens)
            }, destination: DestinationID.onServer)
        return (outcome.results.reduce(0) { $0 + $1.1.tables.count }, outcome.failures)
    }

    /// The destinations that are still there.
    private func targets() async throws -> [CaptureSnapshot.Target] {
        var targets: [CaptureSnapshot.Target] = []
        for (id, options) in order.destinations.sorted(by: { $0.key < $1.key }) {
            guard let destination = try await context.destination(id) else { continue }
            targets.append(.init(destination: destination, options: options))
        }
        return targets
    }

    /// Sends to all destinations at the same time; each ends by itself.
    private func upload(
        _ nodes: [ClusterNode], to destinations: [String], _ run: inout BackupRun
    ) async throws {
        let order = order
        try await withThrowingTaskGroup(of: (String, SentCopy).self) { group in
            for id in destinations {
                group.addTask {
                    (
                        id,
                        try await context.send(
                            order.tag, from: nodes, to: id, of: order.destinations)
                    )
                }
            }
            for try await (id, sent) in group {
                try await end(id, sent, &run)
                try await context.save(run)
            }
        }
    }

    private func end(_ id: String, _ sent: SentCopy, _ run: inout BackupRun) async throws {
        try await put(sent.parts, destination: id)
        let (outcome, message) = run.uploaded(
            id, stored: sent.results.count, failures: sent.failures)
        try await finishCopy(id, outcome, message, storedBytes: sent.storedBytes)
        if order.destinations[id]?.deleteAfterwards == true { try await removeDestination(id) }
    }

    /// Clears the snapshots; answers the nodes where that failed.
    private func withdraw(_ nodes: [ClusterNode]) async throws -> [ClusterNode] {
        let tag = order.tag
        let cleared = try await context.everywhere(nodes, stage: "withdraw") { _ in
            ClearSnapshot(tag: tag)
        }
        for (node, failure) in cleared.failures {
            context.logger.error(
                "snapshot \(tag) is left on \(node.address) for now: \(failure.message)")
        }
        return cleared.failures.map(\.0)
    }

    private func put(_ parts: [NodePart], destination: String) async throws {
        let (cluster, tag) = (context.job.clusterID, order.tag)
        try await context.pool.transaction(permitting: .only(cluster)) { connection in
            let outcomes = Outcomes(connection, clusterID: cluster)
            for part in parts {
                try outcomes.put(part, tag: tag, destination: destination)
            }
        }
    }

    private func finishCopy(
        _ destination: String, _ outcome: Outcome, _ message: String?, storedBytes: Int64
    ) async throws {
        let (job, tag) = (context.job, order.tag)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            try Outcomes(connection, clusterID: job.clusterID).finishCopy(
                tag: tag, destination: destination, requestID: job.requestID ?? "", outcome,
                message: message, storedBytes: storedBytes)
        }
    }

    private func removeDestination(_ id: String) async throws {
        let cluster = context.job.clusterID
        try await context.pool.transaction(permitting: .only(cluster)) { connection in
            _ = try connection.run(
                ExecutionStatement.removeDestination, .text(cluster), .text(id))
        }
    }

    private func finish(_ outcome: Outcome, _ message: String?, _ run: BackupRun) async throws {
        for node in try await context.nodes().live {
            await context.progress.end(
                node: node.address, outcome, error: outcome == .success ? nil : message)
        }
        let (job, tag, order) = (context.job, order.tag, order)
        let wasPublished = outcome == .success || outcome == .partial
        let unfinished = run.unfinished + (wasPublished ? [] : [DestinationID.onServer])
        let leftOver = ClearSnapshotJob(tag: tag, hosts: run.uncleared)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            // What has not ended by itself ends with the request.
            for destination in unfinished {
                try outcomes.finishCopyUnlessEnded(
                    tag: tag, destination: destination, requestID: job.requestID ?? "", outcome,
                    message: message)
            }
            if !leftOver.hosts.isEmpty {
                try ClearSnapshotDriver.enqueue(leftOver, cluster: job.clusterID, connection)
            }
            if let schedule = order.scheduleID {
                try ApplyRetentionDriver.enqueue(schedule, cluster: job.clusterID, connection)
            }
            try outcomes.finishRequest(job, outcome, message: message)
        }
    }
}
