import AgentProtocol
import BackupModel
import Destinations
import Foundation
import NodeAgent
import Testing

/// Commitlog segments on a destination.
@Suite struct CommitLogStoreTests {
    private let repository: RepositoryFixture

    init() throws { repository = try RepositoryFixture() }

    private func store() throws -> CommitLogStore {
        try repository.context.commitLogStore(of: repository.description, host: repository.host)
    }

    private func put(
        _ name: String, _ bytes: [UInt8], compressing: Bool = false, sequence: Int64 = 1
    ) async throws -> CommitLogStore.Stored {
        let path = try repository.scratch.write("staging/\(name)", bytes)
        let store = try store()
        let content = ObjectContent(of: bytes)
        let stored = try await store.put(
            CommitLogSegmentName(name), from: path,
            SegmentDocument(
                sequence: sequence, firstWrite: 1.5, lastWrite: 2.25, bytes: content.size,
                sha256: content.sha256, version: "2", cassandraVersion: "1.2.0",
                hostID: repository.host),
            compressing: compressing)
        try await store.destination.settle()
        return stored
    }

    private func read(
        _ name: String, _ bytes: [UInt8], isCompressed: Bool
    ) async throws -> [UInt8] {
        try await store().read(
            CommitLogSegmentName(name), isCompressed: isCompressed,
            expecting: ObjectContent(of: bytes)
        ).collect(upTo: 1 << 24, of: name)
    }

    private static let name = "CommitLog-2-7.log"
    private static let rows = Array(String(repeating: "a row of a table\n", count: 5_000).utf8)

    @Test func `a segment lies under its node, with a document beside it`() async throws {
        #expect(
            try await put(Self.name, Self.rows)
                == CommitLogStore.Stored(bytes: Int64(Self.rows.count), isCompressed: false))
        let folder = "\(repository.target.root)/commitlogs/\(repository.host)"
        #expect(try Array(Data(contentsOf: URL(filePath: "\(folder)/\(Self.name)"))) == Self.rows)
        let document = try String(
            contentsOfFile: "\(folder)/\(Self.name).json", encoding: .utf8)
        #expect(
            document
                == #"{"bytes":85000,"cassandra_version":"1.2.0","first_write":1.5,"host_id":"#
                + #""00000000-0000-0000-0000-000000000001","last_write":2.25,"sequence":1,"#
                + #""sha256":"\#(ObjectContent(of: Self.rows).sha256)","version":"2"}"#)
        #expect(try await read(Self.name, Self.rows, isCompressed: false) == Self.rows)
        #expect(try await store().segments(limit: 9).map(\.name.text) == [Self.name])
    }

    @Test func `what gains is stored in zstd and read as it was`() async throws {
        let stored = try await put(Self.name, Self.rows, compressing: true)
        #expect(stored.isCompressed && stored.bytes < 10_000)
        let noise = (0..<8_000).map { _ in UInt8.random(in: .min ... .max) }
        #expect(try await !put("CommitLog-2-8.log", noise, compressing: true).isCompressed)
        #expect(try await read(Self.name, Self.rows, isCompressed: true) == Self.rows)
        #expect(try await store().segments(limit: 9).map(\.name.id) == [7, 8])
    }

    @Test(arguments: [false, true])
    func `stored again it is the same, and the newer document counts`(compressing: Bool)
        async throws
    {
        let first = try await put(Self.name, Self.rows, compressing: compressing)
        let again = try await put(Self.name, Self.rows, compressing: compressing, sequence: 9)
        #expect(first == again)
        #expect(try await store().document(of: CommitLogSegmentName(Self.name))?.sequence == 9)
    }

    @Test func `another segment of the name is never taken for this one`() async throws {
        _ = try await put(Self.name, Self.rows)
        await #expect(throws: DestinationError.self) {
            _ = try await put(Self.name, Array("other rows".utf8))
        }
        #expect(try await read(Self.name, Self.rows, isCompressed: false) == Self.rows)
    }

    @Test func `a damaged segment is noticed before its last piece`() async throws {
        _ = try await put(Self.name, Self.rows)
        var damaged = Self.rows
        damaged[40_000] ^= 1
        try Data(damaged).write(
            to: URL(
                filePath: "\(repository.target.root)/commitlogs/\(repository.host)/\(Self.name)"))
        await #expect(throws: DestinationError.self) {
            _ = try await read(Self.name, Self.rows, isCompressed: false)
        }
    }

    @Test func `deleted it is gone with its document, and can be deleted again`() async throws {
        _ = try await put(Self.name, Self.rows, compressing: true)
        _ = try await put("CommitLog-2-8.log", Self.rows)
        let names = try [CommitLogSegmentName(Self.name)]
        try await store().delete(names)
        try await store().delete(names)
        #expect(try await store().segments(limit: 9).map(\.name.id) == [8])
        #expect(try await store().document(of: names[0]) == nil)
    }

    @Test func `without a destination it is the node's own folder`() async throws {
        let store = try repository.context.commitLogStore(of: nil, host: repository.host)
        try await store.destination.replace(
            BytesSource(Array("{}".utf8)), as: "commitlogs/\(repository.host)/\(Self.name).json")
        let folder = "\(repository.scratch.path)/state/archive/commitlogs/\(repository.host)"
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder) == ["\(Self.name).json"])
    }
}
