package import BackupModel

/// The nodes of a cluster: those that take part, and those that do not answer, with the reason.
package struct NodeRoll: Codable, Hashable, Sendable {
    package var live: [ClusterNode]
    package var absent: [HostOutcome]

    package init(live: [ClusterNode], absent: [HostOutcome]) {
        self.live = live
        self.absent = absent
    }
}
