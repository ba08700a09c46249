import AsyncHTTPClient

/// The body of one answer.
///
/// It is read by one task at a time: whoever reads a body sees to that.
final class HTTPDownload: @unchecked Sendable {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    // Its connections stay open as long as an answer is being read.
    private let session: HTTPSession

    init(_ body: HTTPClientResponse.Body, of session: HTTPSession) {
        iterator = body.makeAsyncIterator()
        self.session = session
    }

    /// The next piece, never empty; `nil` at the end.
    func next() async throws -> [UInt8]? {
        while let buffer = try await iterator.next() {
            if buffer.readableBytes > 0 { return [UInt8](buffer.readableBytesView) }
        }
        return nil
    }
}
