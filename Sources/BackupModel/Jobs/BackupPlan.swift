/// What a backup is to do, whenever it runs: all of a `BackupJob` but its tag, schedule and time,
/// under the same names.
package struct BackupPlan: Hashable, Sendable, Codable {
    package var selection: TableSelection
    /// Remote destinations by id; the snapshot on the nodes is always made.
    package var destinations: [String: TransferOptions]
    /// What each node runs before its snapshot.
    package var preSnapshotScript: ScriptName?
    /// What each node runs after its part of the backup has been sent.
    package var postSnapshotScript: ScriptName?

    package init(
        selection: TableSelection, destinations: [String: TransferOptions],
        preSnapshotScript: ScriptName? = nil, postSnapshotScript: ScriptName? = nil
    ) {
        self.selection = selection
        self.destinations = destinations
        self.preSnapshotScript = preSnapshotScript
        self.postSnapshotScript = postSnapshotScript
    }
}
