package import BackupModel

/// Remove a node's backup from a destination: its `backup.json` first, then every object that no
/// other `backup.json` of the node names. What is not there is removed.
package struct DeleteBackup: OperationParameters {
    package static let kind = OperationKind.deleteBackup

    package var tag: BackupTag
    package var destination: DestinationDescription
    /// Whose backup; the agent's own node or one that is gone.
    package var hostID: HostID

    package init(tag: BackupTag, destination: DestinationDescription, hostID: HostID) {
        self.tag = tag
        self.destination = destination
        self.hostID = hostID
    }

    package struct Result: Codable, Sendable, Hashable {
        package var removedObjects: Int
        /// Bytes as they were stored.
        package var removedBytes: Int64

        package init(removedObjects: Int, removedBytes: Int64) {
            self.removedObjects = removedObjects
            self.removedBytes = removedBytes
        }
    }
}
