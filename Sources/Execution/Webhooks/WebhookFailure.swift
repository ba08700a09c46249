/// Why a receiver's answer did not come, or a setting of webhooks is none.
package struct WebhookFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence for a person.
    package let message: String

    package init(message: String) {
        self.message = message
    }

    package var description: String { message }
}
