package import BackupModel
package import FoundationEssentials
import Synchronization

/// Sends signed requests to one bucket, and does what the store says where it must be done
/// otherwise: another region, another address, another clock, newer keys.
///
/// It tries nothing again just because it failed.
package final class S3Client: Sendable {
    /// Corrections of one request before its failure is final.
    private static let corrections = 4
    private static let errorLimit = 256 * 1_024

    private let endpoint: S3Endpoint
    private let credentials: AWSCredentialProvider
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Date
    private let learnt: Mutex<Learnt>

    /// What the store has said about itself.
    private struct Learnt {
        var region: String
        var clock: TimeInterval = 0
    }

    /// - Throws: `DestinationError` with code `misconfigured`.
    package init(
        _ location: S3Location, credentials: AWSCredentialProvider,
        transport: any HTTPTransport, now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        endpoint = try S3Endpoint(location)
        self.credentials = credentials
        self.transport = transport
        self.now = now
        learnt = Mutex(
            Learnt(region: location.region.isEmpty ? S3Endpoint.defaultRegion : location.region))
    }

    /// The bucket's region as far as it is known.
    package var region: String { learnt.withLock { $0.region } }

    /// The store's host, as far as it is known.
    var host: String { endpoint.target(key: nil, region: region).authority }

    /// The answer to a request that was done.
    ///
    /// - Throws: `DestinationError` with the store's reason; what the body throws.
    func send(_ request: S3Request) async throws -> HTTPResponse {
        try await attempt(request).get(about: request.object)
    }

    /// As `send`, for those to whom a failure is an answer.
    func attempt(_ request: S3Request) async throws -> S3Outcome<HTTPResponse> {
        var elsewhere: S3Target?
        var corrected = 0
        while true {
            let state = learnt.withLock { $0 }
            let keys = try await credentials.current()
            let target =
                elsewhere ?? endpoint.target(key: request.key, region: state.region)
            let response = try await transport.send(
                signed(request, for: target, keys: keys, state: state))
            if response.isSuccess { return .done(try await settled(response, of: request)) }
            let failure = try await self.failure(response, of: request)
            guard corrected < Self.corrections,
                let correction = S3Correction(
                    failure, target: target, region: state.region,
                    now: now()),
                try await take(correction, for: request, keys: keys, &elsewhere)
            else { return .failed(failure, host: target.authority) }
            corrected += 1
        }
    }

    /// The answer, read to its end where nobody else reads it: only then does its connection serve
    /// the next request.
    private func settled(
        _ response: HTTPResponse, of request: S3Request
    ) async throws -> HTTPResponse {
        guard request.method != .get, request.method != .post else { return response }
        let rest = try await response.body.collect(upTo: Self.errorLimit, of: request.object)
        return HTTPResponse(
            status: response.status, fields: response.fields, body: ObjectBody(rest))
    }

    /// Takes over what the store said.
    ///
    /// - Returns: whether that changes anything.
    private func take(
        _ correction: S3Correction, for request: S3Request, keys: AWSCredentials,
        _ elsewhere: inout S3Target?
    ) async throws -> Bool {
        switch correction {
        case .region(let region):
            learnt.withLock { $0.region = region }
            elsewhere = nil
            return true
        case .target(let target):
            defer { elsewhere = target }
            return elsewhere != target
        case .clock(let offset):
            return learnt.withLock { learnt in
                defer { learnt.clock = offset }
                return abs(learnt.clock - offset) > 60
            }
        case .newCredentials: return await credentials.refuse(keys)
        case .askForRegion: return request.method == .head ? try await askForRegion() : false
        }
    }

    /// Lists nothing of the bucket: an answer with a body, which tells the region if need be.
    private func askForRegion() async throws -> Bool {
        let before = region
        let question = S3Request(
            method: .get, query: [("list-type", "2"), ("max-keys", "0")], object: "")
        _ = try await attempt(question)
        return region != before
    }

    private func failure(_ response: HTTPResponse, of request: S3Request) async throws -> S3Failure
    {
        let bytes = try await response.body.collect(upTo: Self.errorLimit, of: request.object)
        // A proxy on the way may answer with a page for people: then the status must do.
        let isXML =
            response.fields["Content-Type"]?.contains("xml") ?? bytes.starts(with: "<?xml".utf8)
        let document =
            isXML && !bytes.isEmpty ? try XMLTree(parsing: bytes, about: request.object) : nil
        return S3Failure(response, document: document)
    }

    private func signed(
        _ request: S3Request, for target: S3Target, keys: AWSCredentials, state: Learnt
    ) -> HTTPRequest {
        var fields = request.fields
        fields["Host"] = target.authority
        let signature = SignatureV4(
            credentials: keys, region: state.region, at: now().addingTimeInterval(state.clock))
        fields = signature.signed(
            request.method.rawValue, path: target.path, query: request.query, fields: fields,
            hash: request.hash)
        return HTTPRequest(
            request.method, target.url(query: request.query), fields: fields, body: request.body,
            about: request.object, silence: request.silence)
    }
}
