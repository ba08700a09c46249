import Destinations
import Synchronization

/// Carries requests and remembers them.
final class RecordingTransport: HTTPTransport {
    private let inner: any HTTPTransport
    private let seen = Mutex<[String]>([])

    init(_ inner: any HTTPTransport) { self.inner = inner }

    /// Method and URL of every request so far.
    var requests: [String] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        seen.withLock { $0.append("\(request.method.rawValue) \(request.url)") }
        return try await inner.send(request)
    }
}
