/// A verification as it was asked for: the payload of a job of kind `verify_backup`.
package struct VerifyBackupJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    /// `OPSC_ON_SERVER` for the snapshots on the nodes.
    package var destinationID: String
    package var mode: VerifyMode
    /// Into how many parts the objects are divided for `sample`.
    package var parts: Int

    package init(tag: BackupTag, destinationID: String, mode: VerifyMode, parts: Int) {
        self.tag = tag
        self.destinationID = destinationID
        self.mode = mode
        self.parts = parts
    }
}
