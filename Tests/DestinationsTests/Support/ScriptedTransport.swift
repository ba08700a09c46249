import Destinations
import Synchronization

/// Answers requests by a function, for services that no test machine has.
final class ScriptedTransport: HTTPTransport {
    private let answer: @Sendable (HTTPRequest, Int) -> (Int, HTTPFields, String)
    private let seen = Mutex<[HTTPRequest]>([])

    /// - Parameter answer: status, fields and body for a request and its number, from 0.
    init(_ answer: @escaping @Sendable (HTTPRequest, Int) -> (Int, HTTPFields, String)) {
        self.answer = answer
    }

    /// Every request so far.
    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let number = seen.withLock { seen in
            seen.append(request)
            return seen.count - 1
        }
        let (status, fields, body) = answer(request, number)
        return HTTPResponse(status: status, fields: fields, body: ObjectBody(Array(body.utf8)))
    }
}
