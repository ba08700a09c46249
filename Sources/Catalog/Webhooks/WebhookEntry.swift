package import BackupModel

/// A webhook to be kept, without its secret.
package struct WebhookEntry: Sendable {
    package var address: WebhookAddress
    /// What a person noted about it.
    package var description: String
    package var events: [WebhookEvent]
    /// Seconds after which a scheduled backup that was due is late.
    package var lateGrace: Int64
    package var isEnabled: Bool

    package init(
        address: WebhookAddress, description: String, events: [WebhookEvent], lateGrace: Int64,
        isEnabled: Bool
    ) {
        self.address = address
        self.description = description
        self.events = events
        self.lateGrace = lateGrace
        self.isEnabled = isEnabled
    }
}
