import AgentProtocol
import BackupModel
import FoundationEssentials
import JobQueue
import Postgres
import Statements

/// Performs what a `RestoreRun` decides.
package struct RestoreDriver: Sendable {
    private let context: JobContext
    private let order: RestoreJob
    private let stagingID: String

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(RestoreJob.self)
        stagingID = try order.stagingID(
            cluster: context.job.clusterID, requestID: context.job.requestID)
    }

    /// Runs the restore to its end, from wherever an earlier holder left it.
    package func run() async throws {
        var run = try context.run(RestoreRun.self) { RestoreRun() }
        var action = context.job.cancelRequested ? run.calledOff() : run.next
        while true {
            try await context.save(run)
            switch action {
            case .plan:
                action = run.planned(
                    try await RestoreInquiry(context: context, order: order, stagingID: stagingID)
                        .plan())
            case .applySchema(let share):
                action = run.schemaApplied(try await applySchema(share, run.plan))
            case .stage(let shares):
                let (failure, unverified) = try await stage(shares)
                action = run.staged(failure, unverified: unverified)
            case .truncate(let tables, let node):
                action = run.truncated(
                    try await truncate(tables, on: node, run.plan))
            case .load(let shares, let deadHosts):
                action = run.loaded(try await load(shares, run.plan, deadHosts: deadHosts))
            case .count(let node):
                action = run.counted(try await drill.count(run.plan, on: node))
            case .dropDrill:
                action = run.dropped(try await drill.drop(run.plan))
            case .takeStock(let nodes):
                action = run.tookStock(try await takeStock(nodes))
            case .clear(let nodes):
                try await clear(nodes)
                action = run.cleared()
            case .finish(let outcome, let message):
                try await finish(outcome, message, run)
                return
            }
        }
    }

    private var drill: DrillStage { DrillStage(context: context, order: order) }

    private func selection(_ tables: [TableName]) -> TableSelection {
        TableSelection(
            keyspaces: Dictionary(grouping: tables, by: \.keyspace).mapValues { $0.map(\.table) })
    }

    private func source(of share: RestoreShare) async throws -> BackupSource {
        try await context.source(order.destinationID, of: share.source)
    }

    private func applySchema(
        _ share: RestoreShare, _ plan: RestorePlan
    ) async throws -> String? {
        try await explaining(share.node) {
            _ = try await context.perform(
                ApplySchema(
                    tag: order.tag, source: source(of: share),
                    selection: selection(share.tables), rename: plan.rename, missing: plan.missing),
                on: share.node, stage: "schema")
        }
    }

    /// - Returns: why it failed, if it did; and how many files nothing proves.
    private func stage(_ shares: [RestoreShare]) async throws -> (String?, Int) {
        await expect(shares, passes: 2)
        let (results, failures) = try await context.together(shares) { share in
            try await context.perform(
                Stage(
                    stagingID: stagingID, tag: order.tag, source: source(of: share),
                    selection: selection(share.tables), throttle: order.throttle),
                on: share.node, stage: "stage:\(share.source)")
        }
        return (reasons(failures), results.reduce(0) { $0 + $1.1.unverified })
    }

    /// What was loaded of these tables is forgotten first: an attempt that ends in between loads
    /// them again.
    private func truncate(
        _ tables: [TableName], on node: ClusterNode, _ plan: RestorePlan
    ) async throws -> String? {
        let stagingID = stagingID
        let forgotten = try await context.everywhere(plan.nodes, stage: "forget") { _ in
            ForgetLoaded(stagingID: stagingID, tables: tables)
        }
        guard forgotten.failures.isEmpty else {
            return forgotten.failures.map { "node \($0.0.address): \($0.1.message)" }
                .joined(separator: "; ")
        }
        return try await explaining(node) {
            _ = try await context.perform(
                Truncate(tables: tables.map(plan.renamed)), on: node, stage: "truncate")
        }
    }

    private func load(
        _ shares: [RestoreShare], _ plan: RestorePlan, deadHosts: [String]
    ) async throws -> String? {
        await expect(shares, passes: 1)
        let hosts = Set(shares.map(\.node.address)).sorted()
        let (_, failures) = try await context.together(shares) { share in
            let loaded: [TableOutcome]
            switch plan.mode {
            case .sstableloader:
                loaded = try await context.perform(
                    Load(
                        stagingID: stagingID, hostID: share.source, tables: share.tables,
                        hosts: hosts, deadHosts: deadHosts, throttle: order.throttle,
                        rename: plan.rename),
                    on: share.node, stage: "load:\(share.source)"
                ).tables
            case .inPlace:
                loaded = try await context.perform(
                    LoadInPlace(
                        stagingID: stagingID, hostID: share.source, tables: share.tables),
                    on: share.node, stage: "place:\(share.source)"
                ).tables
            }
            if let shortfall = share.shortfall(loaded) {
                throw OperationFailure(
                    code: .corrupt, object: share.source.text, message: shortfall)
            }
        }
        return reasons(failures)
    }

    /// Tells how often each file is still to be read and written: for staging, and for the load.
    private func expect(_ shares: [RestoreShare], passes: Int64) async {
        for (node, shares) in Dictionary(grouping: shares, by: \.node.address) {
            await context.progress.expect(
                node: node, bytes: passes * shares.reduce(0) { $0 + $1.size })
        }
    }

    /// A node that does not answer has loaded nothing, as far as anybody can tell.
    private func takeStock(_ nodes: [ClusterNode]) async throws -> [LoadedPart] {
        let stagingID = stagingID
        let stock = try await context.everywhere(nodes, stage: "stock-\(context.job.epoch)") { _ in
            ListLoaded(stagingID: stagingID)
        }
        for (node, failure) in stock.failures {
            context.logger.error("\(node.address) does not tell what is loaded: \(failure.message)")
        }
        return stock.results.flatMap { $0.1.loaded }
    }

    private func clear(_ nodes: [ClusterNode]) async throws {
        let stagingID = stagingID
        let cleared = try await context.everywhere(nodes, stage: "clear") { _ in
            ClearStaging(stagingID: stagingID)
        }
        for (node, failure) in cleared.failures {
            context.logger.error("staging is left on \(node.address): \(failure.message)")
        }
    }

    private func reasons(_ failures: [(RestoreShare, OperationFailure)]) -> String? {
        guard !failures.isEmpty else { return nil }
        return Set(failures.map { "node \($0.0.node.address): \($0.1.message)" }).sorted()
            .joined(separator: "; ")
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

    private func finish(
        _ outcome: Outcome, _ message: String?, _ run: RestoreRun
    ) async throws {
        for node in try await context.nodes().live {
            await context.progress.end(
                node: node.address, outcome, error: outcome == .success ? nil : message)
        }
        let (job, order, drill) = (context.job, order, drill)
        let proof = run.proof
        let details = String(
            decoding: try JSONEncoder().encode(
                RestoreDetails(restore: run.report, drill: proof)), as: UTF8.self)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            try outcomes.finishEvent(
                requestID: job.requestID ?? "", destination: order.destinationID, type: .restore,
                outcome, message: message)
            try outcomes.finishRequest(job, outcome, message: message)
            if let proof { try drill.keep(proof, connection) }
            try connection.run(
                ExecutionStatement.addDetails, .text(job.clusterID), .text(job.requestID),
                .text(details))
        }
    }
}
