/// What a webhook may be told of.
package enum WebhookEvent: String, Sendable, CaseIterable {
    /// A backup ended in error.
    case failed = "backup.failed"
    /// A backup lacks nodes, or is not on every destination.
    case partial = "backup.partial"
    /// A scheduled backup should have ended well by now.
    case late = "backup.late"
}
