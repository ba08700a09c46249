import AsyncHTTPClient
import NIOCore
import Synchronization

/// The body of one request on its way up. It tells the watch whose turn it is, and keeps what the
/// source itself threw, so that this is not taken for a failure of the connection.
final class HTTPUpload: Sendable {
    private let body: HTTPRequest.Body
    private let watch: SilenceWatch
    private let thrown = Mutex<(any Error)?>(nil)

    init(_ body: HTTPRequest.Body, watch: SilenceWatch) {
        self.body = body
        self.watch = watch
    }

    /// What the source threw.
    var failure: (any Error)? { thrown.withLock { $0 } }

    /// The request with this body.
    func attached(to request: HTTPClientRequest) -> HTTPClientRequest {
        var request = request
        switch body {
        case .none: break
        case .bytes(let bytes): request.body = .bytes(ByteBuffer(bytes: bytes))
        case .stream(let size, let open):
            request.body = .stream(Pieces(upload: self, open: open), length: .known(size))
        }
        return request
    }

    fileprivate func piece(_ next: () async throws -> [UInt8]?) async throws -> ByteBuffer? {
        // A source may be slow for reasons of its own, a throttle for one.
        watch.pause()
        defer { watch.resume() }
        do {
            return try await next().map { ByteBuffer(bytes: $0) }
        } catch {
            thrown.withLock { $0 = error }
            throw error
        }
    }

    private struct Pieces: AsyncSequence, Sendable {
        let upload: HTTPUpload
        let open: @Sendable () async throws -> ObjectBody

        func makeAsyncIterator() -> Iterator { Iterator(upload: upload, open: open) }

        struct Iterator: AsyncIteratorProtocol {
            let upload: HTTPUpload
            let open: @Sendable () async throws -> ObjectBody
            var body: ObjectBody?

            mutating func next() async throws -> ByteBuffer? {
                var body = body
                let piece = try await upload.piece {
                    let opened = if let body { body } else { try await open() }
                    body = opened
                    return try await opened.next()
                }
                self.body = body
                return piece
            }
        }
    }
}
