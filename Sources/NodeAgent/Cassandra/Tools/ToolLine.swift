/// One line that a tool printed.
package struct ToolLine: Sendable, Hashable {
    package enum Stream: Sendable, Hashable {
        case output
        case error
    }

    package var stream: Stream
    package var text: String

    package init(stream: Stream, text: String) {
        self.stream = stream
        self.text = text
    }
}
