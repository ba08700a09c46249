/// Snapshots of a run that may lie on nodes that did not answer: the payload of a job of kind
/// `clear_snapshot`. It has no event and no request.
package struct ClearSnapshotJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    /// The nodes that are to be cleared when they are back.
    package var hosts: [HostID]
    /// How often it was put off.
    package var round: Int

    package init(tag: BackupTag, hosts: [HostID], round: Int = 0) {
        self.tag = tag
        self.hosts = hosts
        self.round = round
    }

    /// Seconds before it is tried (again): from a quarter of a minute to five minutes.
    package var delay: Double { min(300, 15 * Double(1 << min(round, 5))) }

    /// What is to be done later for the hosts that are left; `nil` where none is, or where a node
    /// has been away for about a week.
    package func puttingOff(_ hosts: [HostID]) -> ClearSnapshotJob? {
        guard !hosts.isEmpty, round < 2_000 else { return nil }
        return ClearSnapshotJob(tag: tag, hosts: hosts, round: round + 1)
    }
}
