import Destinations

/// A network that changes the first byte of every body that goes up.
struct CorruptingTransport: HTTPTransport {
    let inner: any HTTPTransport

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let object = request.object
        var request = request
        if case .stream(let size, let open) = request.body {
            request.body = .stream(size: size) {
                var bytes = try await open().collect(upTo: Int(size), of: object)
                bytes[0] ^= 1
                return ObjectBody(bytes)
            }
        }
        return try await inner.send(request)
    }
}
