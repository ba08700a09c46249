/// What carries requests to a store and answers back; it tries nothing twice, follows no redirect
/// and judges no status.
package protocol HTTPTransport: Sendable {
    /// Sends a request and waits for the head of its answer.
    ///
    /// - Throws: `DestinationError` that may pass where the peer cannot be reached, breaks off or
    ///   is silent for too long; what the request's own body throws; `CancellationError`.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
