import AgentProtocol
import BackupModel
import JobQueue
import Postgres

/// Performs what a `RestoreRun` decides.
package struct RestoreDriver: Sendable {
    private let context: JobContext
    private let order: RestoreJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(RestoreJob.self)
    }

    private var stagingID: String { context.job.requestID ?? context.job.id }

    /// Runs the restore to its end, from wherever an earlier holder left it.
    package func run() async throws {
        var run = try context.run(RestoreRun.self) { RestoreRun() }
        var action = context.job.cancelRequested ? run.calledOff() : run.next
        while true {
            try await context.save(run)
            switch action {
            case .plan:
                action = run.planned(try await plan())
            case .applySchema(let share):
                action = run.schemaApplied(try await applySchema(share))
            case .stage(let shares):
                action = run.staged(try await stage(shares))
            case .truncate(let tables, let node):
                action = run.truncated(try await truncate(tables, on: node))
            case .load(let shares, let deadHosts):
                action = run.loaded(try await load(shares, deadHosts: deadHosts))
            case .clear(let shares):
                try await clear(shares)
                action = run.cleared()
            case .finish(let outcome, let message):
                try await finish(outcome, message)
                return
            }
        }
    }

    private func plan() async throws -> Result<RestoreRun.Plan, RestoreRefusal> {
        let roll = try await context.nodes()
        let (job, order) = (context.job, order)
        let (isListed, parts) = try await context.pool.transaction(
            permitting: .only(job.clusterID)
        ) { connection in
            let listed =
                try connection.run(
                    ExecutionStatement.copyIsListed, .text(job.clusterID), .text(order.tag.text),
                    .text(order.destinationID)
                ).first?.flag(0) ?? false
            let parts = try connection.run(
                ExecutionStatement.copyTables, .text(job.clusterID), .text(order.tag.text),
                .text(order.destinationID)
            ).map { row in
                RestorePlanning.Part(
                    host: try HostID(row.text(0)),
                    table: TableName(keyspace: try row.text(2), table: try row.text(3)),
                    size: try row.number(5))
            }
            return (listed, parts)
        }
        return RestorePlanning(order: order, isListed: isListed, parts: parts, roll: roll).plan()
    }

    private func source(of share: RestoreRun.Share) async throws -> BackupSource {
        if order.destinationID == DestinationID.onServer { return .onServer }
        guard let destination = try await context.destination(order.destinationID) else {
            throw OperationFailure(
                code: .notFound, object: order.destinationID,
                message: "Destination \(order.destinationID) is gone.")
        }
        return .destination(destination, host: share.source)
    }

    private func selection(_ tables: [TableName]) -> TableSelection {
        TableSelection(
            keyspaces: Dictionary(grouping: tables, by: \.keyspace).mapValues { $0.map(\.table) })
    }

    private func applySchema(_ share: RestoreRun.Share) async throws -> String? {
        try await explaining(share.node) {
            _ = try await context.perform(
                ApplySchema(
                    tag: order.tag, source: source(of: share),
                    selection: selection(share.tables)),
                on: share.node, stage: "schema")
        }
    }

    private func stage(_ shares: [RestoreRun.Share]) async throws -> String? {
        try await each(shares) { share in
            _ = try await context.perform(
                Stage(
                    stagingID: stagingID, tag: order.tag, source: source(of: share),
                    selection: selection(share.tables), throttle: order.throttle),
                on: share.node, stage: "stage:\(share.source)")
        }
    }

    private func truncate(_ tables: [TableName], on node: ClusterNode) async throws -> String? {
        try await explaining(node) {
            _ = try await context.perform(Truncate(tables: tables), on: node, stage: "truncate")
        }
    }

    private func load(_ shares: [RestoreRun.Share], deadHosts: [String]) async throws -> String? {
        let hosts = Set(shares.map(\.node.address)).sorted()
        return try await each(shares) { share in
            _ = try await context.perform(
                Load(
                    stagingID: stagingID, hostID: share.source, tables: share.tables, hosts: hosts,
                    deadHosts: deadHosts, throttle: order.throttle),
                on: share.node, stage: "load:\(share.source)")
        }
    }

    private func clear(_ shares: [RestoreRun.Share]) async throws {
        let stagingID = stagingID
        let cleared = try await context.everywhere(Array(Set(shares.map(\.node))), stage: "clear") {
            _ in ClearStaging(stagingID: stagingID)
        }
        for (node, failure) in cleared.failures {
            context.logger.error("staging is left on \(node.address): \(failure.message)")
        }
    }

    /// Does something for all shares at once; the reasons of those that failed, if any.
    private func each(
        _ shares: [RestoreRun.Share],
        _ body: @escaping @Sendable (RestoreRun.Share) async throws -> Void
    ) async throws -> String? {
        try await withThrowingTaskGroup(of: String?.self) { group in
            for share in shares {
                group.addTask { try await explaining(share.node) { try await body(share) } }
            }
            var reasons: [String] = []
            for try await reason in group { if let reason { reasons.append(reason) } }
            return reasons.isEmpty ? nil : reasons.sorted().joined(separator: "; ")
        }
    }

    /// The reason why it failed, with the node's name; `nil` where it did not.
    private func explaining(
        _ node: ClusterNode, _ body: () async throws -> Void
    ) async throws -> String? {
        do {
            try await body()
            return nil
        } catch let failure as OperationFailure {
            return "node \(node.address): \(failure.message)"
        }
    }

    private func finish(_ outcome: Outcome, _ message: String?) async throws {
        for node in try await context.nodes().live {
            await context.progress.end(
                node: node.address, outcome, error: outcome == .success ? nil : message)
        }
        let (job, order) = (context.job, order)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            try outcomes.finishEvent(
                requestID: job.requestID ?? "", destination: order.destinationID, type: .restore,
                outcome, message: message)
            try outcomes.finishRequest(job, outcome, message: message)
        }
    }
}
