/// What somebody said with NOTIFY on a channel that this connection listens to.
package struct Notification: Sendable, Hashable {
    package var channel: String
    package var payload: String

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}
