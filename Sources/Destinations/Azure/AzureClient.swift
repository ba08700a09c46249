import FoundationEssentials

/// Sends signed requests to one container. It tries nothing again just because it failed.
struct AzureClient: Sendable {
    /// Of the service's interface, for all requests: all that is used is in it (blocks of up to
    /// 4,000 MiB since 2019-12-12, deletion of many blobs of one container since 2020-04-08), and
    /// it is old enough for emulators and gateways to know it. A newer one gains nothing here and
    /// may change an answer.
    static let version = "2021-12-02"
    private static let answerLimit = 64 << 20

    let endpoint: AzureEndpoint
    let key: SharedKey
    let container: String
    /// Container and account, for a person.
    let place: String
    let transport: any HTTPTransport
    let now: @Sendable () -> Date

    /// An answer that was read to its end.
    struct Answer: Sendable {
        var fields: HTTPFields
        var bytes: [UInt8]
    }

    /// The answer to a request that was done.
    ///
    /// - Throws: `DestinationError` with the service's reason; what the body throws.
    func send(_ request: AzureRequest) async throws -> Answer {
        switch try await attempt(request) {
        case .success(let answer): return answer
        case .failure(let failure): throw error(failure, about: request.object)
        }
    }

    /// As `send`, for those to whom a failure is an answer.
    func attempt(_ request: AzureRequest) async throws -> Result<Answer, AzureFailure> {
        switch try await open(request) {
        case .failure(let failure): return .failure(failure)
        case .success(let response):
            let bytes = try await response.body.collect(upTo: Self.answerLimit, of: request.object)
            return .success(Answer(fields: response.fields, bytes: bytes))
        }
    }

    /// As `attempt`, the body still to be read.
    func open(_ request: AzureRequest) async throws -> Result<HTTPResponse, AzureFailure> {
        let response = try await transport.send(signed(request))
        if response.isSuccess { return .success(response) }
        let bytes = try await response.body.collect(upTo: Self.answerLimit, of: request.object)
        // A proxy on the way may answer with a page for people: then the status must do.
        let isXML = response.fields["Content-Type"]?.contains("xml") ?? false
        let document =
            isXML && !bytes.isEmpty ? try XMLTree(parsing: bytes, about: request.object) : nil
        return .failure(
            AzureFailure(status: response.status, fields: response.fields, document: document))
    }

    /// A failure as the error that it is to whoever asked.
    func error(_ failure: AzureFailure, about object: String) -> DestinationError {
        failure.error(about: object, in: place, now: now())
    }

    private func signed(_ request: AzureRequest) -> HTTPRequest {
        let path = endpoint.path(container: container, blob: request.blob)
        var fields = request.fields
        fields["x-ms-version"] = Self.version
        fields = key.signed(
            request.method, path: path, query: request.query, fields: fields, size: request.size,
            at: now())
        let query = request.query.sorted { $0.key < $1.key }.map {
            "\(PercentEncoding.encode($0.key))=\(PercentEncoding.encode($0.value))"
        }
        let target = query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
        return HTTPRequest(
            request.method, endpoint.origin + target, fields: fields, body: request.body,
            about: request.object, silence: request.silence)
    }
}
