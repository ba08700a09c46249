/// Puts the deletion of what a schedule's rules let go in the queue: the payload of a job of kind
/// `apply_retention`. It has no event and no request; each deletion has.
package struct ApplyRetentionJob: Hashable, Sendable, Codable {
    package var scheduleID: String

    package init(scheduleID: String) {
        self.scheduleID = scheduleID
    }
}
