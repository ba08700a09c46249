import BackupModel
import JobQueue
import Postgres
import TestDatabase

/// A database with two clusters, and the queue as the API and as an executor see it.
struct QueueFixture {
    let database: TestDatabase
    let api: Connection
    let executor: Connection

    init() throws {
        database = try TestDatabase()
        for cluster in ["a", "b"] { try database.addCluster(cluster) }
        api = try database.connect(as: .api)
        executor = try database.connect(as: .executor)
    }

    /// Puts a job in the queue as the API does; answers its id.
    @discardableResult
    func enqueue(
        _ cluster: String, _ kind: JobKind = .validateDestination, priority: Int = 0,
        delay: Double = 0, requestID: String? = nil, isAwaited: Bool = false
    ) throws -> String {
        try api.transaction(permitting: .only(cluster)) { connection in
            try JobQueue(connection).enqueue(
                NewJob(
                    clusterID: cluster, requestID: requestID, kind: kind,
                    payload: .plain(json: "{}"), priority: priority, delay: delay,
                    isAwaited: isAwaited))
        }
    }

    /// One transaction of an executor.
    func run<Result>(_ body: (JobQueue) throws -> Result) throws -> Result {
        try executor.transaction(permitting: .all) { try body(JobQueue($0)) }
    }

    func claim(
        _ limit: Int = 1, owner: String = "one", leaseSeconds: Double = 30, clusterJobs: Int = 0
    ) throws -> [ClaimedJob] {
        try JobQueue.exchange(
            on: executor, [],
            for: ClaimOrder(
                owner: owner, leaseSeconds: leaseSeconds, limit: limit, clusterJobs: clusterJobs)
        ).claimed
    }

    /// A column of a job, as the superuser sees it.
    func column(_ name: String, of jobID: String) throws -> String? {
        try database.connect().run(
            Statement(name: name, text: "SELECT (\(name))::text FROM helenus.job WHERE id = $1"),
            .text(jobID))[0].optionalText(0)
    }

    /// Changes jobs behind the queue's back.
    func set(_ assignment: String, of jobID: String) throws {
        try database.connect().run(
            Statement(
                name: assignment, text: "UPDATE helenus.job SET \(assignment) WHERE id = $1"),
            .text(jobID))
    }
}
