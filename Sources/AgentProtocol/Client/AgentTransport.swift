import AsyncHTTPClient
import FoundationEssentials

/// The connections to agents, shared by all clients of a process.
package final class AgentTransport: Sendable {
    private let http: HTTPClient

    /// No answer is longer: sums for each table, never lists of files.
    private static let bodyLimit = 32 << 20

    package init() {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.redirectConfiguration = .disallow
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections; nothing may be sent after it.
    package func shutdown() async throws {
        try await http.shutdown()
    }

    /// An answer, whatever its status.
    struct Answer {
        var status: Int
        var body: Data
    }

    /// Sends one request.
    ///
    /// - Throws: `AgentError.unreachable`, or `CancellationError`.
    func send(
        _ method: String, _ url: String, secret: String, body: Data?, seconds: Int64
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(secret)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(body))
        }
        do {
            let response = try await http.execute(request, timeout: .seconds(seconds))
            let buffer = try await response.body.collect(upTo: Self.bodyLimit)
            return Answer(
                status: Int(response.status.code), body: Data(buffer.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPClientError where error == .cancelled {
            throw CancellationError()
        } catch {
            throw AgentError.unreachable(url: url, reason: "\(error)")
        }
    }
}
