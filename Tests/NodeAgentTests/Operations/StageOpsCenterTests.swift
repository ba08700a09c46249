import AgentProtocol
import BackupModel
import Foundation
import NodeAgent
import Testing

@Suite struct StageOpsCenterTests {
    private let repository: RepositoryFixture

    init() throws { repository = try RepositoryFixture() }

    private func stage() async throws -> Stage.Result {
        try await Stage(
            stagingID: "s", tag: BackupTag("t"), source: repository.source,
            selection: .everything, throttle: nil
        ).perform(in: repository.context, progress: OperationProgress { _ in })
    }

    private var staged: String { repository.context.stagingFolder("s", host: repository.host) }

    @Test func `a backup that OpsCenter wrote is staged under the files' own names`() async throws {
        try await repository.backUpAsOpsCenter(
            "t", ["mc-1-big-Data.db": "123456789", "mc-1-big-Digest.crc32": "3421780262"])
        let result = try await stage()
        #expect(result.unverified == 1 && result.tables.map(\.files) == [2])
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(staged)/k/t")
        #expect(files.sorted() == ["mc-1-big-Data.db", "mc-1-big-Digest.crc32"])
        #expect(try repository.leftovers().isEmpty)
    }

    @Test func `a file that differs from Cassandra's digest stops it, and nothing stays staged`()
        async throws
    {
        try await repository.backUpAsOpsCenter(
            "t", ["mc-1-big-Data.db": "123456788", "mc-1-big-Digest.crc32": "3421780262"])
        let failure = await #expect(throws: OperationFailure.self) { _ = try await stage() }
        #expect(failure?.code == .corrupt && failure?.message.contains("mc-1-big-Data.db") == true)
        #expect(!FileManager.default.fileExists(atPath: staged))
        #expect(try repository.leftovers().isEmpty)
    }
}
