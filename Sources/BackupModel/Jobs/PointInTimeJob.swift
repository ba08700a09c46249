/// A point-in-time restore as it was asked for, with the snapshot that the check chose: the payload
/// of a job of kind `pit_restore`.
package struct PointInTimeJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    /// Whole seconds since 1970; the time of the restore's event.
    package var eventTime: Int64
    /// The moment to go back to: seconds since 1970.
    package var pit: Int64
    /// Where the snapshot is read from.
    package var destinationID: String
    /// Where the commitlogs are read from.
    package var segmentsID: String
    package var selection: TableSelection
    /// Seconds between the starts of two nodes.
    package var restartPause: Int

    package init(
        tag: BackupTag, eventTime: Int64, pit: Int64, destinationID: String, segmentsID: String,
        selection: TableSelection, restartPause: Int
    ) {
        self.tag = tag
        self.eventTime = eventTime
        self.pit = pit
        self.destinationID = destinationID
        self.segmentsID = segmentsID
        self.selection = selection
        self.restartPause = restartPause
    }
}
