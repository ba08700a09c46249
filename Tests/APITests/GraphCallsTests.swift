import API
import BackupModel
import Foundation
import JobQueue
import Postgres
import Statements
import Testing

/// `backups/graphs`, as far as it needs no agent, and with an executor that answers.
@Suite struct GraphCallsTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture(waitSeconds: 20)
        try api.addBackup()
    }

    @Test(arguments: [
        ("t/d", 404, "NoSuchBackup"), ("u/OPSC_ON_SERVER", 404, "NoSuchBackup"),
        ("t/x", 404, "NoSuchDestination"), ("-/OPSC_ON_SERVER", 400, "backup tag"),
    ])
    func `a copy that is not there is refused before anybody is asked`(
        path: String, status: Int, words: String
    ) throws {
        let answer = try api.ask("GET", "/one/backups/graphs/\(path)")
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(try api.column("SELECT kind FROM helenus.job").isEmpty)
    }

    @Test(arguments: [
        (#"{"graphs": {"g": ["g_system", "g"]}}"#, 200, #"{"g":["g_system","g"]}"#),
        (#"{"graphs": {}}"#, 200, "{}"), ("{}", 504, "AgentTimeout"),
    ])
    func `what the executor answers is answered`(
        result: String, status: Int, words: String
    ) throws {
        let conninfo = api.database.conninfo(as: .executor)
        // No task: the call below keeps one of the few threads that run tasks.
        Thread.detachNewThread {
            do {
                try Self.finishOne(Connection(conninfo: conninfo), with: result)
            } catch {
                Issue.record(error)
            }
        }
        let answer = try api.ask("GET", "/one/backups/graphs/t/OPSC_ON_SERVER")
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(try api.column("SELECT kind FROM helenus.job") == ["read_graphs"])
    }

    /// Claims the job that comes, as an executor does, and ends it.
    private static func finishOne(_ connection: Connection, with result: String) throws {
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
