/// A request to an object store.
package struct HTTPRequest: Sendable {
    package var method: Method
    /// Absolute, with everything encoded that must be; it is sent as it stands.
    package var url: String
    package var fields: HTTPFields
    package var body: Body
    /// What the request is about, such as an object's name: for error messages.
    package var object: String
    /// For how long the peer may be silent; `nil`: as the session's settings say.
    package var silence: Duration?

    /// The methods that object stores know.
    package enum Method: String, Sendable, Hashable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    /// What goes up with a request.
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Pieces that are `size` bytes together, opened when the request is sent.
        case stream(size: Int64, open: @Sendable () async throws -> ObjectBody)
    }

    package init(
        _ method: Method, _ url: String, fields: HTTPFields = [:], body: Body = .none,
        about object: String, silence: Duration? = nil
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.object = object
        self.silence = silence
    }
}
