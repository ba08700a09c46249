/// Brings the configuration of commitlog archiving to every node, with a rolling restart: the
/// payload of a job of kind `configure_archive`. What it brings is what the catalog has when it
/// runs.
package struct ConfigureArchiveJob: Hashable, Sendable, Codable {
    /// The event that it ends.
    package var eventType: ActivityType

    package init(eventType: ActivityType) {
        self.eventType = eventType
    }
}
