/// The deletion of one copy of a backup: the payload of a job of kind `delete_backup`.
package struct DeleteBackupJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    /// Whole seconds since 1970; the time of the deletion's event.
    package var eventTime: Int64
    /// `OPSC_ON_SERVER` for the snapshots on the nodes.
    package var destinationID: String
    /// Whether the destination's entry goes too, once the copy is gone.
    package var removeDestination: Bool

    /// Host ids of the nodes that are left over from an earlier deletion, because they were down;
    /// `nil` for the deletion itself. What is left over has no request and no event.
    package var leftOver: [HostID]?

    package init(
        tag: BackupTag, eventTime: Int64, destinationID: String, removeDestination: Bool,
        leftOver: [HostID]? = nil
    ) {
        self.tag = tag
        self.eventTime = eventTime
        self.destinationID = destinationID
        self.removeDestination = removeDestination
        self.leftOver = leftOver
    }
}
