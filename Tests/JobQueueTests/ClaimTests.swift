import BackupModel
import JobQueue
import Postgres
import TestDatabase
import Testing

@Suite struct ClaimTests {
    private let queue: QueueFixture

    init() throws {
        queue = try QueueFixture()
    }

    @Test func `a job is claimed once, with all it needs`() throws {
        let request = "11111111-2222-3333-4444-555555555555"
        let id = try queue.enqueue("a", requestID: request)
        let job = try #require(try queue.claim(10).first)
        #expect(job.id == id)
        #expect(job.clusterID == "a")
        #expect(job.requestID == request)
        #expect(job.kind == .validateDestination)
        #expect(job.epoch == 1)
        #expect(job.attempt == 0)
        #expect(job.runState == nil)
        #expect(!job.cancelRequested)
        #expect(try queue.claim(10).isEmpty)
    }

    @Test func `a job of a transaction that rolled back is not there`() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try queue.api.transaction(permitting: .only("a")) { connection in
                _ = try JobQueue(connection).enqueue(
                    NewJob(
                        clusterID: "a", requestID: nil, kind: .backup,
                        payload: .plain(json: "{}")))
                throw Stop()
            }
        }
        #expect(try queue.claim(10).isEmpty)
    }

    @Test func `the API cannot enqueue for a cluster it is not permitted`() throws {
        let error = #expect(throws: PostgresError.self) {
            try queue.api.transaction(permitting: .only("b")) { connection in
                _ = try JobQueue(connection).enqueue(
                    NewJob(
                        clusterID: "a", requestID: nil, kind: .backup,
                        payload: .plain(json: "{}")))
            }
        }
        #expect(error?.sqlstate == "42501")
    }

    @Test func `higher priority goes first, then the older job`() throws {
        let old = try queue.enqueue("a")
        let new = try queue.enqueue("a")
        let urgent = try queue.enqueue("a", priority: 5)
        #expect(try (0..<3).map { _ in try queue.claim()[0].id } == [urgent, old, new])
    }

    @Test func `a cluster with a thousand jobs does not keep another one waiting`() throws {
        for _ in 0..<1000 { try queue.enqueue("a") }
        let late = try queue.enqueue("b")
        let first = try queue.claim(4)
        #expect(first.count == 4)
        #expect(first.contains { $0.id == late })
    }

    @Test func `the cluster with fewer running jobs goes first`() throws {
        for _ in 0..<3 { try queue.enqueue("a") }
        #expect(try queue.claim(3).count == 3)
        try queue.enqueue("a")
        let other = try queue.enqueue("b")
        #expect(try queue.claim().map(\.id) == [other])
    }

    /// A job of a made-up queue, and how a claim must rank it.
    private struct Rank: Comparable {
        var id: String
        var cluster: String
        var priority: Int
        var time: Int
        var turn = 0

        static func < (one: Rank, other: Rank) -> Bool {
            (-one.priority, one.turn, one.time) < (-other.priority, other.turn, other.time)
        }
    }

    @Test(arguments: 1...8)
    func `what is claimed is first by priority, then by its cluster's turn, then by its time`(
        seed: UInt64
    ) throws {
        var random = LinearGenerator(state: seed)
        let clusters = ["a", "b", "c", "d", "e", "f", "g"]
        for cluster in clusters.dropFirst(2) { try queue.database.addCluster(cluster) }
        let priorities = 0..<Int.random(in: 1...3, using: &random)
        let used = clusters.prefix(Int.random(in: 1...clusters.count, using: &random))
        var left: [Rank] = []
        for time in 0..<60 {
            let cluster = used.randomElement(using: &random) ?? "a"
            let priority = priorities.randomElement(using: &random) ?? 0
            let id = try queue.enqueue(cluster, .verifyBackup, priority: priority)
            try queue.set("run_at = now() - interval '1 hour' + interval '\(time) s'", of: id)
            left.append(Rank(id: id, cluster: cluster, priority: priority, time: time))
        }
        var running: [String: Int] = [:]
        let places = [0, 5].randomElement(using: &random) ?? 0
        while !left.isEmpty {
            let limit = Int.random(in: 1...9, using: &random)
            var turns: [String: Int] = [:]
            var taken: [String: Int] = [:]
            let ranked = left.sorted().compactMap { job -> Rank? in
                var job = job
                let others = running[job.cluster, default: 0]
                taken[job.cluster, default: 0] += 1
                guard places == 0 || taken[job.cluster, default: 0] + others <= places else {
                    return nil
                }
                turns["\(job.cluster) \(job.priority)", default: 0] += 1
                job.turn = turns["\(job.cluster) \(job.priority)", default: 0] + others
                return job
            }
            let claimed = Set(try queue.claim(limit, clusterJobs: places).map(\.id))
            // It may leave places for the next claim, but passes nobody over.
            #expect(claimed == Set(ranked.sorted().prefix(claimed.count).map(\.id)))
            #expect(claimed.count <= limit && claimed.isEmpty == ranked.isEmpty)
            for job in left where claimed.contains(job.id) { running[job.cluster, default: 0] += 1 }
            left.removeAll { claimed.contains($0.id) }
            if claimed.isEmpty { break }
        }
    }

    @Test func `a claim finds its jobs among many that are delayed or ended`() throws {
        // The server's statistics are of the time when nothing ran and nothing waited.
        try queue.database.connect().runScript(
            """
            INSERT INTO helenus.job (cluster_id, kind, payload, state, finished_at)
            SELECT 'a', 'retry_sync', '{}', 'succeeded', now() FROM generate_series(1, 20000);
            ANALYZE helenus.job;
            INSERT INTO helenus.job (cluster_id, kind, payload, run_at)
            SELECT 'a', 'retry_sync', '{}', now() + interval '1 hour' FROM generate_series(1, 1000);
            """)
        let ids = try ["a", "b"].map { try queue.enqueue($0) }
        let before = try reads()
        let jobs = try queue.claim(10)
        #expect(Set(jobs.map(\.id)) == Set(ids))
        for job in jobs { try queue.run { try $0.finish(job, .succeeded(result: nil)) } }
        #expect(try reads() - before < 2_000)
    }

    /// Rows of jobs that were read so far.
    private func reads() throws -> Int64 {
        // What a session has done is counted when it is idle for a while, or is told to.
        try queue.executor.runScript("SELECT pg_stat_force_next_flush()")
        return try queue.database.connect().run(
            Statement(
                name: "reads",
                text: """
                    SELECT COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0)
                    FROM pg_stat_user_tables WHERE relname = 'job'
                    """))[0].number(0)
    }

    @Test func `a cluster runs no more jobs at once than its limit, and others go on`() throws {
        for _ in 0..<100 { try queue.enqueue("a", .verifyBackup) }
        #expect(try queue.claim(10, clusterJobs: 3).count == 3)
        #expect(try queue.claim(10, clusterJobs: 3).isEmpty)
        let other = try queue.enqueue("b", .verifyBackup)
        #expect(try queue.claim(10, clusterJobs: 3).map(\.id) == [other])
        #expect(try queue.claim(10, clusterJobs: 5).count == 2)
    }

    @Test func `what needs no place is not hidden behind what waits for one`() throws {
        for _ in 0..<100 { try queue.enqueue("a", .verifyBackup) }
        #expect(try queue.claim(10, clusterJobs: 2).count == 2)
        let backup = try queue.enqueue("a", .backup)
        let awaited = try queue.enqueue("a", isAwaited: true)
        let request = "11111111-2222-3333-4444-555555555555"
        let called = try queue.enqueue("a", .verifyBackup, requestID: request)
        _ = try queue.api.transaction(permitting: .only("a")) {
            try JobQueue($0).cancel(clusterID: "a", requestID: request)
        }
        #expect(
            Set(
                try queue.claim(1, clusterJobs: 2).map(\.id)
                    + queue.claim(10, clusterJobs: 2).map(\.id)) == [backup, awaited, called])
    }

    @Test func `a cluster's own limit goes before that of the executors`() throws {
        try queue.database.connect().runScript(
            """
            INSERT INTO helenus.cluster_limit (cluster_id, running_jobs) VALUES ('a', 1), ('b', 0)
            """)
        for _ in 0..<5 {
            try queue.enqueue("a", .verifyBackup)
            try queue.enqueue("b", .verifyBackup)
        }
        let claimed = try queue.claim(10, clusterJobs: 3).map(\.clusterID)
        #expect(claimed.count { $0 == "a" } == 1 && claimed.count { $0 == "b" } == 5)
    }

    @Test func `a job is not claimed before its time`() throws {
        let id = try queue.enqueue("a", delay: 3600)
        #expect(try queue.claim().isEmpty)
        try queue.set("run_at = now()", of: id)
        #expect(try queue.claim().map(\.id) == [id])
    }

    @Test func `of the jobs with one key one runs at a time, in order, other clusters beside it`()
        throws
    {
        let first = try queue.enqueue("a", .backup)
        let second = try queue.enqueue("a", .restore)
        let elsewhere = try queue.enqueue("b", .backup)
        let free = try queue.enqueue("a")
        let running = try queue.claim(10)
        #expect(Set(running.map(\.id)) == [first, elsewhere, free])
        #expect(try queue.claim(10).isEmpty)
        let job = try #require(running.first { $0.id == first })
        try queue.run { try $0.finish(job, .succeeded(result: nil)) }
        #expect(try queue.claim(10).map(\.id) == [second])
    }

    @Test func `a key is held through retries, hand-backs and lapsed leases`() throws {
        let first = try queue.enqueue("a", .restore)
        try queue.enqueue("a", .backup)
        let once = try queue.claim(10)[0]
        try queue.run { try $0.retry(once, after: 3600, error: "agent gone") }
        #expect(try queue.claim(10).isEmpty)
        try queue.set("run_at = now()", of: first)

        let twice = try queue.claim(10)
        #expect(twice.map(\.id) == [first])
        #expect(twice[0].attempt == 1)
        try queue.run { try $0.handBack(twice[0]) }

        let thrice = try queue.claim(10)
        #expect(thrice.map(\.id) == [first])
        #expect(thrice[0].attempt == 1)
        try queue.set("lease_expires_at = now() - interval '1 s'", of: first)
        #expect(try queue.run { try $0.rescue() } == 1)

        let again = try queue.claim(10)
        #expect(again.map(\.id) == [first])
        #expect(again[0].epoch == 4)
        #expect(again[0].crashes == 1)
    }

    @Test func `a job of a kind that this program does not know is left alone`() throws {
        let strange = try queue.enqueue("a")
        try queue.set("kind = 'of the future'", of: strange)
        let known = try queue.enqueue("a")
        #expect(try queue.claim(10).map(\.id) == [known])
        #expect(try queue.column("state", of: strange) == "available")
    }

    @Test func `many executors at once claim every job exactly once and never two of a key`()
        async throws
    {
        for index in 0..<200 { try queue.enqueue(index % 2 == 0 ? "a" : "b") }
        for index in 0..<20 { try queue.enqueue(index % 2 == 0 ? "a" : "b", .backup) }
        let pool = ConnectionPool(conninfo: queue.database.conninfo(as: .executor), size: 8)
        let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
            for worker in 0..<8 {
                group.addTask { try await Self.work(pool, owner: "executor \(worker)") }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        // A worker may find nothing while others hold the keys; the rest is claimed here.
        let rest = try await Self.work(pool, owner: "last")
        #expect(claimed.count + rest.count == 220)
        #expect(Set(claimed + rest).count == 220)
    }

    private static func work(_ pool: ConnectionPool, owner: String) async throws -> [String] {
        var done: [String] = []
        while true {
            let jobs: [ClaimedJob]
            do {
                jobs = try await pool.repeating {
                    try JobQueue.exchange(
                        on: $0, [], for: ClaimOrder(owner: owner, leaseSeconds: 30, limit: 5)
                    ).claimed
                }
            } catch let error as PostgresError where error.isUniqueViolation {
                continue
            }
            if jobs.isEmpty { return done }
            let keyed = jobs.filter { $0.kind == .backup }.map(\.clusterID)
            #expect(Set(keyed).count == keyed.count)
            for job in jobs {
                try await pool.transaction(permitting: .all) {
                    try JobQueue($0).finish(job, .succeeded(result: nil))
                }
                done.append(job.id)
            }
        }
    }
}
