/// Reads one object.
struct S3Reading: Sendable {
    let client: S3Client
    let key: String
    let name: String

    /// The object's content, or a part of it, cut off at its end.
    func body(_ range: Range<Int64>?) async throws -> ObjectBody {
        // A range of no bytes cannot be asked for, and yet the object must be there.
        if let range, range.isEmpty {
            guard try await size() != nil else { throw notThere }
            return .empty
        }
        var request = S3Request(method: .get, key: key, object: name)
        // An open end is the object's own.
        if let range, range != 0..<Int64.max {
            let end = range.upperBound == .max ? "" : "\(range.upperBound - 1)"
            request.fields["Range"] = "bytes=\(range.lowerBound)-\(end)"
        }
        switch try await client.attempt(request) {
        case .failed(let failure, _) where range != nil && failure.status == 416: return .empty
        case .failed(let failure, let host): throw failure.error(about: name, host: host)
        case .done(let response):
            guard request.fields["Range"] == nil || response.status == 206 else {
                throw DestinationError(
                    code: .unsupported, object: name,
                    message: "\(client.host) cannot read a part of an object")
            }
            return response.body
        }
    }

    /// Bytes; `nil` where there is no such object.
    func size() async throws -> Int64? {
        switch try await client.attempt(S3Request(method: .head, key: key, object: name)) {
        case .failed(let failure, _) where failure.status == 404: return nil
        case .failed(let failure, let host): throw failure.error(about: name, host: host)
        case .done(let response):
            guard let size = response.fields["Content-Length"].flatMap({ Int64($0) }) else {
                throw DestinationError(
                    code: .unreachable, object: name,
                    message: "\(client.host) does not tell the size of \(name)")
            }
            return size
        }
    }

    private var notThere: DestinationError {
        DestinationError(
            code: .notThere, object: name, message: "\(client.host) has no object \(name)")
    }
}
