import BackupModel
package import Postgres
import Statements

/// The queue as one connection sees it. Every call is part of the caller's transaction.
///
/// What spans clusters (heartbeat, rescue) needs a transaction that permits all of them.
package struct JobQueue {
    private let connection: Connection

    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Puts a job in the queue and wakes an executor if one waits; answers the job's id.
    package func enqueue(_ job: NewJob) throws -> String {
        let (payload, sealed): (Parameter, Parameter) =
            switch job.payload {
            case .plain(let json): (.text(json), .null)
            case .sealed(let bytes): (.null, .bytes(bytes))
            }
        let rows = try connection.run(
            QueueStatement.enqueue, .text(job.clusterID), .text(job.requestID),
            .text(job.kind.rawValue), payload, sealed, .number(job.priority), .number(job.delay),
            .text(job.concurrencyKey), .flag(job.isAwaited))
        try connection.run(QueueStatement.notify)
        return try rows[0].text(0)
    }

    /// Ends jobs and claims others in their places, in one transaction and one message, outside of any
    /// transaction.
    ///
    /// - Returns: the ids and epochs of the jobs that have ended, all but those whose lease is lost; and
    ///   the jobs that were claimed.
    /// - Throws: a unique violation when another process took the same concurrency key in this
    ///   moment; both are then simply done again.
    package static func exchange(
        on connection: Connection, _ endings: [(job: ClaimedJob, ending: JobEnding)],
        for order: ClaimOrder
    ) throws -> (ended: [String: Int64], claimed: [ClaimedJob]) {
        let ends = endings.isEmpty ? [] : [try finishing(endings)]
        let rows = try connection.runAtOnce(
            ends + [try order.statement], permitting: .all)
        return (
            endings.isEmpty ? [:] : try Self.ended(rows[0]),
            try ClaimedJob.read(rows[rows.count - 1])
        )
    }

    /// Claims the job for which an idle executor was woken, in a message of its own, outside of any
    /// transaction: the only one that may be claimed, while no other runs. Answers `nil` in all other
    /// cases, which `exchange` knows to weigh.
    package static func claimLone(
        on connection: Connection, for order: ClaimOrder
    ) throws -> ClaimedJob? {
        let rows = try connection.runAtOnce([try order.loneStatement], permitting: .all)
        return try ClaimedJob.read(rows[0]).first
    }

    /// Renews leases; answers the ids that are still held, with whether each was called off.
    package func heartbeat(owner: String, leaseSeconds: Double, held: [String: Int64]) throws
        -> [String: Bool]
    {
        guard !held.isEmpty else { return [:] }
        let jobs = Array(held)
        let rows = try connection.run(
            QueueStatement.heartbeat, .text(owner), .number(leaseSeconds),
            .array(jobs.map(\.key)), .array(jobs.map { String($0.value) }))
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in (try row.text(0), try row.flag(1)) })
    }

    /// Saves a run before its next stage.
    ///
    /// - Throws: `LeaseLost`.
    package func save(runState: String, of job: ClaimedJob) throws {
        try held(
            job,
            connection.run(
                QueueStatement.saveState, .text(job.id), .number(job.epoch), .text(runState)))
    }

    /// Ends the job and frees its concurrency key.
    ///
    /// - Throws: `LeaseLost`.
    package func finish(_ job: ClaimedJob, _ ending: JobEnding) throws {
        let finishing = try Self.finishing([(job, ending)])
        let rows = try connection.run(finishing.statement, finishing.parameters)
        guard try Self.ended(rows)[job.id] == job.epoch else {
            throw LeaseLost(jobID: job.id, epoch: job.epoch)
        }
    }

    /// The statement that ends jobs and frees their concurrency keys, those whose lease is not lost.
    private static func finishing(
        _ endings: [(job: ClaimedJob, ending: JobEnding)]
    ) throws -> BoundStatement {
        let outcomes: [(state: String, result: String?, error: String?)] = endings.map {
            switch $0.ending {
            case .succeeded(let result): ("succeeded", result, nil)
            case .failed(let error): ("failed", nil, error)
            case .cancelled: ("cancelled", nil, nil)
            }
        }
        return try QueueStatement.finish.bound(
            .array(endings.map(\.job.clusterID)), .array(endings.map(\.job.id)),
            .array(endings.map { String($0.job.epoch) }), .array(outcomes.map(\.state)),
            .array(outcomes.map(\.result)), .array(outcomes.map(\.error)))
    }

    /// The ids and epochs of the jobs that `finishing` has ended.
    private static func ended(_ rows: Rows) throws -> [String: Int64] {
        try Dictionary(
            uniqueKeysWithValues: rows.map { row in (try row.text(0), try row.number(1)) })
    }

    /// Lets the job be tried again after a pause; it keeps its key and its saved run.
    ///
    /// - Throws: `LeaseLost`.
    package func retry(_ job: ClaimedJob, after seconds: Double, error: String) throws {
        try held(
            job,
            connection.run(
                QueueStatement.retry, .text(job.id), .number(job.epoch), .number(seconds),
                .text(error)))
    }

    /// Gives the job back at once, because this process stops.
    ///
    /// - Throws: `LeaseLost`.
    package func handBack(_ job: ClaimedJob) throws {
        try held(
            job, connection.run(QueueStatement.handBack, .text(job.id), .number(job.epoch)))
        try connection.run(QueueStatement.notify)
    }

    /// Puts jobs back whose holder let the lease lapse; answers how many.
    package func rescue() throws -> Int {
        let rescued = try connection.run(QueueStatement.rescue).count
        if rescued > 0 { try connection.run(QueueStatement.notify) }
        return rescued
    }

    /// Asks for the jobs of a request to be called off; answers how many had not ended.
    package func cancel(clusterID: String, requestID: String) throws -> Int {
        let cancelled = try connection.run(
            QueueStatement.cancel, .text(clusterID), .text(requestID)
        ).count
        if cancelled > 0 { try connection.run(QueueStatement.notify) }
        return cancelled
    }

    /// How the job ended; `nil` while it has not.
    package func ending(clusterID: String, jobID: String) throws -> JobEnding? {
        guard
            let row = try connection.run(QueueStatement.result, .text(clusterID), .text(jobID))
                .first
        else { return .failed(error: "The job is gone.") }
        switch try row.text(0) {
        case "succeeded": return .succeeded(result: row.optionalText(1))
        case "failed": return .failed(error: row.optionalText(2) ?? "")
        case "cancelled": return .cancelled
        default: return nil
        }
    }

    /// Notes that this executor waits, so that new jobs notify on the channel `helenus_job`, to
    /// which it listens already. Commit it, then look once more for jobs before waiting: one that
    /// came in between has not notified.
    ///
    /// - Parameter seconds: when it will look by itself, at the latest.
    /// - Returns: whether it may wait that long; if not, a job is just being put in the queue that
    ///   may not notify, and it should look again within a tenth of a second.
    @discardableResult
    package func beginWaiting(listener: String, seconds: Double = 60) throws -> Bool {
        try connection.run(QueueStatement.listenerWait, .text(listener), .number(seconds))[0]
            .flag(0)
    }

    /// Lets this connection hear of new jobs, from the transaction's commit on.
    package func listen() throws {
        try connection.run(QueueStatement.listen)
    }

    /// Takes the note back.
    package func endWaiting(listener: String) throws {
        try connection.run(QueueStatement.listenerLeave, .text(listener))
    }

    /// Removes up to 10,000 jobs that ended so many days ago; answers how many.
    package func prune(olderThanDays days: Int = 30) throws -> Int {
        try connection.run(QueueStatement.prune, .number(days)).affected
    }

    private func held(_ job: ClaimedJob, _ rows: Rows) throws {
        guard rows.affected == 1 else { throw LeaseLost(jobID: job.id, epoch: job.epoch) }
    }
}
