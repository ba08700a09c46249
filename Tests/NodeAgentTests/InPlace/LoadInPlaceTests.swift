import AgentProtocol
import BackupModel
import Foundation
import NodeAgent
import Testing

@Suite struct `SSTables that are put in place` {
    /// Each way of taking them in, with names of its time.
    static let ways = [
        ("1.2.0", ["k-t-ic-7", "k-t-ic-8"]), ("4.1.6", ["nb-7-big", "nb-3gxy_0abc_1sq8w-big"]),
    ]

    private func fixture(_ way: (String, [String])) throws -> InPlaceFixture {
        let fixture = try InPlaceFixture(version: way.0)
        try fixture.stage(way.1)
        return fixture
    }

    private func contents(_ way: (String, [String])) -> [String] {
        way.1.flatMap { prefix in
            ["Data.db", "Index.db", "TOC.txt"].map { "\(prefix) \($0)" }
        }.sorted()
    }

    private func failure(_ body: () async throws -> Void) async -> OperationFailure? {
        do {
            try await body()
            return nil
        } catch let failure as OperationFailure {
            return failure
        } catch let error as any CassandraFailure {
            return error.failure
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test(arguments: ways)
    func `all files are taken in, once`(way: (String, [String])) async throws {
        let fixture = try fixture(way)
        let sums = LoadedSums(files: [6], outcomes: [.success])
        #expect(try await fixture.load() == sums)
        #expect(try fixture.live() == contents(way))
        #expect(try await fixture.load() == sums)
        #expect(try fixture.live() == contents(way))
        #expect(try fixture.intakes() == 1)
    }

    @Test(arguments: ways)
    func `what is refused is taken out again, and goes in later`(
        way: (String, [String])
    ) async throws {
        let fixture = try fixture(way)
        try fixture.behave("refuse")
        let failure = await failure { _ = try await fixture.load() }
        #expect(failure?.message.contains("is as it was before") == true)
        #expect(try fixture.names() == [])
        try fixture.behave("well")
        _ = try await fixture.load()
        #expect(try fixture.live() == contents(way))
    }

    @Test(arguments: ways)
    func `an exit status of 0 that took nothing is no success`(
        way: (String, [String])
    ) async throws {
        let fixture = try fixture(way)
        try fixture.behave("ignore")
        let failure = await failure { _ = try await fixture.load() }
        #expect(failure?.code == .tool)
        #expect(failure?.message.contains("2 of 2 SSTables of k.t were not taken in") == true)
        #expect(try fixture.names() == [])
    }

    @Test(arguments: ways)
    func `what was taken before the connection broke is not put again`(
        way: (String, [String])
    ) async throws {
        let fixture = try fixture(way)
        try fixture.behave("die")
        let failure = await failure { _ = try await fixture.load() }
        #expect(failure?.code.mayPass == true)
        try fixture.behave("well")
        _ = try await fixture.load()
        #expect(try fixture.live() == contents(way))
    }

    @Test func `they spread over the data directories and lie beside nothing of theirs`()
        async throws
    {
        let fixture = try fixture(Self.ways[0])
        try fixture.scratch.write("data1/k/t/k-t-ic-40-Data.db", Array("live".utf8))
        try fixture.behave("die")
        _ = await failure { _ = try await fixture.load() }
        let folders = try fixture.names().filter { $0.hasSuffix("-Data.db") }.map {
            $0.split(separator: "/")[0]
        }
        #expect(folders.sorted() == ["data1", "data1", "data2"])
    }

    @Test func `files of another host are refused`() async throws {
        let fixture = try fixture(Self.ways[0])
        let other = try HostID("00000000-0000-0000-0000-000000000002")
        let failure = await failure {
            _ = try await LoadInPlace(stagingID: "s", hostID: other, tables: [fixture.table])
                .perform(in: fixture.context, progress: OperationProgress { _ in })
        }
        #expect(failure?.code == .invalid)
        #expect(try fixture.names() == [])
    }

    @Test func `a table without a row takes nothing in`() async throws {
        let fixture = try InPlaceFixture(version: "1.2.0")
        #expect(try await fixture.load() == LoadedSums(files: [0], outcomes: [.success]))
        #expect(try fixture.intakes() == 0)
    }

    @Test(arguments: ways)
    func `forgetting takes out what was put and not taken`(way: (String, [String])) async throws {
        let fixture = try fixture(way)
        try fixture.behave("die")
        _ = await failure { _ = try await fixture.load() }
        try fixture.behave("well")
        let forget = ForgetLoaded(stagingID: "s", tables: [fixture.table])
        _ = try await forget.perform(
            in: fixture.context, progress: OperationProgress { _ in })
        // As a truncate does.
        for name in try fixture.names() {
            try FileManager.default.removeItem(atPath: "\(fixture.scratch.path)/\(name)")
        }
        _ = try await fixture.load()
        #expect(try fixture.live() == contents(way))
    }

    /// Recordings of `nodetool import` of real nodes, and how a load ends with them: where something
    /// is said, what.
    static let imports: [(String, String?)] = [
        ("import", nil),
        ("import-emptydir", "2 of 2 SSTables of k.t were not taken in"),
        ("import-corrupt", "Some directories failed to import"),
        ("import-missing-component", "Some directories failed to import"),
        ("import-wrongtable", "Some directories failed to import"),
        ("import-badtable", "ColumnFamilyStore for app/nosuch not found."),
        ("import-nodir", "Directory /var/tmp/nosuchdir does not exist"),
    ]

    @Test(
        .enabled(if: ReferenceFolder.isThere, Comment(rawValue: ReferenceFolder.absence)),
        arguments: ["4.1", "5.0"], imports.indices)
    func `what real nodes said to an import decides`(version: String, index: Int) async throws {
        let (name, sentence) = Self.imports[index]
        let way = Self.ways[1]
        let fixture = try fixture(way)
        try fixture.replay(
            Recording(path: "\(ReferenceFolder.path)/nodetool-\(version)/\(name).txt"),
            takesAll: sentence == nil)
        let failure = await failure { _ = try await fixture.load() }
        if let sentence {
            #expect(failure?.message.contains(sentence) == true, "\(name)")
            #expect(failure?.message.contains("is as it was before") == true, "\(name)")
            #expect(try fixture.names() == [])
        } else {
            #expect(failure == nil)
            #expect(try fixture.live() == contents(way))
        }
    }

    @Test(arguments: ways)
    func `an abandoned restore's files do not stay beside Cassandra's own`(
        way: (String, [String])
    ) async throws {
        let fixture = try fixture(way)
        try fixture.behave("lose")
        #expect(await failure { _ = try await fixture.load() } != nil)
        #expect(try !fixture.names().isEmpty)
        try fixture.behave("well")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)],
            ofItemAtPath: "\(fixture.context.configuration.staging)/s")
        #expect(try await fixture.context.abandonedStaging(notUsedSince: 2) == ["s"])
        try await fixture.context.clearAbandonedStaging("s")
        #expect(try fixture.names() == [])
    }
}
