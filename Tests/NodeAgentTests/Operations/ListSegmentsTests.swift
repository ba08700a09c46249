import AgentProtocol
import BackupModel
import Destinations
import Foundation
import NodeAgent
import Testing

/// What an agent finds of commitlog segments on a destination.
@Suite struct ListSegmentsTests {
    private let repository: RepositoryFixture
    private let hosts: [HostID]

    init() throws {
        repository = try RepositoryFixture()
        hosts = try (1...3).map { try HostID("00000000-0000-0000-0000-00000000000\($0)") }
    }

    /// Archives a segment as an agent does; it ends a second after it began.
    private func archive(
        _ host: HostID, _ number: Int64, rows: Int = 10, compressing: Bool = false
    ) async throws {
        let name = try CommitLogSegmentName("CommitLog-2-\(number).log")
        let bytes = Array(String(repeating: "a row\n", count: rows).utf8)
        let content = ObjectContent(of: bytes)
        let store = try repository.context.commitLogStore(of: repository.description, host: host)
        _ = try await store.put(
            name, from: repository.scratch.write("staging/\(host)/\(name)", bytes),
            SegmentDocument(
                sequence: number, firstWrite: Double(number), lastWrite: Double(number + 1),
                bytes: content.size, sha256: content.sha256, version: "2",
                cassandraVersion: "1.2.0", hostID: host),
            compressing: compressing)
        try await store.destination.settle()
    }

    private func page(
        of hosts: [HostID], after: ListSegments.Place? = nil, limit: Int = 100
    ) async throws -> ListSegments.Result {
        try await ListSegments(
            destination: repository.description, hosts: hosts, after: after, limit: limit
        ).perform(in: repository.context, progress: OperationProgress { _ in })
    }

    private func put(_ content: String, as name: String) async throws {
        try await repository.target.replace(BytesSource(Array(content.utf8)), as: name)
    }

    @Test func `a segment is told as its agent reported it`() async throws {
        try await archive(hosts[0], 7, rows: 5_000, compressing: true)
        try await archive(hosts[0], 8)
        let found = try await page(of: hosts)
        #expect(found.last == nil && found.unreadable.isEmpty)
        let entries = found.segments.map(\.entry)
        #expect(found.segments.map(\.hostID) == [hosts[0], hosts[0]])
        #expect(entries.map(\.name) == ["CommitLog-2-7.log", "CommitLog-2-8.log"])
        #expect(entries.map(\.sequence) == [7, 8])
        #expect(entries.map(\.firstWrite) == [7, 8])
        #expect(entries.map(\.lastWrite) == [8, 9])
        #expect(entries.map(\.bytes) == [30_000, 60])
        #expect(entries.map(\.isCompressed) == [true, false])
        #expect(try #require(entries[0].storedBytes) < 1_000)
        #expect(entries[1].storedBytes == 60)
        #expect(
            entries[1].sha256
                == ObjectContent(of: Array(String(repeating: "a row\n", count: 10).utf8)).sha256)
        #expect(entries.allSatisfy { $0.outcome == .stored && $0.destinationID == "d" })
    }

    @Test func `where nothing was archived there is nothing, and others' segments are not told`()
        async throws
    {
        try await put("{}", as: "x")
        #expect(try await page(of: hosts) == ListSegments.Result())
        try await archive(hosts[1], 1)
        #expect(try await page(of: [hosts[0], hosts[2]]) == ListSegments.Result())
    }

    @Test(arguments: [1, 2, 3, 5, 100])
    func `pages follow each other without gap or overlap`(limit: Int) async throws {
        // Names in another order than their numbers.
        for (host, numbers) in zip(hosts, [[9, 10, 11, 100], [], [1, 2, 30]]) {
            for number in numbers { try await archive(host, Int64(number)) }
        }
        // Half of a segment, of which the document is yet to come, fills a place only.
        try await put("rows", as: "commitlogs/\(hosts[0])/CommitLog-2-20.log")
        var numbers: [Int64] = []
        var after: ListSegments.Place?
        repeat {
            let found = try await page(of: hosts, after: after, limit: limit)
            #expect(found.segments.count <= limit && found.unreadable.isEmpty)
            numbers += found.segments.map(\.entry.sequence)
            after = found.last
        } while after != nil
        #expect(numbers == [9, 10, 11, 100, 1, 2, 30])
    }

    @Test func `a document that is none, or of something else, is told and does not count`()
        async throws
    {
        for number in 1...6 { try await archive(hosts[0], Int64(number)) }
        let folder = "commitlogs/\(hosts[0])"
        func document(_ number: Int) async throws -> String {
            String(
                decoding: try await repository.target.read(
                    "\(folder)/CommitLog-2-\(number).log.json"
                ).collect(upTo: 1 << 16, of: "it"), as: UTF8.self)
        }
        let good = try await document(1)
        try await put("no JSON", as: "\(folder)/CommitLog-2-2.log.json")
        try await put(
            good.replacing("\(hosts[0])", with: "\(hosts[1])"),
            as: "\(folder)/CommitLog-2-3.log.json")
        try await put(
            good.replacing(#""bytes":60"#, with: #""bytes":61"#),
            as: "\(folder)/CommitLog-2-4.log.json")
        try await put(
            good.replacing(#""sequence":1"#, with: #""sequence":0"#),
            as: "\(folder)/CommitLog-2-5.log.json")
        try await repository.target.delete(["\(folder)/CommitLog-2-6.log"])
        let found = try await page(of: hosts)
        #expect(found.segments.map(\.entry.sequence) == [1])
        #expect(
            found.unreadable
                == (2...6).map {
                    ListSegments.Place(hostID: hosts[0], name: "CommitLog-2-\($0).log")
                })
    }
}
