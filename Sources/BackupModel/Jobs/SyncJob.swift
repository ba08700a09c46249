/// A sync as it was asked for: the payload of a job of kind `sync`.
package struct SyncJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    /// Whole seconds since 1970; the time of the sync's events.
    package var eventTime: Int64
    /// Remote destinations by id.
    package var destinations: [String: TransferOptions]

    package init(tag: BackupTag, eventTime: Int64, destinations: [String: TransferOptions]) {
        self.tag = tag
        self.eventTime = eventTime
        self.destinations = destinations
    }
}
