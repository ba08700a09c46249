import JobQueue
import Postgres

/// How an executor with free places waits for new jobs: on a connection of its own, which listens.
struct JobWatch: Sendable {
    /// One connection.
    private let listener: ConnectionPool
    /// Tells this process from all others.
    private let name: String

    init(listener: ConnectionPool, name: String) {
        self.listener = listener
        self.name = name
    }

    /// Notes that this executor waits, so that new jobs notify. What came before the note was made has
    /// not notified: look once more before `wait`.
    ///
    /// - Returns: milliseconds after which to look again in any case.
    func begin() async throws -> Int32 {
        try await listener.repeating { try begin(on: $0) }
    }

    /// Waits for a notification, for so many milliseconds at most.
    func wait(_ milliseconds: Int32) async throws {
        try await listener.withConnection { connection in
            _ = try connection.notifications(waiting: milliseconds)
        }
    }

    /// Waits for a notification and claims what it was about, in the thread that it wakes.
    ///
    /// - Returns: none where nothing came in time.
    func claim(_ order: ClaimOrder) async throws -> [ClaimedJob] {
        try await listener.repeating { connection in
            let milliseconds = try begin(on: connection)
            let jobs = try claim(order, on: connection)
            guard jobs.isEmpty,
                try !connection.notifications(waiting: milliseconds).isEmpty
            else { return jobs }
            if let job = try JobQueue.claimLone(on: connection, for: order) { return [job] }
            return try claim(order, on: connection)
        }
    }

    private func begin(on connection: Connection) throws -> Int32 {
        let mayWait = try connection.transaction(permitting: .all) { connection in
            try JobQueue(connection).listen()
            // The note lapses soon after this looks again by itself: busy, it wants no bell.
            return try JobQueue(connection).beginWaiting(listener: name, seconds: 3)
        }
        return mayWait ? 2_000 : 50
    }

    /// Claims jobs; none where another executor took the same concurrency key in this moment.
    private func claim(_ order: ClaimOrder, on connection: Connection) throws -> [ClaimedJob] {
        do {
            return try JobQueue.exchange(on: connection, [], for: order).claimed
        } catch let error as PostgresError where error.isUniqueViolation {
            return []
        }
    }
}
