import AgentProtocol
import BackupModel
import Destinations
import Foundation
import NodeAgent
import Testing

@Suite struct VerifyBackupTests {
    private let repository: RepositoryFixture
    private let files: RepositoryFixture.Files = [
        "nb-1-big-Data.db": "one", "nb-1-big-Index.db": "two", "nb-2-big-Data.db": "three",
    ]

    init() throws { repository = try RepositoryFixture() }

    /// Where the object that ends so lies.
    private func path(_ suffix: String) async throws -> String {
        let name = try #require(
            try await repository.objects().first { $0.hasSuffix("-\(suffix)") })
        return "\(repository.scratch.path)/backups/d/\(name)"
    }

    private func write(_ content: String, to path: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test(arguments: VerifyMode.allCases)
    func `a whole backup has no problem`(mode: VerifyMode) async throws {
        try await repository.backUp("t", files)
        let result = try await repository.verify("t", mode)
        #expect(result.problemCount == 0 && result.files == 3 && result.unverified == 0)
        #expect(result.readBytes == (mode == .manifest ? 0 : 11))
        #expect(try repository.leftovers().isEmpty)
    }

    @Test(arguments: VerifyMode.allCases)
    func `a missing object is told by name, whatever the mode`(mode: VerifyMode) async throws {
        try await repository.backUp("t", files)
        try FileManager.default.removeItem(atPath: try await path("nb-2-big-Data.db"))
        let result = try await repository.verify("t", mode)
        #expect(result.problemCount == 1)
        let problem = try #require(result.problems.first)
        #expect(problem.file.hasSuffix("-nb-2-big-Data.db") && problem.problem == "It is missing.")
        #expect(problem.keyspace == "k" && problem.table == "t")
    }

    @Test func `an object of another size is told without reading it`() async throws {
        try await repository.backUp("t", files)
        try write("thre", to: try await path("nb-2-big-Data.db"))
        let result = try await repository.verify("t", .manifest)
        #expect(result.problems.map(\.problem) == ["It has 4 bytes, expected 5."])
    }

    @Test func `a flipped byte is found by reading, and only by that`() async throws {
        try await repository.backUp("t", files)
        try write("thref", to: try await path("nb-2-big-Data.db"))
        #expect(try await repository.verify("t", .manifest).problemCount == 0)
        let result = try await repository.verify("t", .full)
        #expect(result.problemCount == 1)
        #expect(result.problems[0].problem.hasPrefix("Its SHA-256 is "))
    }

    @Test func `the parts of a sample read every byte once`() async throws {
        try await repository.backUp("t", files)
        var bytes: [Int64] = []
        for part in 0..<4 {
            bytes.append(try await repository.verify("t", .sample, part: part, parts: 4).readBytes)
        }
        #expect(bytes.reduce(0, +) == 11 && !bytes.contains(11))
    }

    @Test func `a snapshot on the node is verified as well`() async throws {
        try repository.snapshot("t", files)
        #expect(try await repository.verify("t", .full, source: .onServer).problemCount == 0)
        let file = "\(repository.scratch.path)/data/k/t/snapshots/t/nb-1-big-Index.db"
        try write("twp", to: file)
        let flipped = try await repository.verify("t", .full, source: .onServer)
        #expect(flipped.problems.map(\.file) == ["nb-1-big-Index.db"])
        try FileManager.default.removeItem(atPath: file)
        let missing = try await repository.verify("t", .manifest, source: .onServer)
        #expect(missing.problems.map(\.problem) == ["It is missing."])
    }

    @Test func `what OpsCenter wrote is proven by Cassandra's digest, or reported unverified`()
        async throws
    {
        // CRC32 of "123456789" is the value that every description of CRC32 gives.
        try await repository.backUpAsOpsCenter(
            "t",
            [
                "mc-1-big-Data.db": "123456789", "mc-1-big-Digest.crc32": "3421780262",
                "mc-2-big-Data.db": "no digest",
            ])
        let whole = try await repository.verify("t", .full)
        #expect(whole.problemCount == 0 && whole.files == 3 && whole.unverified == 2)
        try write("123456788", to: try await path("mc-1-big-Data.db"))
        let flipped = try await repository.verify("t", .full)
        #expect(
            flipped.problems.map(\.problem)
                == ["Its content differs from the digest that Cassandra wrote."])
        #expect(flipped.unverified == 2)
    }

    @Test func `a manifest that is cut off or missing is a failure that names it`() async throws {
        try await repository.backUp("t", files)
        let manifest = repository.layout.manifest(try BackupTag("t"))
        let path = "\(repository.scratch.path)/backups/d/\(manifest)"
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        try write(String(whole.dropLast(20)), to: path)
        let cut = await #expect(throws: OperationFailure.self) {
            _ = try await repository.verify("t", .manifest)
        }
        #expect(cut?.code == .corrupt && cut?.message.contains(manifest) == true)
        try FileManager.default.removeItem(atPath: path)
        await #expect(throws: DestinationError.self) {
            _ = try await repository.verify("t", .manifest)
        }
        #expect(try repository.leftovers().isEmpty)
    }

    @Test func `problems are told up to a limit and counted beyond`() async throws {
        let many = Dictionary(
            uniqueKeysWithValues: (0..<150).map { ("nb-\($0)-big-Data.db", "\($0)") })
        try await repository.backUp("t", many)
        for name in try await repository.objects() where name.contains("/sstables/") {
            try await repository.target.delete([name])
        }
        let result = try await repository.verify("t", .manifest)
        #expect(result.problemCount == 150 && result.problems.count == VerifyBackup.toldProblems)
    }
}
