package import BackupModel

/// A node as a run needs it.
package struct ClusterNode: Codable, Hashable, Sendable {
    package var hostID: HostID
    package var address: String
    package var agentURL: String
    /// Bytes free where the agent stages restores, when it last reported.
    package var stagingFreeBytes: Int64

    package init(hostID: HostID, address: String, agentURL: String, stagingFreeBytes: Int64) {
        self.hostID = hostID
        self.address = address
        self.agentURL = agentURL
        self.stagingFreeBytes = stagingFreeBytes
    }
}
