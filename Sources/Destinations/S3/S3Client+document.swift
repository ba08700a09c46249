extension S3Client {
    private static let documentLimit = 32 << 20

    /// The document that answers a request.
    ///
    /// - Throws: `DestinationError` with the store's reason.
    func document(_ request: S3Request) async throws -> XMLTree {
        try await attemptDocument(request).get(about: request.object)
    }

    /// As `document`. A store that was silent for long may answer well and tell its failure in the
    /// body: that counts as a failure.
    func attemptDocument(_ request: S3Request) async throws -> S3Outcome<XMLTree> {
        switch try await attempt(request) {
        case .failed(let failure, let host): return .failed(failure, host: host)
        case .done(let response):
            let bytes = try await response.body.collect(
                upTo: Self.documentLimit, of: request.object)
            let document = try XMLTree(parsing: bytes, about: request.object)
            guard document.name == "Error" else { return .done(document) }
            return .failed(S3Failure(response, document: document), host: host)
        }
    }
}
