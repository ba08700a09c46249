import AgentProtocol
import BackupModel
import Foundation
import GRDB
import NodeAgent
import Testing

/// What restores leave in staging, and what becomes of it.
@Suite struct AbandonedStagingTests {
    private let repository: RepositoryFixture
    private let old = "00000000000000000000000000000001"
    private let new = "00000000000000000000000000000002"
    private let limit = Int64(Date().timeIntervalSince1970) - 7 * 86_400

    init() async throws {
        repository = try RepositoryFixture()
        try FileManager.default.createDirectory(
            atPath: "\(repository.scratch.path)/data", withIntermediateDirectories: true)
        try await repository.backUp("t", ["nb-1-big-Data.db": "one", "nb-1-big-TOC.txt": "two"])
    }

    private var staging: String { repository.context.configuration.staging }

    private func stage(_ id: String) async throws {
        _ = try await Stage(
            stagingID: id, tag: BackupTag("t"), source: repository.source, selection: .everything,
            throttle: nil
        ).perform(in: repository.context, progress: OperationProgress { _ in })
    }

    /// As if it had last been used eight days ago.
    private func age(_ id: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -8 * 86_400)],
            ofItemAtPath: "\(staging)/\(id)")
    }

    private func remember(_ id: String) async throws {
        let mark = LoadedTable(
            stagingID: id, hostID: repository.host.text, keyspace: "k", tableName: "t")
        try await repository.context.database.write { try mark.insert($0) }
    }

    private func remembered(_ id: String) async throws -> [LoadedPart] {
        try await ListLoaded(stagingID: id).perform(
            in: repository.context, progress: OperationProgress { _ in }
        ).loaded
    }

    private func clear() async throws -> [String] {
        let abandoned = try await repository.context.abandonedStaging(notUsedSince: limit)
        for id in abandoned { try await repository.context.clearAbandonedStaging(id) }
        return abandoned
    }

    @Test func `what nobody has used for long goes, with all that is remembered of it`()
        async throws
    {
        for id in [old, new] {
            try await stage(id)
            try await remember(id)
        }
        try age(old)
        #expect(try await clear() == [old])
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging) == [new])
        #expect(try await remembered(old).isEmpty)
        #expect(try await remembered(new).count == 1)
    }

    @Test func `a restore that goes on keeps it`() async throws {
        try await stage(old)
        try age(old)
        try await stage(old)
        #expect(try await clear().isEmpty)
        try age(old)
        _ = try await InspectRestore(
            stagingID: old, tag: BackupTag("t"), sources: [], selection: .everything,
            comparesSchema: false, rename: [:]
        ).perform(in: repository.context, progress: OperationProgress { _ in })
        #expect(try await clear().isEmpty)
    }

    @Test func `what is remembered of a folder that somebody removed is forgotten`() async throws {
        try await stage(old)
        try await remember(old)
        try FileManager.default.removeItem(atPath: "\(staging)/\(old)")
        #expect(try await clear() == [old])
        #expect(try await remembered(old).isEmpty)
    }

    @Test func `what lies there and is no restore's stays`() async throws {
        try FileManager.default.createDirectory(
            atPath: "\(staging)/spool", withIntermediateDirectories: true)
        try age("spool")
        #expect(try await clear().isEmpty)
        #expect(FileManager.default.fileExists(atPath: "\(staging)/spool"))
    }

    @Test func `less than two days are refused, for a load alone may take one`() throws {
        let file = "\(repository.scratch.path)/agent.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try repository.scratch.write("agent.yaml", "staging_days: 1\n\(text)".utf8)
        let failure = #expect(throws: OperationFailure.self) {
            try AgentConfiguration(file: file)
        }
        #expect(failure?.message.contains("staging_days") == true)
    }
}
