import Crypto

/// A request to a container or to a blob in it, before it is signed.
struct AzureRequest: Sendable {
    var method: HTTPRequest.Method
    /// The blob's full name; `nil` for the container.
    var blob: String?
    /// Not encoded.
    var query: [String: String]
    var fields: HTTPFields
    var body: HTTPRequest.Body
    /// What it is about, for error messages.
    var object: String
    /// For how long the service may be silent; `nil`: as the session's settings say.
    var silence: Duration?

    init(
        _ method: HTTPRequest.Method, blob: String? = nil, query: [String: String] = [:],
        fields: HTTPFields = [:], body: HTTPRequest.Body = .none, about object: String,
        silence: Duration? = nil
    ) {
        self.method = method
        self.blob = blob
        // What is asked of a container says so.
        self.query = blob == nil ? query.merging(["restype": "container"]) { $1 } : query
        self.fields = fields
        self.body = body
        self.object = object
        self.silence = silence
    }

    /// Bytes of the body.
    var size: Int64 {
        switch body {
        case .none: 0
        case .bytes(let bytes): Int64(bytes.count)
        case .stream(let size, _): size
        }
    }

    /// Has the body sent with its MD5, which the service compares: the signature leaves it out.
    mutating func attach(_ bytes: [UInt8]) {
        fields["Content-MD5"] = base64(Insecure.MD5.hash(data: bytes))
        body = .stream(size: Int64(bytes.count)) { ObjectBody(bytes, pieceSize: 256 * 1_024) }
    }
}
