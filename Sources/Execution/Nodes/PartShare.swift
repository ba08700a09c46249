package import BackupModel

/// One host's part of a backup, and the node whose agent looks after it.
package struct PartShare: Hashable, Sendable {
    package var host: HostID
    package var node: ClusterNode

    package init(host: HostID, node: ClusterNode) {
        self.host = host
        self.node = node
    }

    /// Gives each host's part to its own node, and where that is away or gone, in turn to the
    /// others, if they can reach it.
    ///
    /// - Parameter isOnServer: the parts are snapshots, which nobody reaches but the node itself.
    /// - Returns: the shares, sorted by host, and the hosts that nobody can look after.
    package static func assign(
        _ hosts: some Sequence<HostID>, live: [ClusterNode], isOnServer: Bool
    ) -> (shares: [PartShare], left: [HostID]) {
        var shares: [PartShare] = []
        var left: [HostID] = []
        var turn = 0
        for host in hosts.sorted() {
            if let own = live.first(where: { $0.hostID == host }) {
                shares.append(PartShare(host: host, node: own))
            } else if !isOnServer, !live.isEmpty {
                shares.append(PartShare(host: host, node: live[turn % live.count]))
                turn += 1
            } else {
                left.append(host)
            }
        }
        return (shares, left)
    }
}
