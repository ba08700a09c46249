import Foundation
import JobQueue
import Postgres
import Testing

extension APIFixture {
    /// Claims the job that comes, as an executor does, and ends it with this result. On a thread and in
    /// no task: the call that waits for it keeps one of the few threads that run tasks.
    func endNextJob(with result: String?) {
        let conninfo = database.conninfo(as: .executor)
        Thread.detachNewThread {
            do {
                try Self.endNextJob(on: Connection(conninfo: conninfo), with: result)
            } catch {
                Issue.record(error)
            }
        }
    }

    private static func endNextJob(on connection: Connection, with result: String?) throws {
        var jobs: [ClaimedJob] = []
        while jobs.isEmpty {
            jobs = try JobQueue.exchange(
                on: connection, [], for: ClaimOrder(owner: "x", leaseSeconds: 30, limit: 1)
            ).claimed
        }
        try connection.transaction(permitting: .all) {
            try JobQueue($0).finish(jobs[0], .succeeded(result: result))
        }
    }
}
