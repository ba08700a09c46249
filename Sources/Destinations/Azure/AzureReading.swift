/// Reads one blob.
struct AzureReading: Sendable {
    let client: AzureClient
    /// The blob's full name.
    let blob: String
    /// The object's name, for messages.
    let name: String

    /// The blob's content, or a part of it, cut off at its end.
    func body(_ range: Range<Int64>?) async throws -> ObjectBody {
        // A range of no bytes cannot be asked for, and yet the blob must be there.
        if let range, range.isEmpty {
            guard try await size() != nil else { throw notThere }
            return .empty
        }
        var request = AzureRequest(.get, blob: blob, about: name)
        // An open end is the blob's own.
        if let range, range != 0..<Int64.max {
            let end = range.upperBound == .max ? "" : "\(range.upperBound - 1)"
            request.fields["x-ms-range"] = "bytes=\(range.lowerBound)-\(end)"
        }
        switch try await client.open(request) {
        case .failure(let failure) where range != nil && failure.status == 416: return .empty
        case .failure(let failure): throw client.error(failure, about: name)
        case .success(let response):
            guard request.fields["x-ms-range"] == nil || response.status == 206 else {
                throw DestinationError(
                    code: .unsupported, object: name,
                    message: "\(client.place) cannot read a part of a blob")
            }
            return response.body
        }
    }

    /// Bytes; `nil` where there is no such blob.
    func size() async throws -> Int64? {
        switch try await client.attempt(AzureRequest(.head, blob: blob, about: name)) {
        case .failure(let failure) where failure.isBlobMissing: return nil
        case .failure(let failure): throw client.error(failure, about: name)
        case .success(let answer):
            guard let size = answer.fields["Content-Length"].flatMap({ Int64($0) }) else {
                throw DestinationError(
                    code: .unreachable, object: name,
                    message: "\(client.place) does not tell the size of \(name)")
            }
            return size
        }
    }

    private var notThere: DestinationError {
        DestinationError(
            code: .notThere, object: name, message: "\(client.place) has no blob \(name)")
    }
}
