import AgentProtocol
import BackupModel
import Catalog
import FoundationEssentials
import JobQueue
import Postgres
import Statements

/// Performs what a `PointInTimeRun` decides.
package struct PointInTimeDriver: Sendable {
    /// Segments that one operation is asked to bring.
    private static let batch = 1_000

    private let context: JobContext
    private let order: PointInTimeJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(PointInTimeJob.self)
    }

    /// Runs the restore to its end, from wherever an earlier holder left it.
    package func run() async throws {
        var run = try context.run(PointInTimeRun.self) { PointInTimeRun() }
        var action = context.job.cancelRequested ? run.calledOff() : run.next
        while true {
            try await context.save(run)
            switch action {
            case .plan:
                action = run.planned(
                    try await PointInTimeInquiry(context: context, order: order).plan())
            case .stage(let members):
                action = run.staged(try await stage(members, run.plan))
            case .fetch(let members):
                action = run.fetched(try await fetch(members, run.plan))
            case .stop(let members):
                action = run.stopped(try await stop(members))
            case .place(let members):
                let (hosts, failure) = try await place(members, run.plan)
                action = run.placed(hosts, failure)
            case .start(let members, let pause, let pausesFirst):
                let (hosts, failure) = try await start(
                    members, run.plan, pause: pause, pausesFirst: pausesFirst)
                action = run.started(hosts, failure)
            case .startAgain(let members):
                action = run.startedAgain(try await startAgain(members))
            case .clear(let nodes):
                try await clear(nodes, run.plan)
                action = run.cleared()
            case .finish(let outcome, let message):
                try await finish(outcome, message, run)
                return
            }
        }
    }

    private func stage(
        _ members: [PointInTimeMember], _ plan: PointInTimePlan
    ) async throws -> String? {
        guard !plan.held.isEmpty else { return nil }
        let selection = TableSelection(
            keyspaces: Dictionary(grouping: plan.held, by: \.keyspace).mapValues {
                $0.map(\.table)
            })
        let (_, failures) = try await context.together(members) { member in
            try await context.perform(
                Stage(
                    stagingID: plan.stagingID, tag: order.tag,
                    source: context.source(order.destinationID, of: member.node.hostID),
                    selection: selection, throttle: nil),
                on: member.node, stage: "stage")
        }
        return reasons(failures)
    }

    private func fetch(
        _ members: [PointInTimeMember], _ plan: PointInTimePlan
    ) async throws -> String? {
        let (_, failures) = try await context.together(members) { member in
            let destination = try await segmentDestination()
            var next = member.segments.lowerBound
            while true {
                let segments = try await segments(of: member, from: next)
                guard let last = segments.last else { break }
                _ = try await context.perform(
                    FetchSegments(
                        stagingID: plan.stagingID, destination: destination,
                        hostID: member.node.hostID, segments: segments),
                    on: member.node, stage: "segments-\(next)")
                next = last.sequence + 1
            }
        }
        try await note(failures)
        return reasons(failures)
    }

    /// Keeps which segments are damaged, so that the check knows it from now on.
    private func note(_ failures: [(PointInTimeMember, OperationFailure)]) async throws {
        let damaged = failures.filter { $0.1.code == .corrupt }
        guard !damaged.isEmpty else { return }
        let (cluster, order) = (context.job.clusterID, order)
        try await context.pool.transaction(permitting: .only(cluster)) { connection in
            let catalog = PointInTimeCatalog(connection, clusterID: cluster)
            for (member, failure) in damaged {
                try catalog.note(
                    failure.message, with: failure.object, of: member.node.hostID,
                    on: order.segmentsID)
            }
        }
    }

    /// `nil` for the nodes' own disks.
    private func segmentDestination() async throws -> DestinationDescription? {
        guard order.segmentsID != DestinationID.onServer else { return nil }
        guard let destination = try await context.destination(order.segmentsID) else {
            throw OperationFailure(
                code: .notFound, object: order.segmentsID,
                message: "Destination \(order.segmentsID) is gone.")
        }
        return destination
    }

    private func segments(
        of member: PointInTimeMember, from first: Int64
    ) async throws -> [NeededSegment] {
        guard first <= member.segments.upperBound else { return [] }
        let (cluster, order) = (context.job.clusterID, order)
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            try PointInTimeCatalog(connection, clusterID: cluster).segments(
                of: member.node.hostID, on: order.segmentsID, from: first,
                through: member.segments.upperBound, limit: Self.batch)
        }
    }

    /// Without a drain: what it would flush is put aside, and a node that lost its folders cannot.
    private func stop(_ members: [PointInTimeMember]) async throws -> String? {
        let (_, failures) = try await context.together(members) { member in
            try await context.perform(
                RestartNode(action: .stop, drains: false), on: member.node, stage: "stop")
        }
        return reasons(failures)
    }

    /// - Returns: where it was done, and why it failed elsewhere.
    private func place(
        _ members: [PointInTimeMember], _ plan: PointInTimePlan
    ) async throws -> ([HostID], String?) {
        let (results, failures) = try await context.together(members) { member in
            try await context.perform(
                PlaceForReplay(
                    stagingID: plan.stagingID, hostID: member.node.hostID, tables: plan.tables,
                    version: member.version, pit: order.pit),
                on: member.node, stage: "place")
        }
        return (results.map(\.0.node.hostID), reasons(failures))
    }

    /// - Returns: where it was done, and why it failed elsewhere.
    private func start(
        _ members: [PointInTimeMember], _ plan: PointInTimePlan, pause: Int, pausesFirst: Bool
    ) async throws -> ([HostID], String?) {
        let turns = members.enumerated().map { (turn: $0.offset, member: $0.element) }
        let (results, failures) = try await context.together(turns) { item in
            try await Task.sleep(for: .seconds(pause * (item.turn + (pausesFirst ? 1 : 0))))
            return try await context.perform(
                StartReplay(
                    stagingID: plan.stagingID, tables: plan.tables.map(\.name),
                    isChoice: plan.isChoice, version: item.member.version),
                on: item.member.node, stage: "start")
        }
        return (
            results.map(\.0.member.node.hostID),
            reasons(failures.map { ($0.0.member, $0.1) })
        )
    }

    private func startAgain(_ members: [PointInTimeMember]) async throws -> String? {
        let (_, failures) = try await context.together(members) { member in
            try await context.perform(
                RestartNode(action: .start, drains: false), on: member.node, stage: "start-again")
        }
        return reasons(failures)
    }

    private func clear(_ nodes: [ClusterNode], _ plan: PointInTimePlan) async throws {
        let cleared = try await context.everywhere(nodes, stage: "clear") { _ in
            ClearStaging(stagingID: plan.stagingID)
        }
        for (node, failure) in cleared.failures {
            context.logger.error("staging is left on \(node.address): \(failure.message)")
        }
    }

    private func reasons(_ failures: [(PointInTimeMember, OperationFailure)]) -> String? {
        guard !failures.isEmpty else { return nil }
        return failures.map { "node \($0.0.node.address): \($0.1.message)" }.sorted()
            .joined(separator: "; ")
    }

    private func finish(
        _ outcome: Outcome, _ message: String?, _ run: PointInTimeRun
    ) async throws {
        for member in run.plan.members {
            await context.progress.end(
                node: member.node.address, outcome, error: outcome == .success ? nil : message)
        }
        struct Details: Encodable { var point_in_time: PointInTimeRun.Report }
        let details = String(
            decoding: try JSONEncoder().encode(Details(point_in_time: run.report)), as: UTF8.self)
        let (job, order) = (context.job, order)
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            let outcomes = Outcomes(connection, clusterID: job.clusterID)
            try outcomes.finishEvent(
                requestID: job.requestID ?? "", destination: order.destinationID,
                type: .pointInTimeRestore, outcome, message: message)
            try outcomes.finishRequest(job, outcome, message: message)
            try connection.run(
                ExecutionStatement.addDetails, .text(job.clusterID), .text(job.requestID),
                .text(details))
        }
    }
}
