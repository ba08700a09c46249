import AgentProtocol
import BackupModel
import Destinations
import Foundation
import NodeAgent
import Testing

@Suite struct ReadDestinationTests {
    private let repository: RepositoryFixture
    private let files: RepositoryFixture.Files = ["nb-1-big-Data.db": "one"]

    init() throws { repository = try RepositoryFixture() }

    private func list(after: BackupPart? = nil, limit: Int = 100) async throws -> [BackupPart] {
        try await ListBackups(
            destination: repository.description, after: after, limit: limit
        ).perform(in: repository.context, progress: OperationProgress { _ in }).parts
    }

    private func describe(_ parts: [BackupPart]) async throws -> [FoundPart] {
        try await DescribeBackups(destination: repository.description, parts: parts)
            .perform(in: repository.context, progress: OperationProgress { _ in }).found
    }

    private func put(_ content: String, as name: String) async throws {
        try await repository.target.replace(BytesSource(Array(content.utf8)), as: name)
    }

    @Test func `what has a manifest is listed, and nothing else`() async throws {
        try await repository.backUp("b", files)
        try await repository.backUpAsOpsCenter("a", ["mc-1-big-Data.db": "x"])
        try await put("{}", as: "\(repository.layout.root)/begun/k/schema.json")
        try await put("{}", as: "snapshots/no-host/t/backup.json")
        try await put("{}", as: "commitlogs/x")
        #expect(try await list().map(\.tag.text) == ["a", "b"])
    }

    @Test func `an empty destination has nothing to list, and a missing one cannot be listed`()
        async throws
    {
        let missing = await #expect(throws: OperationFailure.self) { _ = try await list() }
        #expect(missing?.code == .notFound)
        try await put("{}", as: "x")
        #expect(try await list().isEmpty)
    }

    @Test func `pages follow each other without gap or overlap`() async throws {
        let hosts = try (1...3).map { try HostID("00000000-0000-0000-0000-00000000000\($0)") }
        var expected: [String] = []
        for host in hosts {
            for number in 10..<17 {
                let tag = try BackupTag("t\(number)")
                try await put(
                    #"{"sstables": []}"#, as: RepositoryLayout(hostID: host).manifest(tag))
                expected.append("\(host)/\(tag)")
            }
        }
        var found: [String] = []
        var after: BackupPart?
        repeat {
            let page = try await list(after: after, limit: 4)
            #expect(page.count <= 4)
            found += page.map { "\($0.hostID)/\($0.tag)" }
            after = page.count == 4 ? page.last : nil
        } while after != nil
        #expect(found == expected)
    }

    @Test func `our manifest tells all that the catalog needs`() async throws {
        try await repository.backUp("t", files)
        let found = try #require(try await describe(list()).first)
        #expect(found.writer == .helenus && found.problem == nil)
        #expect(found.cluster == "c" && found.clusterName == "C" && found.node == "127.0.0.1")
        #expect(found.time == 5 && found.hostCount == 1 && found.absentCount == 0)
        #expect(found.tables.map(\.name.description) == ["k.t"])
        #expect(found.selection == ["k": []])
        #expect(found.tables.map(\.size) == [3] && found.tables.map(\.files) == [1])
    }

    @Test func `OpsCenter's manifest is counted, with sizes from a listing and time from the tag`()
        async throws
    {
        let schedule = "4a269167-96c1-40c7-84b7-b070c6bcd0cd"
        try await repository.backUpAsOpsCenter(
            "opscenter_\(schedule)_2016-05-05-15-35-00-UTC",
            ["mc-1-big-Data.db": "four", "mc-1-big-Index.db": "xx"])
        let found = try #require(try await describe(list()).first)
        #expect(found.writer == .opsCenter && found.problem == nil)
        #expect(found.time == 1_462_462_500 && found.scheduleID == schedule)
        #expect(found.tables.map(\.size) == [6] && found.tables.map(\.files) == [2])
        #expect(found.tables.map(\.outcome) == [.success])
    }

    @Test func `files that OpsCenter's manifest names and that are missing are told`() async throws
    {
        try await repository.backUpAsOpsCenter(
            "t", ["mc-1-big-Data.db": "four", "mc-1-big-Index.db": "xx"])
        let lost = try #require(
            try await repository.objects().first { $0.hasSuffix("Index.db") })
        try await repository.target.delete([lost])
        #expect(try await describe(list())[0].tables.map(\.outcome) == [.error])
    }

    @Test func `a manifest that is cut off behind its header, or lies elsewhere, has a problem`()
        async throws
    {
        try await repository.backUp("t", files)
        let manifest =
            "\(repository.scratch.path)/backups/d/"
            + repository.layout.manifest(try BackupTag("t"))
        let whole = try String(contentsOfFile: manifest, encoding: .utf8)
        try await put(whole, as: repository.layout.manifest(try BackupTag("moved")))
        try await put(
            String(whole.dropLast(5)), as: repository.layout.manifest(try BackupTag("cut")))
        try await put("garbage", as: repository.layout.manifest(try BackupTag("garbage")))
        let problems = Dictionary(
            uniqueKeysWithValues: try await describe(list()).map { ($0.tag.text, $0.problem) })
        #expect(problems["t"] == .some(nil))
        for tag in ["moved", "cut", "garbage"] { #expect(problems[tag]??.isEmpty == false) }
    }
}
