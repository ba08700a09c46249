package import BackupModel

/// Decides which node restores what, or why it cannot be done. Pure.
///
/// First the `outline`, from what the catalog knows; then, with what the agents of the nodes that
/// take part have found, the plan (see `RestorePlanning+found.swift`).
package struct RestorePlanning: Sendable {
    let order: RestoreJob
    let facts: RestoreFacts

    package init(order: RestoreJob, facts: RestoreFacts) {
        self.order = order
        self.facts = facts
    }

    /// Who would restore what. A plan with refusals goes no further.
    package func outline() -> RestorePlan {
        var plan = RestorePlan(mode: order.mode)
        plan.refusals = refusals
        guard plan.refusals.isEmpty else { return plan }
        plan.absent = facts.roll.absent
        plan.refusals = refusals(of: plan.absent)
        let live = facts.roll.live.filter { !isExcluded($0.hostID, $0.address) }
        guard !live.isEmpty else {
            plan.refusals.append("No node is left to restore on.")
            return plan
        }
        let ours = chosen.filter { !isExcluded($0.host, nil) }
        let (shares, left) = PartShare.assign(
            Set(ours.map(\.host)), live: live,
            isOnServer: order.destinationID == DestinationID.onServer)
        let byHost = Dictionary(grouping: ours, by: \.host)
        plan.shares = shares.map { share in
            RestoreShare(
                source: share.host, node: share.node,
                parts: (byHost[share.host] ?? []).sorted { $0.table < $1.table })
        }
        plan.leftOut = leftOut(left)
        plan.truncate = plan.tables.filter { order.truncate.applies(to: $0.keyspace) }
        if plan.shares.isEmpty {
            plan.refusals.append("No node that takes part holds this backup.")
        }
        return plan
    }

    /// Node-local tables are never loaded into a running cluster, even if they are named.
    private var chosen: [RestorePart] {
        facts.parts.filter {
            order.selection.contains($0.table)
                && !TableSelection.nodeLocalKeyspaces.contains($0.table.keyspace)
                && !$0.table.keyspace.hasPrefix("system")
        }
    }

    private var refusals: [String] {
        guard facts.isListed else {
            return [
                "There is no backup \(order.tag) that can be restored from \(order.destinationID)."
            ]
        }
        let tables = Set(chosen.map(\.table))
        guard !tables.isEmpty else {
            return [
                "The backup \(order.tag) holds none of the chosen tables; system keyspaces are not "
                    + "restored."
            ]
        }
        let named = order.selection.keyspaces.flatMap { keyspace, names in
            names.map { TableName(keyspace: keyspace, table: $0) }
        }
        return named.filter { !tables.contains($0) }.sorted().map {
            "The backup \(order.tag) has no table \($0)."
        }
    }

    private func refusals(of absent: [HostOutcome]) -> [String] {
        let truncates = chosen.contains { order.truncate.applies(to: $0.table.keyspace) }
        return absent.compactMap { node in
            let reason = "node \(node.address): \(node.message ?? "is away")"
            if truncates { return "\(reason); TRUNCATE needs every node, so 'force' cannot help." }
            guard !order.force, !isExcluded(node.hostID, node.address) else { return nil }
            return "\(reason) ('force' goes on without it)."
        }
    }

    private func isExcluded(_ host: HostID, _ address: String?) -> Bool {
        let known = address ?? facts.roll.live.first { $0.hostID == host }?.address
        return order.excludedNodes.contains(host.text)
            || known.map { order.excludedNodes.contains($0) } == true
    }

    /// Hosts whose files are in the backup and are restored by nobody.
    private func leftOut(_ unreachable: [HostID]) -> [HostOutcome] {
        let excluded = Set(chosen.map(\.host)).filter { isExcluded($0, nil) }
        return
            (unreachable.map { ($0, "its snapshot is on a node that takes no part") }
            + excluded.map { ($0, "it is excluded") }).sorted { $0.0 < $1.0 }.map { host, reason in
                HostOutcome(
                    hostID: host, address: address(of: host), outcome: .error, message: reason)
            }
    }

    /// The host's address where it is in the cluster; its id where it is not.
    func address(of host: HostID) -> String {
        facts.roll.live.first { $0.hostID == host }?.address
            ?? facts.roll.absent.first { $0.hostID == host }?.address ?? host.text
    }
}
