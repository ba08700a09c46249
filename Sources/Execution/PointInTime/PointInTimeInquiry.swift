import AgentProtocol
import BackupModel
import Catalog
import Postgres
import Statements

/// Checks a point-in-time restore again, asks the agents what it needs to know, and makes the plan.
struct PointInTimeInquiry: Sendable {
    let context: JobContext
    let order: PointInTimeJob

    private struct Facts: Sendable {
        var finding: PointInTimeFinding
        var stagingID: String
        /// Of the snapshot's files, by host.
        var files: [HostID: Int64]
        /// Of the segments, by host.
        var segments: [HostID: Int64]
    }

    func plan() async throws -> PointInTimePlan {
        do {
            return try await plan(try await facts())
        } catch let refusal as PointInTimeRefusal {
            return PointInTimePlan(refusals: ["\(refusal.message)."])
        } catch let failure as OperationFailure {
            return PointInTimePlan(refusals: [failure.message])
        }
    }

    private func facts() async throws -> Facts {
        let (cluster, order) = (context.job.clusterID, order)
        let question = order.question
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            let catalog = PointInTimeCatalog(connection, clusterID: cluster)
            let finding = try catalog.find(question)
            var files: [HostID: Int64] = [:]
            for row in try connection.run(
                ExecutionStatement.copyTables, .text(cluster), .text(order.tag.text),
                .text(order.destinationID))
            {
                let table = TableName(keyspace: try row.text(2), table: try row.text(3))
                guard question.covers(table) else { continue }
                files[try HostID(row.text(0)), default: 0] += try row.number(5)
            }
            var segments: [HostID: Int64] = [:]
            for archive in finding.archives {
                guard let first = archive.first, let last = archive.last else { continue }
                segments[archive.hostID] = try catalog.segmentsSize(
                    of: archive.hostID, on: order.segmentsID, from: first, through: last)
            }
            return Facts(
                finding: finding,
                stagingID: try order.stagingID(
                    cluster: cluster, lastRestore: try catalog.lastRestore()),
                files: files, segments: segments)
        }
    }

    private func plan(_ facts: Facts) async throws -> PointInTimePlan {
        let finding = facts.finding
        guard finding.snapshot.tag == order.tag else {
            return PointInTimePlan(
                refusals: ["The snapshot \(order.tag) cannot be used any more: check again."])
        }
        var plan = PointInTimePlan(
            stagingID: facts.stagingID, members: members(finding),
            tables: finding.tables.map {
                PlaceForReplay.Table(name: $0, id: finding.identities[$0]?.id)
            },
            held: finding.tables.filter { finding.snapshot.tables.contains($0) },
            isChoice: !finding.isWhole, restartPause: order.restartPause)
        plan.refusals = finding.nodes.filter { !$0.hasAgent }.map {
            "node \($0.address): its agent does not report, and every node takes part."
        }
        guard plan.refusals.isEmpty else { return plan }
        try await ask(&plan, facts)
        return plan
    }

    private func members(_ finding: PointInTimeFinding) -> [PointInTimeMember] {
        let archives = Dictionary(
            finding.archives.map { ($0.hostID, $0) }, uniquingKeysWith: { $1 })
        return finding.nodes.compactMap { node in
            guard let archive = archives[node.hostID], let first = archive.first,
                let last = archive.last, first <= last
            else { return nil }
            return PointInTimeMember(
                node: ClusterNode(
                    hostID: node.hostID, address: node.address, agentURL: node.agentURL),
                version: node.version, segments: first...last)
        }
    }

    /// Fills in what the agents find, and refuses what it forbids.
    private func ask(_ plan: inout PointInTimePlan, _ facts: Facts) async throws {
        let (stagingID, nodes) = (plan.stagingID, plan.members.map(\.node))
        // The epoch is in the name: a new holder of the job looks anew.
        let epoch = context.job.epoch
        let replays = try await context.everywhere(nodes, stage: "replay-\(epoch)") { _ in
            InspectReplay(stagingID: stagingID)
        }
        let found = Dictionary(
            replays.results.map { ($0.0.hostID, $0.1) }, uniquingKeysWith: { $1 })
        let comparing = replays.results.first { $0.1.isUp }?.0
        let (tag, selection) = (order.tag, selection(of: plan.held))
        var sources: [ClusterNode: [BackupSource]] = [:]
        for node in nodes {
            sources[node] = [try await context.source(order.destinationID, of: node.hostID)]
        }
        let asked = sources
        let restores = try await context.everywhere(nodes, stage: "inspect-\(epoch)") { node in
            InspectRestore(
                stagingID: stagingID, tag: tag, sources: asked[node] ?? [], selection: selection,
                comparesSchema: node == comparing, rename: [:])
        }
        plan.refusals = (replays.failures + restores.failures).map {
            "node \($0.0.address): \($0.1.message)"
        }
        guard plan.refusals.isEmpty else { return }
        // Every node gets what it held itself: with another replication that is not what it is to.
        plan.refusals = restores.results.flatMap(\.1.differences).filter {
            $0.verdict == .needsForce || $0.verdict == .refused || $0.kind == .replicationChanged
        }.map { "\($0)." }
        for index in plan.members.indices {
            guard let replay = found[plan.members[index].node.hostID] else { continue }
            plan.members[index].stage = replay.stage
            plan.members[index].wasUp = replay.isUp
            plan.members[index].isSeed = replay.isSeed
        }
        let (seeds, others) = (plan.members.filter(\.isSeed), plan.members.filter { !$0.isSeed })
        plan.members = seeds + others
        for (node, restore) in restores.results {
            guard let replay = found[node.hostID], replay.stage < .placed else { continue }
            let needs = PointInTimeNeeds(
                files: facts.files[node.hostID] ?? 0, segments: facts.segments[node.hostID] ?? 0,
                replay: replay, restore: restore)
            if let refusal = needs.refusal(node: node.address) { plan.refusals.append(refusal) }
        }
    }

    private func selection(of tables: [TableName]) -> TableSelection {
        TableSelection(
            keyspaces: Dictionary(grouping: tables, by: \.keyspace).mapValues { $0.map(\.table) })
    }
}

extension PointInTimeJob {
    /// What was asked for, as the catalog is asked again.
    var question: PointInTimeQuestion {
        PointInTimeQuestion(
            pit: pit, destinationID: destinationID, segmentsID: segmentsID, selection: selection)
    }
}
