package import BackupModel

/// A node as a run needs it.
package struct ClusterNode: Codable, Hashable, Sendable {
    package var hostID: HostID
    package var address: String
    package var agentURL: String

    package init(hostID: HostID, address: String, agentURL: String) {
        self.hostID = hostID
        self.address = address
        self.agentURL = agentURL
    }
}
