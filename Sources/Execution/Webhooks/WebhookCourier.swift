import Catalog
package import Logging
package import Postgres
package import Sealing
import ServiceLifecycle
import Statements

/// Delivers the messages for webhooks that lie in the database, a few at once, however many executors
/// there are: each attempt is one executor's.
///
/// It has nothing to do with the queue of jobs: a receiver that does not answer takes no job's place.
package actor WebhookCourier: Service {
    /// Messages at once.
    private static let places = 16
    /// Messages of one cluster at once, by all executors.
    private static let clusterPlaces = 4
    /// Seconds beyond the time limit after which another executor may try a message.
    private static let spareTime: Double = 5
    private static let longestReason = 500

    private let pool: ConnectionPool
    private let sealer: Sealer
    private let sender: any WebhookSender
    private let pauses: WebhookPauses
    private let timeLimit: Double
    private let logger: Logger
    /// By the attempt's id.
    private var underway: [String: Task<Void, Never>] = [:]

    /// - Parameter timeLimit: seconds after which the sender has an answer or has given up.
    package init(
        pool: ConnectionPool, sealer: Sealer, sender: any WebhookSender, pauses: WebhookPauses,
        timeLimit: Double, logger: Logger
    ) {
        self.pool = pool
        self.sealer = sealer
        self.sender = sender
        self.pauses = pauses
        self.timeLimit = timeLimit
        self.logger = logger
    }

    /// Looks once a second. Told to stop, it waits for the answers that are still to come.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                await self.pause(1)
            }
        }
        await finish()
    }

    /// Begins to deliver what is due, as far as there is room.
    package func look() async {
        let room = Self.places - underway.count
        guard room > 0 else { return }
        let lease = timeLimit + Self.spareTime
        do {
            let messages = try await pool.transaction(permitting: .all) { connection in
                try connection.run(
                    WebhookStatement.claim, .number(lease), .number(room),
                    .number(Self.clusterPlaces)
                ).map { try WebhookMessage($0) }
            }
            for message in messages {
                underway[message.attemptID] = Task { await deliver(message) }
            }
        } catch {
            logger.error("cannot look for what webhooks are to be told: \(error)")
        }
    }

    /// Waits for the end of all attempts that have begun.
    package func finish() async {
        for task in underway.values { await task.value }
    }

    private func deliver(_ message: WebhookMessage) async {
        defer { underway[message.attemptID] = nil }
        var log = logger
        log[metadataKey: "cluster"] = "\(message.clusterID)"
        log[metadataKey: "webhook"] = "\(message.webhookID)"
        log[metadataKey: "message"] = "\(message.id)"
        var answer: WebhookAnswer?
        var reason: String?
        do {
            answer = try await sender.send(try message.post(sealer))
        } catch {
            reason = "\(error)"
        }
        let verdict = WebhookVerdict(
            answer, attempt: message.attempt, isTest: message.isTest, pauses: pauses)
        if let answer, verdict != .delivered {
            reason = "The receiver answered with status \(answer.status)."
        }
        do {
            try await note(verdict, of: message, answer, reason)
        } catch {
            // It is tried again, by whoever looks after the lease's end.
            log.error("cannot note what came of a message: \(error)")
        }
        tell(verdict, of: message, reason ?? "", log)
    }

    private func note(
        _ verdict: WebhookVerdict, of message: WebhookMessage, _ answer: WebhookAnswer?,
        _ reason: String?
    ) async throws {
        let (status, pause): (String, Double) =
            switch verdict {
            case .delivered: ("delivered", 0)
            case .retry(let pause): ("pending", pause)
            case .failed, .gone: ("failed", 0)
            }
        let reason = reason.map { String($0.prefix(Self.longestReason)) }
        try await pool.transaction(permitting: .only(message.clusterID)) { connection in
            try connection.run(
                WebhookStatement.noteAttempt, .text(message.clusterID), .text(message.id),
                .number(message.attempt), .text(status), .number(answer?.status), .text(reason),
                .number(pause))
            guard verdict == .gone else { return }
            let why = "The receiver answered with status 410: it wants to hear nothing any more."
            for statement in [WebhookStatement.disable, .giveUp] {
                try connection.run(
                    statement, .text(message.clusterID), .text(message.webhookID), .text(why))
            }
        }
    }

    private func tell(
        _ verdict: WebhookVerdict, of message: WebhookMessage, _ reason: String, _ log: Logger
    ) {
        switch verdict {
        case .delivered: log.info("told a webhook: \(message.type)")
        case .retry(let pause):
            log.warning(
                "could not tell a webhook: \(reason)",
                metadata: ["attempt": "\(message.attempt)", "next": "in \(pause) s"])
        case .failed:
            log.error("gave up telling a webhook: \(reason)", metadata: ["type": "\(message.type)"])
        case .gone: log.warning("a webhook is switched off: its receiver says that it is gone")
        }
    }

    /// Waits, unless this is told to stop.
    private func pause(_ seconds: Double) async {
        do {
            try await Task.sleep(for: .seconds(seconds))
        } catch {
            return
        }
    }
}
