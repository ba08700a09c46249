/// What an object store answers: the head is there, the body comes as it is read.
///
/// Whoever drops the body unread closes the connection.
package struct HTTPResponse: Sendable {
    /// Such as 200.
    package var status: Int
    package var fields: HTTPFields
    package var body: ObjectBody

    package init(status: Int, fields: HTTPFields, body: ObjectBody) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// Whether the status says that the request was done.
    package var isSuccess: Bool { (200..<300).contains(status) }

    /// How long the store asks to be left alone: `Retry-After` in seconds or as a date.
    package var retryAfter: Duration? {
        guard let text = fields["Retry-After"] else { return nil }
        if let seconds = Int(text) { return .seconds(max(0, seconds)) }
        guard let date = HTTPDate.parse(text), let now = fields["Date"].flatMap(HTTPDate.parse)
        else { return nil }
        return .seconds(max(0, date.timeIntervalSince(now)))
    }
}
