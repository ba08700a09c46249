import BackupModel
import FoundationEssentials
import JobQueue
package import Logging
package import Postgres
package import Sealing
import ServiceLifecycle

/// Claims jobs, keeps their leases, and does them, many at once.
package actor ExecutorLoop: Service {
    private struct RunningJob {
        var job: ClaimedJob
        var stop: StopReason
        var task: Task<Void, Never>
    }

    /// An end that its job waits to have stored.
    private struct PendingEnd {
        var job: ClaimedJob
        var ending: JobEnding
        var stored: CheckedContinuation<Void, any Error>
    }

    /// Executors that may end under a job before it is given up.
    private static let crashLimit = 5
    /// Seconds that an end waits at most for those of other jobs, to be stored together with them.
    private static let gathering = 0.004

    private let pool: ConnectionPool
    /// One connection of its own for claims, ends and leases, which wait for no job's transaction.
    private let queue: ConnectionPool
    private let watch: JobWatch
    private let sealer: Sealer
    private let identity: ExecutorIdentity
    private let logger: Logger
    private let name: String
    private let slots: Int
    private let clusterJobs: Int
    private let leaseSeconds: Double
    /// By job id; a job that is claimed again takes the place of its older epoch.
    private var running: [String: RunningJob] = [:]
    private var pendingEnds: [PendingEnd] = []
    /// How often ends were stored.
    private var storings = 0
    private var stopping = false
    private var isListening = false
    /// Whether nothing runs and who listens claims, in the thread that a notification wakes.
    private var listenerClaims = false
    /// Tells that there may be something to do; one that nobody has looked at yet is enough.
    private let stirs = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Tells that there is nothing to do.
    private let lulls = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameters:
    ///   - pool: connections for the jobs.
    ///   - queue: a pool of one connection, on which it claims jobs, ends them and renews their leases.
    ///   - listener: a pool of one connection, on which it waits for new jobs.
    ///   - name: tells this process from all others.
    ///   - slots: jobs at once.
    ///   - clusterJobs: jobs of one cluster at once, by all executors; see `JobQueue.claim`.
    ///   - leaseSeconds: after which a job of a dead executor is taken over.
    package init(
        pool: ConnectionPool, queue: ConnectionPool, listener: ConnectionPool, sealer: Sealer,
        identity: ExecutorIdentity, logger: Logger, name: String, slots: Int, clusterJobs: Int,
        leaseSeconds: Double
    ) {
        self.pool = pool
        self.queue = queue
        watch = JobWatch(listener: listener, name: name)
        self.sealer = sealer
        self.identity = identity
        self.logger = logger
        self.name = name
        self.slots = slots
        self.clusterJobs = clusterJobs
        self.leaseSeconds = leaseSeconds
    }

    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepLeases() }
            group.addTask { await self.keepListening() }
            await cancelWhenGracefulShutdown {
                while !Task.isCancelled { await self.takeTurn() }
            }
            await handBackAll()
            group.cancelAll()
        }
    }

    /// Claims what there is for the places that are free or become free, then waits until there may be
    /// something again.
    private func takeTurn() async {
        let places = slots - running.count + pendingEnds.count
        if places > 0, !listenerClaims {
            do {
                if try await claim(places) > 0, running.count < slots { return }
            } catch is CancellationError {
                return
            } catch {
                logger.error("cannot claim: \(error)")
                return await pause(2)
            }
            if running.count < slots, !isListening {
                isListening = true
                listenerClaims = running.isEmpty
                lulls.continuation.yield()
            }
        }
        for await _ in stirs.stream { break }
    }

    /// Stores the ends that jobs wait for and claims others in their places, in one transaction.
    ///
    /// - Returns: how many it claimed, or 1 where it is worth another look at once.
    private func claim(_ places: Int) async throws -> Int {
        let ends = pendingEnds
        pendingEnds = []
        storings += 1
        let endings = ends.map { ($0.job, $0.ending) }
        let order = order(places)
        let stored: [String: Int64]
        let jobs: [ClaimedJob]
        do {
            (stored, jobs) = try await queue.repeating { connection in
                try JobQueue.exchange(on: connection, endings, for: order)
            }
        } catch {
            // Whatever is wrong with one of them or with the claim is not the others' fault.
            for end in ends { await store(end) }
            // Another executor took the same concurrency key in this moment.
            let isTaken = (error as? PostgresError)?.isUniqueViolation ?? false
            guard isTaken || !ends.isEmpty else { throw error }
            return 1
        }
        for end in ends {
            release(end.job)
            if stored[end.job.id] == end.job.epoch {
                end.stored.resume()
            } else {
                end.stored.resume(throwing: LeaseLost(jobID: end.job.id, epoch: end.job.epoch))
            }
        }
        begin(jobs)
        return jobs.count
    }

    private func order(_ places: Int) -> ClaimOrder {
        ClaimOrder(
            owner: name, leaseSeconds: leaseSeconds, limit: places, clusterJobs: clusterJobs)
    }

    private func begin(_ jobs: [ClaimedJob]) {
        for job in jobs {
            running[job.id]?.task.cancel()
            let stop = StopReason(isCalledOff: job.cancelRequested)
            running[job.id] = RunningJob(
                job: job, stop: stop, task: Task { await self.perform(job, stop) })
        }
    }

    /// Ends a job; returns when that is stored, together with what else ends in this moment.
    private func end(_ job: ClaimedJob, _ ending: JobEnding) async throws {
        try await withCheckedThrowingContinuation { stored in
            let end = PendingEnd(job: job, ending: ending, stored: stored)
            if stopping {
                Task { await self.store(end) }
            } else {
                pendingEnds.append(end)
                gather()
            }
        }
    }

    /// Has the ends stored as soon as no job is left that could add its own, or soon in any case.
    private func gather() {
        if pendingEnds.count >= running.count {
            stirs.continuation.yield()
        } else if pendingEnds.count == 1 {
            let storing = storings
            Task {
                await pause(Self.gathering)
                if storing == storings { stirs.continuation.yield() }
            }
        }
    }

    /// Stores one end by itself.
    private func store(_ end: PendingEnd) async {
        let (job, ending) = (end.job, end.ending)
        do {
            try await queue.transaction(permitting: .only(job.clusterID)) { connection in
                try JobQueue(connection).finish(job, ending)
            }
            end.stored.resume()
        } catch {
            end.stored.resume(throwing: error)
        }
    }

    /// Frees the job's place, unless a later claim of it has taken that.
    ///
    /// - Returns: whether it did.
    @discardableResult
    private func release(_ job: ClaimedJob) -> Bool {
        guard running[job.id]?.job.epoch == job.epoch else { return false }
        running[job.id] = nil
        return true
    }

    /// Listens for new jobs whenever there is nothing to do.
    private func keepListening() async {
        for await _ in lulls.stream {
            do {
                if listenerClaims {
                    try await listenAndClaim()
                } else {
                    try await listen()
                }
            } catch is CancellationError {
                return
            } catch {
                logger.error("cannot listen: \(error)")
                await pause(2)
            }
            listenerClaims = false
            isListening = false
            stirs.continuation.yield()
        }
    }

    /// Waits until there may be jobs, while others run.
    private func listen() async throws {
        let milliseconds = try await watch.begin()
        stirs.continuation.yield()
        try await watch.wait(milliseconds)
    }

    /// Waits until there are jobs, and begins them. Meanwhile nothing runs that could need the places.
    private func listenAndClaim() async throws {
        while !stopping {
            let jobs = try await watch.claim(order(slots))
            guard jobs.isEmpty else {
                begin(jobs)
                // Those that came too late for the others to be interrupted.
                if stopping { await interruptAll() }
                return
            }
        }
    }

    private func perform(_ job: ClaimedJob, _ stop: StopReason) async {
        var log = logger
        log[metadataKey: "request"] = "\(job.requestID ?? "")"
        log[metadataKey: "job"] = "\(job.id)"
        if !job.trace.isEmpty { log[metadataKey: "trace"] = "\(job.trace)" }
        log.info("begin \(job.kind.rawValue)", metadata: ["epoch": "\(job.epoch)"])
        let context = JobContext(
            job: job, pool: pool, sealer: sealer, identity: identity, logger: log, stop: stop,
            end: { try await self.end(job, $0) })
        do {
            if job.crashes >= Self.crashLimit {
                try await giveUp(job)
            } else {
                try await JobDispatch().run(context)
            }
            log.info("done \(job.kind.rawValue)")
        } catch let lost as LeaseLost {
            log.warning("\(lost)")
        } catch is CancellationError {
            await putBack(job, log)
        } catch let error as PostgresError where error.isConnectionLost {
            // No fault of the job's: it goes on where it was as soon as the database is back.
            log.warning("the database is away: \(error)")
            await putBack(job, log)
        } catch {
            await fail(job, error, log)
        }
        if release(job) { stirs.continuation.yield() }
    }

    /// Ends a job under which one executor after the other died without its coming on.
    private func giveUp(_ job: ClaimedJob) async throws {
        try await pool.transaction(permitting: .only(job.clusterID)) { connection in
            try Outcomes(connection, clusterID: job.clusterID).abandon(
                job,
                message: "Given up: \(job.crashes) executors, one after the other, ended or "
                    + "stalled while they were at it.")
        }
    }

    /// Gives back a job that was interrupted: because this process stops, because it was called
    /// off, which its next run sees, or because the database was away, for which it waits as long
    /// as the lease may last.
    private func putBack(_ job: ClaimedJob, _ log: Logger) async {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(leaseSeconds)
        while true {
            do {
                try await pool.transaction(permitting: .only(job.clusterID)) { connection in
                    try JobQueue(connection).handBack(job)
                }
                return log.info("handed back")
            } catch let error as PostgresError
                where error.isConnectionLost && !stopping && clock.now < deadline
            {
                await pause(1)
            } catch {
                return log.warning("cannot hand back; its lease will lapse: \(error)")
            }
        }
    }

    private func fail(_ job: ClaimedJob, _ error: any Error, _ log: Logger) async {
        log.error("failed \(job.kind.rawValue): \(error)")
        let mayRetry = job.attempt < job.maxAttempts
        let pause = min(300, pow2(job.attempt))
        let reason = "\(error)"
        do {
            try await pool.transaction(permitting: .only(job.clusterID)) { connection in
                if mayRetry {
                    try JobQueue(connection).retry(job, after: pause, error: reason)
                } else {
                    try Outcomes(connection, clusterID: job.clusterID)
                        .abandon(job, message: reason)
                }
            }
        } catch {
            log.warning("cannot note the failure; the lease will lapse: \(error)")
        }
    }

    private func pow2(_ exponent: Int) -> Double { Double(1 << min(exponent, 10)) }

    /// Renews all leases several times in each period; stops what is lost or called off.
    private func keepLeases() async {
        while !Task.isCancelled {
            await pause(min(2, leaseSeconds / 5))
            let held = running.mapValues { $0.job.epoch }
            let (name, leaseSeconds) = (name, leaseSeconds)
            do {
                let alive = try await queue.transaction(permitting: .all) { connection in
                    // Its own leases first: what it renews it does not take from itself.
                    let queue = JobQueue(connection)
                    let alive = try queue.heartbeat(
                        owner: name, leaseSeconds: leaseSeconds, held: held)
                    _ = try queue.rescue()
                    return alive
                }
                for (id, entry) in running where held[id] == entry.job.epoch {
                    guard let isCalledOff = alive[id] else {
                        entry.task.cancel()
                        continue
                    }
                    if isCalledOff, !entry.stop.isCalledOff {
                        entry.stop.callOff()
                        entry.task.cancel()
                    }
                }
            } catch {
                logger.error("cannot renew leases: \(error)")
            }
        }
    }

    private func interruptAll() async {
        let tasks = running.values.map(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Interrupts everything; each job goes back to the queue with its saved run.
    private func handBackAll() async {
        stopping = true
        let ends = pendingEnds
        pendingEnds = []
        for end in ends { await store(end) }
        await interruptAll()
        let name = name
        do {
            try await pool.transaction(permitting: .all) { connection in
                try JobQueue(connection).endWaiting(listener: name)
            }
        } catch {
            logger.warning("cannot take back the note that this executor waits: \(error)")
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
