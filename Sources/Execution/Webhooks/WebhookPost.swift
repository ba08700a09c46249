/// What is posted to a receiver.
package struct WebhookPost: Sendable {
    package let url: String
    package let headers: [(name: String, value: String)]
    package let body: String
}
