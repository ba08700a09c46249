import BackupModel
import JobQueue
import TestDatabase
import Testing

@Suite struct LeaseTests {
    private let queue: QueueFixture

    init() throws {
        queue = try QueueFixture()
    }

    @Test func `a saved run is there at the next claim`() throws {
        try queue.enqueue("a", .backup)
        let job = try queue.claim()[0]
        try queue.run { try $0.save(runState: #"{"stage": "upload"}"#, of: job) }
        try queue.run { try $0.handBack(job) }
        #expect(try queue.claim()[0].runState == #"{"stage": "upload"}"#)
    }

    @Test func `an executor that lost its lease can change nothing any more`() throws {
        let id = try queue.enqueue("a", .backup)
        let stale = try queue.claim(owner: "one")[0]
        try queue.set("lease_expires_at = now() - interval '1 s'", of: id)
        #expect(try queue.run { try $0.rescue() } == 1)
        let fresh = try queue.claim(owner: "two")[0]
        #expect(fresh.epoch == stale.epoch + 1)

        let lost = LeaseLost(jobID: id, epoch: stale.epoch)
        #expect(throws: lost) { try queue.run { try $0.save(runState: "{}", of: stale) } }
        #expect(throws: lost) { try queue.run { try $0.finish(stale, .cancelled) } }
        #expect(throws: lost) { try queue.run { try $0.retry(stale, after: 1, error: "x") } }
        #expect(throws: lost) { try queue.run { try $0.handBack(stale) } }
        let renewed = try queue.run {
            try $0.heartbeat(owner: "one", leaseSeconds: 30, held: [id: stale.epoch])
        }
        #expect(renewed.isEmpty)
        #expect(try queue.column("lease_owner", of: id) == "two")
        try queue.run { try $0.finish(fresh, .succeeded(result: nil)) }
    }

    @Test func `jobs that end together each need their own lease, and keep their own outcome`()
        throws
    {
        let ids = try ["a", "b", "a", "b"].map { try queue.enqueue($0) }
        var jobs: [ClaimedJob] = []
        for _ in ids { jobs += try queue.claim() }
        jobs = ids.compactMap { id in jobs.first { $0.id == id } }
        try queue.set("lease_expires_at = now() - interval '1 s'", of: ids[1])
        #expect(try queue.run { try $0.rescue() } == 1)
        let fresh = try queue.claim(owner: "two")[0]
        let next = try queue.enqueue("a")
        let (ended, claimed) = try JobQueue.exchange(
            on: queue.executor,
            [
                (jobs[0], .succeeded(result: #"{"text": "a, \"b\""}"#)), (jobs[1], .cancelled),
                (jobs[2], .failed(error: "NULL")), (jobs[3], .cancelled),
            ], for: ClaimOrder(owner: "one", leaseSeconds: 30, limit: 4))
        #expect(claimed.map(\.id) == [next])
        #expect(ended == [ids[0]: 1, ids[2]: 1, ids[3]: 1])
        let endings = try queue.run { queue in
            try jobs.map { try queue.ending(clusterID: $0.clusterID, jobID: $0.id) }
        }
        #expect(
            endings == [
                .succeeded(result: #"{"text": "a, \"b\""}"#), nil, .failed(error: "NULL"),
                .cancelled,
            ])
        try queue.run { try $0.finish(fresh, .succeeded(result: nil)) }
    }

    @Test func `a heartbeat renews many leases and tells what was called off and what was lost`()
        throws
    {
        let request = "11111111-2222-3333-4444-555555555555"
        let kept = try queue.enqueue("a")
        let called = try queue.enqueue("a", requestID: request)
        let lost = try queue.enqueue("b")
        let jobs = try queue.claim(10, leaseSeconds: 5)
        #expect(jobs.count == 3)
        let cancelled = try queue.api.transaction(permitting: .only("a")) {
            try JobQueue($0).cancel(clusterID: "a", requestID: request)
        }
        #expect(cancelled == 1)
        let lostJob = try #require(jobs.first { $0.id == lost })
        try queue.run { try $0.finish(lostJob, .failed(error: "x")) }
        let held = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, $0.epoch) })
        let answer = try queue.run {
            try $0.heartbeat(owner: "one", leaseSeconds: 600, held: held)
        }
        #expect(answer == [kept: false, called: true])
        let left = try queue.column("lease_expires_at > now() + interval '9 minutes'", of: kept)
        #expect(left == "true")
    }

    @Test func `only lapsed leases are rescued`() throws {
        let held = try queue.enqueue("a")
        let lapsed = try queue.enqueue("b")
        #expect(try queue.claim(2).count == 2)
        try queue.set("lease_expires_at = now() - interval '1 s'", of: lapsed)
        #expect(try queue.run { try $0.rescue() } == 1)
        #expect(try queue.column("state", of: held) == "running")
        #expect(try queue.column("state", of: lapsed) == "available")
        #expect(try queue.column("attempt", of: lapsed) == "0")
    }

    @Test func `a job that waits for its retry is claimed at once when it is called off`() throws {
        let request = "11111111-2222-3333-4444-555555555555"
        let id = try queue.enqueue("a", .restore, requestID: request)
        let job = try queue.claim()[0]
        try queue.run { try $0.retry(job, after: 3600, error: "x") }
        _ = try queue.api.transaction(permitting: .only("a")) {
            try JobQueue($0).cancel(clusterID: "a", requestID: request)
        }
        let again = try queue.claim()
        #expect(again.map(\.id) == [id])
        #expect(again.first?.cancelRequested == true)
    }

    @Test func `a job that waits its turn can be called off while another holds the key`() throws {
        let request = "11111111-2222-3333-4444-555555555555"
        try queue.enqueue("a", .restore)
        let holder = try queue.claim()[0]
        let id = try queue.enqueue("a", .backup, requestID: request)
        _ = try queue.api.transaction(permitting: .only("a")) {
            try JobQueue($0).cancel(clusterID: "a", requestID: request)
        }
        let called = try queue.claim(10)
        #expect(called.map(\.id) == [id])
        #expect(called.first?.cancelRequested == true)
        try queue.run { try $0.finish(called[0], .cancelled) }
        #expect(try queue.column("key_held", of: holder.id) == "true")
        #expect(try queue.column("state", of: id) == "cancelled")
    }

    @Test func `the secrets of a payload go when the job ends`() throws {
        let secret: [UInt8] = [1, 2, 3]
        let id = try queue.api.transaction(permitting: .only("a")) {
            try JobQueue($0).enqueue(
                NewJob(
                    clusterID: "a", requestID: nil, kind: .validateDestination,
                    payload: .sealed(secret)))
        }
        let job = try queue.claim()[0]
        guard case .sealed(secret) = job.payload else {
            Issue.record("the payload came back as \(job.payload)")
            return
        }
        try queue.run { try $0.finish(job, .failed(error: "x")) }
        #expect(try queue.column("sealed_payload", of: id) == "\\x")
    }

    @Test func `old jobs are pruned, live ones never`() throws {
        let ended = try queue.enqueue("a")
        let job = try queue.claim()[0]
        try queue.run { try $0.finish(job, .succeeded(result: nil)) }
        let live = try queue.enqueue("a")
        for id in [ended, live] {
            try queue.set("created_at = now() - interval '90 days'", of: id)
        }
        #expect(try queue.run { try $0.prune() } == 0)
        try queue.set("finished_at = now() - interval '31 days'", of: ended)
        #expect(try queue.run { try $0.prune() } == 1)
        #expect(try queue.column("state", of: live) == "available")
    }
}
