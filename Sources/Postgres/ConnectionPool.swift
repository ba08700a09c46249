import Dispatch

/// A few connections for asynchronous code: each call runs on a thread of its own, never on the
/// threads that Swift's tasks share.
///
/// A connection that was lost is replaced at the next call. Calls wait their turn in order.
package actor ConnectionPool {
    private let conninfo: String
    private let settings: SessionSettings
    private var idle: [Seat] = []
    private var waiting: [CheckedContinuation<Seat, Never>] = []

    /// - Parameters:
    ///   - conninfo: see `Connection`.
    ///   - size: how many connections at most; they are made when they are first needed.
    ///   - settings: time limits and the like.
    package init(
        conninfo: String, size: Int, settings: SessionSettings = SessionSettings()
    ) {
        self.conninfo = conninfo
        self.settings = settings
        idle = (0..<size).map { Seat(number: $0) }
    }

    /// Lends a connection to `body`.
    @discardableResult
    package func withConnection<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        let seat = await takeSeat()
        defer { leave(seat) }
        return try await seat.run(conninfo: conninfo, settings: settings, body)
    }

    /// Lends a connection in a transaction; a serialization failure or deadlock is run again.
    @discardableResult
    package func transaction<Result: Sendable>(
        permitting clusters: PermittedClusters,
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await repeating { connection in
            try connection.transaction(permitting: clusters, body)
        }
    }

    /// Lends a connection to `body`, which runs a whole transaction; a serialization failure or
    /// deadlock is run again.
    package func repeating<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        for _ in 0..<4 {
            do {
                return try await withConnection(body)
            } catch let error as PostgresError where error.isWorthRunningAgain {
                continue
            }
        }
        return try await withConnection(body)
    }

    private func takeSeat() async -> Seat {
        if let seat = idle.popLast() { return seat }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func leave(_ seat: Seat) {
        if waiting.isEmpty {
            idle.append(seat)
        } else {
            waiting.removeFirst().resume(returning: seat)
        }
    }
}

/// One connection and the queue on which alone it is touched; hence unchecked.
private final class Seat: @unchecked Sendable {
    private let queue: DispatchQueue
    private var connection: Connection?

    init(number: Int) {
        queue = DispatchQueue(label: "helenus.postgres.\(number)")
    }

    func run<Result: Sendable>(
        conninfo: String, settings: SessionSettings,
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Swift.Result {
                        try self.perform(conninfo: conninfo, settings: settings, body)
                    })
            }
        }
    }

    private func perform<Result>(
        conninfo: String, settings: SessionSettings, _ body: (Connection) throws -> Result
    ) throws -> Result {
        let connection = try connection ?? Connection(conninfo: conninfo, settings: settings)
        self.connection = connection
        defer { if !connection.isUsable { self.connection = nil } }
        return try body(connection)
    }
}
