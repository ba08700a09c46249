import AsyncHTTPClient
package import BackupModel
import Foundation
import NIOCore
import NIOSSL

/// The agent of one node, as an executor commands it.
package struct AgentClient: Sendable {
    private let secret: String
    private let connect: @Sendable () throws -> AgentConnection

    /// - Parameters:
    ///   - secret: what the agent expects of executors.
    ///   - connect: makes a way to it; called again where one is lost, so that a certificate that
    ///     was renewed meanwhile is the one that counts.
    package init(secret: String, connect: @escaping @Sendable () throws -> AgentConnection) {
        self.secret = secret
        self.connect = connect
    }

    /// Has an operation performed and waits for its end, through restarts of the agent.
    ///
    /// - Parameters:
    ///   - id: the operation's; with the same id it is performed once.
    ///   - requestID: the request on whose behalf this is, and with `trace` the `X-Request-ID` of the
    ///     call that asked for that, for the agent's logs; both may be empty.
    ///   - patience: seconds for which an agent may be away before this gives up.
    ///   - isCalledOff: whether a cancelled task means that the operation is to end as well. A
    ///     process that merely stops leaves it to the next holder of the job.
    ///   - progress: is told how far it has come, whenever that changes.
    /// - Throws: `OperationFailure`; `CancellationError`.
    package func perform<Operation: OperationParameters>(
        _ operation: Operation, id: String, fence: Fence, requestID: String, trace: String = "",
        patience: Double = 120,
        isCalledOff: @Sendable () -> Bool = { true },
        progress: @Sendable ([String: [String: TableProgress]]) async -> Void = { _ in }
    ) async throws -> Operation.Result {
        let order = OperationOrder(
            fence: fence, requestID: requestID, trace: trace.isEmpty ? nil : trace,
            parameters: operation)
        let body = try JSONEncoder().encode(order)
        var connection = try connect()
        var status: OperationStatus<Operation.Result>?
        // Not by the time of day, which may be set meanwhile.
        var awaySince: ContinuousClock.Instant?
        while true {
            do {
                try Task.checkCancellation()
                if let known = status {
                    status = try await send(
                        .GET, "\(id)?since=\(known.revision)&wait=20", over: connection)
                } else {
                    status = try await send(.PUT, id, body: body, over: connection)
                }
                awaySince = nil
            } catch let failure as OperationFailure where failure.code == .unreachable {
                let since = awaySince ?? ContinuousClock.now
                awaySince = since
                guard ContinuousClock.now - since < .seconds(patience) else { throw failure }
                status = nil
                try await Task.sleep(for: .milliseconds(500))
                connection = try connect()
                continue
            } catch is CancellationError {
                if isCalledOff() { await callOff(id, over: connection) }
                throw CancellationError()
            }
            guard let now = status else { continue }
            await progress(now.progress)
            switch now.state {
            case .running: continue
            case .succeeded:
                if let result = now.result { return result }
                throw OperationFailure(
                    code: .internalError, object: id, message: "The agent answered no result.")
            case .cancelled: throw CancellationError()
            case .failed:
                let failure =
                    now.failure
                    ?? OperationFailure(
                        code: .internalError, object: id, message: "The agent gave no reason.")
                guard failure.code == .interrupted else { throw failure }
                status = nil
            }
        }
    }

    /// Calls an operation off even though this task is cancelled itself.
    private func callOff(_ id: String, over connection: AgentConnection) async {
        let cancelled = Task.detached {
            let _: OperationStatus<NoResult> = try await send(.DELETE, id, over: connection)
        }
        // An agent that cannot be reached is fenced off by the next epoch.
        _ = await cancelled.result
    }

    /// The node as its agent finds it now, which takes seconds.
    ///
    /// - Throws: `OperationFailure`; `CancellationError`.
    package func node() async throws -> NodeReport {
        try await call(.GET, "node", timeout: .seconds(20), over: connect())
    }

    private enum Method: String { case GET, PUT, DELETE }

    private func send<Result: Codable & Sendable>(
        _ method: Method, _ path: String, body: Data? = nil, over connection: AgentConnection
    ) async throws -> OperationStatus<Result> {
        try await call(method, "operations/\(path)", body: body, over: connection)
    }

    private func call<Answer: Decodable>(
        _ method: Method, _ path: String, body: Data? = nil, timeout: TimeAmount = .seconds(60),
        over connection: AgentConnection
    ) async throws -> Answer {
        let address = "\(connection.address)"
        var request = HTTPClientRequest(url: "\(connection.baseURL)/v1/\(path)")
        request.method = .RAW(value: method.rawValue)
        request.headers.add(name: "Authorization", value: "Bearer \(secret)")
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let answer: (code: UInt, body: Data)
        do {
            let response = try await connection.http.execute(request, timeout: timeout)
            let buffer = try await response.body.collect(upTo: 64 << 20)
            answer = (response.status.code, Data(buffer.readableBytesView))
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw Self.failure(error, address)
        }
        guard answer.code == 200 else {
            let text = String(decoding: answer.body.prefix(500), as: UTF8.self)
            throw OperationFailure(
                code: answer.code >= 500 ? .unreachable : .invalid, object: address,
                message: "The agent at \(address) answers \(answer.code): \(text)")
        }
        return try JSONDecoder().decode(Answer.self, from: answer.body)
    }

    /// Somebody else at the agent's address does not go away by waiting.
    private static func failure(_ error: any Error, _ address: String) -> OperationFailure {
        let isStranger =
            error is NIOSSLExtraError || "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
        guard isStranger else {
            return OperationFailure(
                code: .unreachable, object: address,
                message: "The agent at \(address) does not answer: \(error)")
        }
        return OperationFailure(
            code: .denied, object: address,
            message: "Whoever answers at \(address) has no certificate of this node's agent.")
    }
}
