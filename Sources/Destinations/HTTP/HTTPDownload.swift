import AsyncHTTPClient

/// The body of one answer, read by one task at a time.
actor HTTPDownload {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    // Its connections stay open as long as an answer is being read.
    private let session: HTTPSession

    init(_ body: HTTPClientResponse.Body, of session: HTTPSession) {
        iterator = body.makeAsyncIterator()
        self.session = session
    }

    /// The next piece, never empty; `nil` at the end.
    func next() async throws -> [UInt8]? {
        // The iterator refers to the connection: a copy reads on where the other stopped.
        var reading = iterator
        defer { iterator = reading }
        while let buffer = try await reading.next(isolation: self) {
            if buffer.readableBytes > 0 { return [UInt8](buffer.readableBytesView) }
        }
        return nil
    }
}
