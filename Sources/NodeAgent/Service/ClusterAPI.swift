import AgentProtocol
import AsyncHTTPClient
package import FoundationEssentials
import NIOCore

/// The API as the agent calls it: paths are below its cluster.
package struct ClusterAPI: Sendable {
    private let base: String
    private let bearer: String
    private let client = HTTPClient.shared

    /// - Parameter bearer: what the agent shows: its token, or the enrolment token.
    package init(_ configuration: AgentConfiguration, bearer: String) {
        base = "\(configuration.api)/\(configuration.cluster)"
        self.bearer = bearer
    }

    package func get(_ path: String) async throws -> Data {
        try await send("GET", path, nil)
    }

    package func post(_ path: String, _ body: some Encodable) async throws -> Data {
        try await send("POST", path, JSONEncoder().encode(body))
    }

    package func put(_ path: String, _ body: some Encodable) async throws -> Data {
        try await send("PUT", path, JSONEncoder().encode(body))
    }

    private func send(_ method: String, _ path: String, _ body: Data?) async throws -> Data {
        var request = HTTPClientRequest(url: "\(base)/\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(bearer)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await client.execute(request, timeout: .seconds(30))
        let answer = Data((try await response.body.collect(upTo: 1 << 20)).readableBytesView)
        guard response.status.code < 300 else {
            throw OperationFailure(
                code: .unreachable, object: request.url,
                message: "the API answers \(response.status.code): "
                    + String(decoding: answer.prefix(300), as: UTF8.self))
        }
        return answer
    }
}
