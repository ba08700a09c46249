import API
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
        api.endNextJob(with: result)
        let answer = try api.ask("GET", "/one/backups/graphs/t/OPSC_ON_SERVER")
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(try api.column("SELECT kind FROM helenus.job") == ["read_graphs"])
    }
}
