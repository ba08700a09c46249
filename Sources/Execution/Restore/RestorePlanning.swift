package import BackupModel

/// Decides which node restores what, or why it cannot be done. Pure.
package struct RestorePlanning: Sendable {
    /// One table of one host in the backup, as the catalog knows it.
    package struct Part: Hashable, Sendable {
        package var host: HostID
        package var table: TableName
        /// Bytes.
        package var size: Int64

        package init(host: HostID, table: TableName, size: Int64) {
            self.host = host
            self.table = table
            self.size = size
        }
    }

    private let order: RestoreJob
    private let isListed: Bool
    private let parts: [Part]
    private let roll: NodeRoll

    package init(order: RestoreJob, isListed: Bool, parts: [Part], roll: NodeRoll) {
        self.order = order
        self.isListed = isListed
        self.parts = parts
        self.roll = roll
    }

    /// The plan, or the reason against it.
    package func plan() -> Result<RestoreRun.Plan, RestoreRefusal> {
        guard isListed else {
            return refuse(
                "There is no backup \(order.tag) that can be restored from "
                    + "\(order.destinationID).")
        }
        guard order.mode == .sstableloader else {
            return refuse("use_sstableloader: false is not available in this version.")
        }
        guard order.rename.isEmpty, !order.isDrill else {
            return refuse("rename and drill are not available in this version.")
        }
        // Node-local tables are never loaded into a running cluster, even if they are named.
        let chosen = parts.filter {
            order.selection.contains($0.table)
                && !TableSelection.nodeLocalKeyspaces.contains($0.table.keyspace)
                && !$0.table.keyspace.hasPrefix("system")
        }
        guard !chosen.isEmpty else {
            return refuse(
                "The backup \(order.tag) holds none of the chosen tables; system "
                    + "keyspaces are not restored.")
        }
        for (keyspace, tables) in order.selection.keyspaces.sorted(by: { $0.key < $1.key }) {
            for table in tables
            where !chosen.contains(where: {
                $0.table == TableName(keyspace: keyspace, table: table)
            }) {
                return refuse("The backup \(order.tag) has no table \(keyspace).\(table).")
            }
        }
        let excluded = Set(order.excludedNodes)
        let absent = roll.absent.filter { !excluded.contains($0.address) }
        if let away = absent.first {
            let reason = "node \(away.address): \(away.message ?? "is away")"
            guard order.force else { return refuse("\(reason) ('force' goes on without it).") }
            let truncates = chosen.contains { order.truncate.applies(to: $0.table.keyspace) }
            guard !truncates else {
                return refuse("\(reason); TRUNCATE needs every node, so 'force' cannot help.")
            }
        }
        let live = roll.live.filter {
            !excluded.contains($0.address) && !excluded.contains($0.hostID.text)
        }
        guard !live.isEmpty else { return refuse("No node is left to restore on.") }
        return share(chosen, among: live, absent: absent, excluded: excluded)
    }

    private func share(
        _ chosen: [Part], among live: [ClusterNode], absent: [HostOutcome], excluded: Set<String>
    ) -> Result<RestoreRun.Plan, RestoreRefusal> {
        var shares: [RestoreRun.Share] = []
        var spread = 0
        for (host, parts) in Dictionary(grouping: chosen, by: \.host).sorted(by: { $0.key < $1.key }
        ) {
            guard !excluded.contains(host.text) else { continue }
            let node: ClusterNode
            if let own = live.first(where: { $0.hostID == host }) {
                node = own
            } else if order.destinationID == DestinationID.onServer {
                // Its snapshot is on a node that takes no part.
                continue
            } else {
                node = live[spread % live.count]
                spread += 1
            }
            shares.append(
                RestoreRun.Share(
                    source: host, node: node, tables: parts.map(\.table).sorted(),
                    size: parts.reduce(0) { $0 + $1.size }))
        }
        guard !shares.isEmpty else { return refuse("No node that takes part holds this backup.") }
        for (node, shares) in Dictionary(grouping: shares, by: \.node) {
            let needed = shares.reduce(0) { $0 + $1.size }
            guard node.stagingFreeBytes > needed else {
                return refuse(
                    "node \(node.address) has \(node.stagingFreeBytes) bytes free for "
                        + "staging; \(needed) are needed.")
            }
        }
        let tables = Set(shares.flatMap(\.tables)).sorted()
        return .success(
            RestoreRun.Plan(
                shares: shares,
                truncate: tables.filter { order.truncate.applies(to: $0.keyspace) },
                absent: absent))
    }

    private func refuse(_ message: String) -> Result<RestoreRun.Plan, RestoreRefusal> {
        .failure(RestoreRefusal(message))
    }
}
