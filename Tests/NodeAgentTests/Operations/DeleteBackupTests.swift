import AgentProtocol
import BackupModel
import Destinations
import NodeAgent
import Testing

@Suite struct DeleteBackupTests {
    private let repository: RepositoryFixture

    init() throws { repository = try RepositoryFixture() }

    private func deletion(of tag: String) throws -> DeleteBackup {
        DeleteBackup(
            tag: try BackupTag(tag), destination: repository.description, hostID: repository.host)
    }

    private func delete(_ tag: String) async throws -> DeleteBackup.Result {
        try await deletion(of: tag).perform(
            in: repository.context, progress: OperationProgress { _ in })
    }

    /// Three backups: all share one file, each two share another, each has one of its own.
    private func makeThree() async throws {
        func files(_ numbers: Int...) -> RepositoryFixture.Files {
            Dictionary(
                uniqueKeysWithValues: numbers.map { ("nb-\($0)-big-Data.db", "content \($0)") })
        }
        try await repository.backUp("a", files(1, 2, 3, 10))
        try await repository.backUp("b", files(1, 2, 4, 11))
        try await repository.backUp("c", files(1, 3, 4, 12))
    }

    @Test func `of three backups that share files only what one used alone goes with it`()
        async throws
    {
        try await makeThree()
        let before = try await repository.objects()
        let result = try await delete("b")
        #expect(result == DeleteBackup.Result(removedObjects: 1, removedBytes: 10))
        let gone = Set(before).subtracting(try await repository.objects())
        #expect(gone.count == 3 && gone.contains { $0.hasSuffix("-nb-11-big-Data.db") })
        for tag in ["a", "c"] {
            #expect(try await repository.verify(tag, .full).problemCount == 0)
        }
        #expect(try repository.leftovers().isEmpty)
    }

    @Test func `the last deletion leaves nothing`() async throws {
        try await makeThree()
        for tag in ["a", "b", "c"] { _ = try await delete(tag) }
        #expect(try await repository.objects().isEmpty)
        #expect(try await delete("a") == DeleteBackup.Result(removedObjects: 0, removedBytes: 0))
    }

    @Test(arguments: ["{\"sstables\": [{\"name\": \"x\"", "", "no JSON"])
    func `another backup's manifest that cannot be read stops it before anything is gone`(
        content: String
    ) async throws {
        try await makeThree()
        let manifest = repository.layout.manifest(try BackupTag("c"))
        try await repository.target.replace(BytesSource(Array(content.utf8)), as: manifest)
        let before = try await repository.objects()
        let failure = await #expect(throws: OperationFailure.self) {
            _ = try await delete("a")
        }
        #expect(failure?.code == .corrupt && failure?.message.contains(manifest) == true)
        #expect(try await repository.objects() == before)
        #expect(try repository.leftovers().isEmpty)
        // The ruined one itself can be deleted, which lets the others go again.
        _ = try await delete("c")
        #expect(try await delete("a").removedObjects > 0)
    }

    @Test func `a backup that OpsCenter wrote keeps its files, and so does one with an odd name`()
        async throws
    {
        try await makeThree()
        try await repository.backUpAsOpsCenter("theirs", ["mc-1-big-Data.db": "x"])
        let odd = try await repository.backUp("odd", ["nb-9-big-Data.db": "odd"])
        // No tag of ours could have this name.
        let root = "\(repository.scratch.path)/backups/d/\(repository.layout.root)"
        try FileNames.rename("\(root)/odd", "\(root)/an odd name")
        _ = try await delete("a")
        let left = try await repository.objects()
        #expect(left.contains { $0.hasSuffix("-mc-1-big-Data.db") })
        #expect(left.contains(repository.layout.object(named: odd[0].name)))
    }

    @Test(arguments: 0..<6)
    func `wherever it is interrupted the others are whole, and the next one removes the rest`(
        calls: Int
    ) async throws {
        try await makeThree()
        let failing = FailingDeletion(repository.target, after: calls)
        let wasInterrupted: Bool
        do {
            _ = try await deletion(of: "b").remove(
                from: failing, stateDirectory: "\(repository.scratch.path)/state")
            wasInterrupted = false
        } catch is DestinationError {
            wasInterrupted = true
        }
        #expect(wasInterrupted == (calls < 3))
        for tag in ["a", "c"] {
            #expect(try await repository.verify(tag, .full).problemCount == 0)
        }
        // Any next deletion of the host clears up after it.
        _ = try await delete("c")
        let left = try await repository.objects()
        let isGone = !left.contains(repository.layout.manifest(try BackupTag("b")))
        #expect(isGone == (calls > 0))
        #expect(!isGone || !left.contains { $0.hasSuffix("-nb-11-big-Data.db") })
        #expect(try await repository.verify("a", .full).problemCount == 0)
    }

    @Test func `objects go a thousand at a time`() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: (0..<2_500).map { ("nb-\($0)-big-Data.db", "\($0)") })
        try await repository.backUp("many", files)
        let counting = FailingDeletion(repository.target, after: .max)
        let result = try await deletion(of: "many").remove(
            from: counting, stateDirectory: "\(repository.scratch.path)/state")
        #expect(result.removedObjects == 2_500)
        // The manifest, what lies beside it, and three for the objects.
        #expect(counting.calls == 5)
        #expect(try await repository.objects().isEmpty)
    }
}
