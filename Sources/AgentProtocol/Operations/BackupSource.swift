package import BackupModel

/// Where one node's part of a backup is read from.
package enum BackupSource: Codable, Sendable, Hashable {
    /// The snapshot on the agent's own node.
    case onServer
    /// A destination, with the host whose part it is.
    case destination(DestinationDescription, host: HostID)
}
