package import AgentProtocol
import BackupModel

extension RestorePlanning {
    /// The plan, judged by what the agents found.
    ///
    /// - Parameters:
    ///   - outline: of the same order, without refusals.
    ///   - found: by the address of the node, for all nodes that take part.
    package func plan(
        _ outline: RestorePlan, found: [String: InspectRestore.Result]
    ) -> RestorePlan {
        var plan = outline
        let origins = found.values.flatMap(\.origins).sorted { $0.host < $1.host }
        plan.differences = found.values.flatMap(\.differences).sorted { "\($0)" < "\($1)" }
        plan.refusals += refusals(of: plan.differences)
        plan.topology = topology(origins)
        plan.leftOut += missing(origins, besides: plan)
        let replication = found.values.map(\.replication).reduce(facts.replication) {
            $0.merging($1) { live, _ in live }
        }
        plan.done = done(plan, found)
        plan.truncate.removeAll { plan.done.contains($0) }
        plan.refusals += inPlaceRefusals(plan, origins: origins)
        plan.rooms = rooms(plan, found, replication)
        plan.refusals += plan.rooms.compactMap(\.refusal)
        plan.unrestored = unrestored(plan, origins, replication)
        return plan
    }

    private func refusals(of differences: [SchemaDifference]) -> [String] {
        differences.compactMap { difference in
            switch difference.verdict {
            case .created, .harmless: nil
            case .needsForce where order.forceSchema: nil
            case .needsForce: "\(difference) ('force_schema' goes on)."
            case .refused: "\(difference)."
            }
        }
    }

    private func topology(_ origins: [InspectRestore.Origin]) -> [TopologyDifference] {
        let live = Dictionary(facts.ring.map { ($0.host, $0) }, uniquingKeysWith: { $1 })
        let then = Set(origins.map(\.host) + origins.flatMap { $0.hosts.map(\.hostID) })
        let moved = origins.filter { origin in
            guard !origin.tokens.isEmpty, let now = live[origin.host] else { return false }
            return Set(now.tokens) != Set(origin.tokens)
        }
        return then.filter { live[$0] == nil }.sorted().map {
            TopologyDifference(host: $0, change: .gone)
        }
            + live.keys.filter { !then.contains($0) }.sorted().map {
                TopologyDifference(host: $0, change: .new)
            } + moved.map { TopologyDifference(host: $0.host, change: .tokens) }
    }

    /// Hosts that the backup was to hold and does not.
    private func missing(
        _ origins: [InspectRestore.Origin], besides plan: RestorePlan
    ) -> [HostOutcome] {
        let known = Set(plan.shares.map(\.source) + plan.leftOut.map(\.hostID))
        let failed = origins.flatMap(\.hosts).filter {
            $0.outcome != .success && !known.contains($0.hostID)
        }
        return Set(failed.map(\.hostID)).sorted().compactMap { host in
            failed.first { $0.hostID == host }
        }
    }

    /// Tables of which every host's files are loaded already.
    private func done(
        _ plan: RestorePlan, _ found: [String: InspectRestore.Result]
    ) -> [TableName] {
        let loaded = Set(found.values.flatMap(\.loaded))
        guard !loaded.isEmpty else { return [] }
        let parts = plan.shares.flatMap(\.parts).filter { $0.files > 0 }
        let open = Set(
            parts.filter { !loaded.contains(LoadedPart(host: $0.host, table: $0.table)) }
                .map(\.table))
        return Set(parts.map(\.table)).subtracting(open).sorted()
    }

    /// sstableloader sends each row to every replica: a node gets of all hosts' files the part of
    /// the ring that it holds.
    private func rooms(
        _ plan: RestorePlan, _ found: [String: InspectRestore.Result],
        _ replication: [String: [String: String]]
    ) -> [NodeRoom] {
        let ring = TokenRing(facts.ring)
        let sizes = plan.shares.flatMap(\.parts).filter { !plan.done.contains($0.table) }
            .reduce(into: [String: Int64]()) { $0[$1.table.keyspace, default: 0] += $1.size }
        var data: [HostID: Double] = [:]
        for (keyspace, size) in sizes {
            let parts = replication[keyspace].map(ring.ownership)
            for member in facts.ring {
                data[member.host, default: 0] +=
                    Double(size) * (parts.map { $0[member.host] ?? 0 } ?? 1)
            }
        }
        return plan.nodes.compactMap { node in
            guard let room = found[node.address] else { return nil }
            let shares = plan.shares.filter { $0.node == node }
            let staging = shares.reduce(0) { $0 + $1.size }
            let isShared = room.data.contains { $0.device == room.staging.device }
            // In place a node gets what it staged, and links it where one file system holds both.
            let placed = isShared ? 0 : staging
            return NodeRoom(
                node: node.address, stagingNeeded: max(0, staging - room.stagedBytes),
                stagingFree: room.staging.freeBytes,
                dataNeeded: plan.mode == .inPlace
                    ? placed : Int64((data[node.hostID] ?? 0).rounded(.up)),
                dataFree: room.data.reduce(0) { $0 + $1.freeBytes },
                isShared: isShared)
        }
    }

    /// A range has a restored replica where one of its replicas then is restored, and one of its
    /// replicas now takes it.
    private func unrestored(
        _ plan: RestorePlan, _ origins: [InspectRestore.Origin],
        _ replication: [String: [String: String]]
    ) -> [String: [TokenRange]] {
        guard !plan.absent.isEmpty || !plan.leftOut.isEmpty else { return [:] }
        let then = TokenRing(formerRing(origins))
        let now = TokenRing(facts.ring)
        let restored = Set(plan.shares.map(\.source))
        let away = Set(plan.absent.map(\.hostID))
        let taking = Set(facts.ring.map(\.host)).subtracting(away)
        return Set(plan.tables.map(\.keyspace)).reduce(into: [:]) { ranges, keyspace in
            guard let options = replication[keyspace] else { return }
            let lost = Set(
                then.ranges(options, heldByNoneOf: restored)
                    + now.ranges(options, heldByNoneOf: taking))
            if !lost.isEmpty { ranges[keyspace] = lost.sorted { $0.end < $1.end } }
        }
    }

    /// The ring at the backup; of hosts whose tokens it does not tell, as they are now.
    private func formerRing(_ origins: [InspectRestore.Origin]) -> [TokenRing.Member] {
        let told = origins.filter { !$0.tokens.isEmpty }.map {
            TokenRing.Member(
                host: $0.host, datacenter: $0.datacenter, rack: $0.rack, tokens: $0.tokens)
        }
        let hosts = Set(origins.map(\.host) + origins.flatMap { $0.hosts.map(\.hostID) })
            .union(facts.parts.map(\.host))
        let known = Set(told.map(\.host))
        return told + facts.ring.filter { hosts.contains($0.host) && !known.contains($0.host) }
    }
}
