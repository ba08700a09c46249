package import BackupModel

/// A node of a cluster, as its agent last reported it.
package struct KnownNode: Sendable, Hashable {
    package var hostID: HostID
    package var address: String
    package var agentURL: String
    /// Whether its agent reported lately.
    package var isFresh: Bool
    /// Whether Cassandra answered the agent at the last report.
    package var isUp: Bool
    /// Seconds since 1970; `nil` where it never reported.
    package var lastSeen: Int64?
    /// Bytes free where restores are staged.
    package var stagingFreeBytes: Int64
    package var sealedExecutorSecret: [UInt8]

    package init(
        hostID: HostID, address: String, agentURL: String, isFresh: Bool, isUp: Bool,
        lastSeen: Int64?, stagingFreeBytes: Int64, sealedExecutorSecret: [UInt8]
    ) {
        self.hostID = hostID
        self.address = address
        self.agentURL = agentURL
        self.isFresh = isFresh
        self.isUp = isUp
        self.lastSeen = lastSeen
        self.stagingFreeBytes = stagingFreeBytes
        self.sealedExecutorSecret = sealedExecutorSecret
    }

    /// Why nothing can be asked of the node now; `nil` where it is there.
    package var absence: String? {
        guard isFresh else {
            guard let lastSeen else { return "agent on \(address) has never reported" }
            let since = CivilTime(epochSeconds: lastSeen).tagText
            return "agent on \(address) has not reported since \(since)-UTC"
        }
        return isUp ? nil : "Cassandra on \(address) does not answer its agent"
    }
}
