/// A request to a bucket, before it is addressed and signed.
struct S3Request: Sendable {
    var method: HTTPRequest.Method
    /// With the destination's own prefix; `nil` for the bucket itself.
    var key: String?
    /// Not encoded.
    var query: [(String, String)] = []
    var fields: HTTPFields = [:]
    var body: HTTPRequest.Body = .none
    /// SHA-256 of the body, in hex.
    var hash = SignatureV4.emptyHash
    /// What it is about, for error messages.
    var object: String
    /// For how long the store may be silent; `nil`: as usual.
    var silence: Duration?
}
