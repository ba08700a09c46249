import AgentProtocol
import BackupModel
import Catalog
import JobQueue
import Postgres

/// Performs what a `ConfigureArchiveRun` decides.
package struct ConfigureArchiveDriver: Sendable {
    private let context: JobContext
    private let order: ConfigureArchiveJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(ConfigureArchiveJob.self)
    }

    /// Runs it to its end, from wherever an earlier holder left it.
    package func run() async throws {
        let cluster = context.job.clusterID
        let configuration = try await context.pool.transaction(permitting: .only(cluster)) {
            try ArchiveConfiguration.read($0, clusterID: cluster)
        }
        guard let configuration else {
            return try await finish(.error, "Commitlogs were never to be archived.")
        }
        var run = try context.run(ConfigureArchiveRun.self) {
            ConfigureArchiveRun(sleep: configuration.sleep)
        }
        var action = context.job.cancelRequested ? run.calledOff() : run.next
        while true {
            try await context.save(run)
            switch action {
            case .enlist:
                action = run.enlisted(try await enlist())
            case .configure(let node):
                let (result, failure) = try await perform(
                    ConfigureArchive(
                        epoch: configuration.epoch, isEnabled: configuration.isEnabled,
                        directory: configuration.directory),
                    on: node, stage: "configure")
                if failure == nil, result?.needsRestart == false { await end(node) }
                action = run.configured(needsRestart: result?.needsRestart, failure: failure)
            case .awaitRing(let node):
                let (_, failure) = try await perform(AwaitRing(), on: node, stage: "ring")
                action = run.ringAwaited(failure: failure)
            case .restart(let node):
                let (_, failure) = try await perform(
                    RestartNode(action: .restart, drains: configuration.drainsFirst), on: node,
                    stage: "restart")
                await end(node, failure)
                action = run.restarted(failure: failure)
            case .pause(let seconds):
                // Whole again after a restart of the executor, whatever the clock says then.
                try await Task.sleep(for: .seconds(seconds))
                action = run.paused()
            case .finish(let outcome, let message):
                return try await finish(outcome, message)
            }
        }
    }

    /// Who takes part. What an agent reported last may be of a moment in which its node was being
    /// restarted.
    private func enlist() async throws -> NodeRoll {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let roll = try await context.nodes()
            if roll.absent.isEmpty || ContinuousClock.now >= end { return roll }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// - Returns: the result, or why there is none, with the node's name.
    private func perform<Operation: OperationParameters>(
        _ operation: Operation, on node: ClusterNode, stage: String
    ) async throws -> (Operation.Result?, String?) {
        do {
            return (try await context.perform(operation, on: node, stage: stage), nil)
        } catch let failure as OperationFailure {
            return (nil, "node \(node.address): \(failure.message)")
        }
    }

    private func end(_ node: ClusterNode, _ failure: String? = nil) async {
        await context.progress.end(
            node: node.address, failure == nil ? .success : .error, error: failure)
    }

    private func finish(_ outcome: Outcome, _ message: String?) async throws {
        let (job, order) = (context.job, order)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            try outcomes.finishEvent(
                requestID: job.requestID ?? "", destination: DestinationID.onServer,
                type: order.eventType, outcome, message: message)
            try outcomes.finishRequest(job, outcome, message: message)
        }
    }
}
