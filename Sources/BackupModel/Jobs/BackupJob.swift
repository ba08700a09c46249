/// A backup as it was asked for: the payload of a job of kind `backup`.
///
/// The destinations are named by id only; the executor reads and unseals them when it begins.
package struct BackupJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    /// `nil` for an ad hoc run.
    package var scheduleID: String?
    /// The tag's own time: whole seconds since 1970.
    package var eventTime: Int64
    package var selection: TableSelection
    /// Remote destinations by id; the snapshot on the nodes is always made.
    package var destinations: [String: TransferOptions]
    /// What each node runs before its snapshot.
    package var preSnapshotScript: ScriptName?
    /// What each node runs after its part of the backup has been sent.
    package var postSnapshotScript: ScriptName?

    package init(tag: BackupTag, scheduleID: String?, eventTime: Int64, plan: BackupPlan) {
        self.tag = tag
        self.scheduleID = scheduleID
        self.eventTime = eventTime
        selection = plan.selection
        destinations = plan.destinations
        preSnapshotScript = plan.preSnapshotScript
        postSnapshotScript = plan.postSnapshotScript
    }
}
