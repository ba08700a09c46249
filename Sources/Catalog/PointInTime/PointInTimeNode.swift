package import BackupModel

/// A node of the cluster as it is now.
package struct PointInTimeNode: Codable, Hashable, Sendable {
    package var hostID: HostID
    package var address: String
    package var agentURL: String
    package var tokens: Set<String>
    package var version: String
    /// Whether its agent has reported of late, whatever its Cassandra does.
    package var hasAgent: Bool

    package init(
        hostID: HostID, address: String, agentURL: String = "", tokens: Set<String>,
        version: String, hasAgent: Bool = true
    ) {
        self.hostID = hostID
        self.address = address
        self.agentURL = agentURL
        self.tokens = tokens
        self.version = version
        self.hasAgent = hasAgent
    }
}
