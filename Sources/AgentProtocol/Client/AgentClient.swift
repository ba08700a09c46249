import BackupModel
import FoundationEssentials

/// One agent, as executors command it.
package struct AgentClient: Sendable {
    private let transport: AgentTransport
    private let baseURL: String
    private let secret: String

    /// - Parameters:
    ///   - baseURL: such as `http://127.0.1.1:8461`.
    ///   - secret: the agent's executor secret; it goes nowhere but into the header.
    package init(transport: AgentTransport, baseURL: String, secret: String) {
        self.transport = transport
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.secret = secret
    }

    /// Starts an operation, or finds the one of this id.
    package func start<Parameters: OperationParameters>(
        _ id: String, _ order: OperationOrder<Parameters>
    ) async throws -> OperationStatus<Parameters.Result> {
        let body = try JSONEncoder().encode(order)
        return try await answer(
            "PUT", "/v1/operations/\(id)", operation: id, body: body, seconds: 30)
    }

    /// How an operation stands, as soon as it has changed or after `wait` seconds.
    package func status<Parameters: OperationParameters>(
        of id: String, _ type: Parameters.Type, since revision: Int64, wait: Int
    ) async throws -> OperationStatus<Parameters.Result> {
        try await answer(
            "GET", "/v1/operations/\(id)?since=\(revision)&wait=\(wait)", operation: id,
            body: nil, seconds: Int64(wait) + 30)
    }

    /// Calls an operation off. One that is not there is called off.
    package func cancel(_ id: String) async throws {
        let url = baseURL + "/v1/operations/\(id)"
        let answer = try await transport.send(
            "DELETE", url, secret: secret, body: nil, seconds: 30)
        switch answer.status {
        case 200..<300, 404: return
        default: throw refusal(url, answer)
        }
    }

    /// The node as its agent sees it now.
    package func node() async throws -> NodeReport {
        try await answer("GET", "/v1/node", operation: "", body: nil, seconds: 30)
    }

    private func answer<Answer: Decodable>(
        _ method: String, _ path: String, operation: String, body: Data?, seconds: Int64
    ) async throws -> Answer {
        let url = baseURL + path
        let answer = try await transport.send(
            method, url, secret: secret, body: body, seconds: seconds)
        switch answer.status {
        case 200..<300:
            do {
                return try JSONDecoder().decode(Answer.self, from: answer.body)
            } catch {
                throw AgentError.unreadable(url: baseURL, reason: "\(error)")
            }
        case 404 where method == "GET" && !operation.isEmpty:
            throw AgentError.unknownOperation(id: operation)
        case 500...599:
            throw AgentError.unreachable(
                url: baseURL, reason: "it answers \(answer.status): \(message(answer.body))")
        default:
            throw refusal(baseURL, answer)
        }
    }

    private func refusal(_ url: String, _ answer: AgentTransport.Answer) -> AgentError {
        .refused(url: url, status: answer.status, message: message(answer.body))
    }

    /// The sentence of an error body; `{"message": …}` or the beginning of whatever it is.
    private func message(_ body: Data) -> String {
        struct Sentence: Decodable { var message: String }
        do {
            return try JSONDecoder().decode(Sentence.self, from: body).message
        } catch {
            return String(decoding: body.prefix(300), as: UTF8.self)
        }
    }
}
