package import BackupModel

/// One way in which the cluster is not what it was at the backup.
package struct TopologyDifference: Codable, Hashable, Sendable {
    package enum Change: String, Codable, Sendable {
        /// The host of the backup is not in the cluster any more.
        case gone
        /// The node was not in the backup.
        case new
        /// The host has other tokens now.
        case tokens
    }

    package var host: HostID
    package var change: Change

    package init(host: HostID, change: Change) {
        self.host = host
        self.change = change
    }
}
