import AgentProtocol
import AsyncHTTPClient
import FoundationEssentials
import NIOCore

/// The API as an agent calls it.
package struct AgentAPI: Sendable {
    private let root: String
    private let client = HTTPClient.shared

    package init(_ configuration: AgentConfiguration) {
        root = "\(configuration.api)/\(configuration.cluster)"
    }

    enum Method { case post, put }

    /// The body of the answer, which is a success.
    ///
    /// - Parameters:
    ///   - path: below the cluster, such as `agents`.
    ///   - bearer: the token that is shown.
    /// - Throws: `OperationFailure` with what the API says, of code `denied` where it does not
    ///   know the token.
    func send(
        _ method: Method, _ path: String, _ body: some Encodable, bearer: String
    ) async throws -> Data {
        var request = HTTPClientRequest(url: "\(root)/\(path)")
        request.method = method == .post ? .POST : .PUT
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        return try await answer(to: request, bearer)
    }

    /// As above, of a question without a body.
    func read(_ path: String, bearer: String) async throws -> Data {
        try await answer(to: HTTPClientRequest(url: "\(root)/\(path)"), bearer)
    }

    private func answer(to request: HTTPClientRequest, _ bearer: String) async throws -> Data {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(bearer)")
        // An answer that needs an executor comes within half a minute or not at all.
        let response = try await client.execute(request, timeout: .seconds(40))
        let answer = Data((try await response.body.collect(upTo: 1 << 20)).readableBytesView)
        guard response.status.code < 300 else {
            throw OperationFailure(
                code: response.status.code == 401 ? .denied : .unreachable, object: request.url,
                message: "the API answers \(response.status.code): "
                    + String(decoding: answer.prefix(300), as: UTF8.self))
        }
        return answer
    }
}
