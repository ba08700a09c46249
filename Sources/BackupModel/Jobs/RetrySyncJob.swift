/// A copy of a backup that could not be made whole and is to be tried again: the payload of a job
/// of kind `retry_sync`.
package struct RetrySyncJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    package var destinationID: String

    package init(tag: BackupTag, destinationID: String) {
        self.tag = tag
        self.destinationID = destinationID
    }
}
