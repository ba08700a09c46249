import BackupModel
import JobQueue
import Postgres
import TestDatabase
import Testing

/// The claim of an executor that was woken for one job.
@Suite struct LoneClaimTests {
    private let queue: QueueFixture
    private let order = ClaimOrder(owner: "one", leaseSeconds: 30, limit: 8, clusterJobs: 1)

    init() throws {
        queue = try QueueFixture()
    }

    @Test func `the only job is claimed once, as every claim does it`() throws {
        let id = try queue.enqueue("a", requestID: "11111111-2222-3333-4444-555555555555")
        let job = try #require(try claim())
        #expect(job.id == id && job.clusterID == "a" && job.kind == .validateDestination)
        #expect(job.requestID == "11111111-2222-3333-4444-555555555555")
        #expect(job.epoch == 1 && job.runState == nil && !job.cancelRequested)
        #expect(
            try queue.column("state || ' ' || lease_owner || ' ' || key_held", of: id)
                == "running one false")
        #expect(try queue.column("lease_expires_at > started_at", of: id) == "true")
        #expect(try claim() == nil)
        try queue.run { try $0.finish(job, .succeeded(result: nil)) }
        #expect(try queue.column("state", of: id) == "succeeded")
    }

    @Test func `of two jobs none is claimed, for one may have to wait`() throws {
        try queue.enqueue("a")
        try queue.enqueue("b")
        #expect(try claim() == nil)
        #expect(try queue.claim(10).count == 2)
    }

    @Test func `while another runs none is claimed, for it may use up a limit`() throws {
        try queue.enqueue("b")
        #expect(try queue.claim().count == 1)
        let id = try queue.enqueue("a")
        #expect(try claim() == nil)
        #expect(try queue.claim().map(\.id) == [id])
    }

    @Test func `a job that needs a key is not claimed, for the key may be held`() throws {
        let id = try queue.enqueue("a", .backup)
        #expect(try claim() == nil)
        #expect(try queue.claim().map(\.id) == [id])
    }

    @Test func `a job for later is neither claimed nor in the way of another`() throws {
        try queue.enqueue("a", delay: 3_600)
        #expect(try claim() == nil)
        let id = try queue.enqueue("a")
        #expect(try claim()?.id == id)
    }

    @Test func `a job of a kind that this program does not know is left to a newer one`() throws {
        let newer = try queue.enqueue("a")
        try queue.set("kind = 'of_tomorrow'", of: newer)
        #expect(try claim() == nil)
        let id = try queue.enqueue("a")
        #expect(try claim()?.id == id)
        #expect(try queue.column("state", of: newer) == "available")
    }

    @Test func `of two executors that are woken at once one has the job`() async throws {
        for _ in 0..<20 {
            let id = try queue.enqueue("a")
            let (conninfo, order) = (queue.database.conninfo(as: .executor), order)
            let claimed = try await withThrowingTaskGroup(of: [ClaimedJob].self) { group in
                for _ in 0..<2 {
                    let pool = ConnectionPool(conninfo: conninfo, size: 1)
                    group.addTask {
                        try await pool.withConnection { connection in
                            try JobQueue.claimLone(on: connection, for: order).map { [$0] } ?? []
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.map(\.id) == [id])
            try queue.run { try $0.finish(claimed[0], .succeeded(result: nil)) }
        }
    }

    private func claim() throws -> ClaimedJob? {
        try JobQueue.claimLone(on: queue.executor, for: order)
    }
}
