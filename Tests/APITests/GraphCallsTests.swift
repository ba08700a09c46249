import API
import BackupModel
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
    func `what the executor answers is answered`(result: String, status: Int, words: String)
        async throws
    {
        let conninfo = api.database.conninfo(as: .executor)
        async let executor: Void = Task.detached {
            let connection = try Connection(conninfo: conninfo)
            var jobs: [ClaimedJob] = []
            while jobs.isEmpty {
                jobs = try connection.transaction(permitting: .all) {
                    try JobQueue($0).claim(owner: "x", leaseSeconds: 30, limit: 1)
                }
            }
            #expect(jobs[0].kind == .readGraphs)
            try connection.transaction(permitting: .all) {
                try JobQueue($0).finish(jobs[0], .succeeded(result: result))
            }
        }.value
        let answer = try api.ask("GET", "/one/backups/graphs/t/OPSC_ON_SERVER")
        try await executor
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
    }
}
