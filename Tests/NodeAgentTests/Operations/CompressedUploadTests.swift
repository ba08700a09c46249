import AgentProtocol
import BackupModel
import Destinations
import Foundation
import NodeAgent
import Testing

@Suite struct CompressedUploadTests {
    private let repository: RepositoryFixture

    init() throws { repository = try RepositoryFixture() }

    /// Lines of text, no two alike, which shrink well.
    private static func text(_ size: Int, from first: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        var number = first
        while bytes.count < size {
            bytes += Array("row \(number) of a table with \(number * 7919) in it\n".utf8)
            number += 1
        }
        return Array(bytes.prefix(size))
    }

    private static func noise(_ size: Int) -> [UInt8] {
        (0..<size).map { _ in UInt8.random(in: .min ... .max) }
    }

    /// Two that gain, and one of each kind that is stored as it is.
    private static let files: [String: [UInt8]] = [
        "nb-1-big-Data.db": text(3_000_000),
        "nb-1-big-Index.db": text(5_000),
        "nb-1-big-TOC.txt": text(200),
        "nb-1-big-Filter.db": noise(2_000_000),
        "nb-1-big-Statistics.db": noise(8_000),
        "nb-1-big-Rows.db": [],
        "nb-2-big-Data.db": text(9_000, from: 100_000),
        "nb-2-big-CompressionInfo.db": text(70),
    ]
    private static let gaining = ["nb-1-big-Data.db", "nb-1-big-Index.db"]

    @discardableResult
    private func upload(
        _ tag: String, compressed: Bool, _ repository: RepositoryFixture? = nil
    ) async throws -> Upload.Result {
        let repository = repository ?? self.repository
        return try await Upload(
            tag: BackupTag(tag), destination: repository.description,
            options: TransferOptions(compressed: compressed)
        ).perform(in: repository.context, progress: OperationProgress { _ in })
    }

    /// What the destination's manifest names, by file.
    private func entries(_ tag: String) async throws -> [String: ManifestEntry] {
        let manifest = repository.layout.manifest(try BackupTag(tag))
        var entries: [String: ManifestEntry] = [:]
        _ = try await ManifestReader(repository.target.read(manifest)).read {
            entries[$0.file ?? ""] = $0
        }
        return entries
    }

    private func stage(_ tag: String) async throws -> [String: [UInt8]] {
        _ = try await Stage(
            stagingID: tag, tag: BackupTag(tag), source: repository.source,
            selection: .everything, throttle: nil
        ).perform(in: repository.context, progress: OperationProgress { _ in })
        let root = "\(repository.context.stagingFolder(tag, host: repository.host))/k/t"
        var found: [String: [UInt8]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: root) {
            found[file] = Array(try Data(contentsOf: URL(filePath: "\(root)/\(file)")))
        }
        return found
    }

    private func delete(_ tag: String) async throws {
        _ = try await DeleteBackup(
            tag: BackupTag(tag), destination: repository.description, hostID: repository.host
        ).perform(in: repository.context, progress: OperationProgress { _ in })
    }

    /// Path on the disk of the object that holds a file of a backup.
    private func path(_ tag: String, _ file: String) async throws -> String {
        let entry = try #require(try await entries(tag)[file])
        return "\(repository.target.root)/\(repository.layout.object(named: entry.name))"
    }

    @Test func `what gains is stored in zstd, the rest as it is, and all is restored equal`()
        async throws
    {
        try repository.snapshot("a", bytes: Self.files)
        let sent = try await upload("a", compressed: true)
        let entries = try await entries("a")
        #expect(entries.count == Self.files.count)
        var stored: Int64 = 0
        for (file, entry) in entries {
            let isCompressed = Self.gaining.contains(file)
            #expect((entry.compression == "zstd") == isCompressed, "\(file)")
            #expect(entry.name == "\(entry.uniquifier)-\(file)" + (isCompressed ? ".zst" : ""))
            #expect(entry.size == Self.files[file].map { Int64($0.count) })
            let size = try await repository.target.size(
                of: repository.layout.object(named: entry.name))
            #expect(entry.storedSize == (isCompressed ? size : nil))
            stored += size ?? 0
        }
        #expect(sent.storedBytes == stored && sent.tables.map(\.newSize) == [stored])
        #expect(sent.tables.map(\.size) == [Int64(Self.files.values.reduce(0) { $0 + $1.count })])
        for mode in [VerifyMode.manifest, .full] {
            let found = try await repository.verify("a", mode)
            #expect(found.problemCount == 0 && found.files == Self.files.count)
        }
        #expect(try await stage("a") == Self.files)
        #expect(try repository.leftovers().isEmpty)
    }

    @Test func `without compression the manifest is the node's own, byte by byte`() async throws {
        try repository.snapshot("a", bytes: Self.files)
        try await upload("a", compressed: false)
        let tag = try BackupTag("a")
        let own = try Data(
            contentsOf: URL(filePath: repository.context.manifestPath(tag)))
        let there = try await repository.target.read(repository.layout.manifest(tag))
            .collect(upTo: 1 << 20, of: "manifest")
        #expect(there == Array(own))
        #expect(!String(decoding: there, as: UTF8.self).contains("stored_size"))
    }

    @Test func `what is there in either form is not sent again`() async throws {
        try repository.snapshot("a", bytes: Self.files)
        try repository.snapshot("b", bytes: Self.files)
        try await upload("a", compressed: true)
        let before = try await entries("a")
        #expect(try await upload("b", compressed: true).storedBytes == 0)
        #expect(try await entries("b") == before)

        let other = try RepositoryFixture()
        try other.snapshot("a", bytes: Self.files)
        try await upload("a", compressed: false, other)
        #expect(try await upload("a", compressed: true, other).storedBytes == 0)
        #expect(try await !other.objects().contains { $0.hasSuffix(".zst") })
    }

    @Test(arguments: [true, false])
    func `of a file in both forms each backup keeps its own`(compressedGoes: Bool) async throws {
        try repository.snapshot("compressed", bytes: Self.files)
        try repository.snapshot("plain", bytes: Self.files)
        try await upload("compressed", compressed: true)
        try await upload("plain", compressed: false)
        let objects = try await repository.objects()
        for file in Self.gaining {
            #expect(objects.filter { $0.contains("-\(file)") }.count == 2, "\(file)")
        }
        let (gone, left) =
            compressedGoes ? ("compressed", "plain") : ("plain", "compressed")
        try await delete(gone)
        #expect(try await repository.verify(left, .full).problemCount == 0)
        #expect(try await stage(left) == Self.files)
        let kept = try await repository.objects().filter { $0.contains("/sstables/") }
        #expect(kept.count == Self.files.count)
        #expect(kept.filter { $0.hasSuffix(".zst") }.count == (compressedGoes ? 0 : 2))
        try await delete(left)
        #expect(try await repository.objects().isEmpty)
    }

    @Test func `an object that was cut off is found by its size, and stops a restore`()
        async throws
    {
        try repository.snapshot("a", bytes: Self.files)
        try await upload("a", compressed: true)
        let path = try await path("a", "nb-1-big-Data.db")
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.dropLast(10).write(to: URL(filePath: path))
        for mode in [VerifyMode.manifest, .full] {
            let found = try await repository.verify("a", mode)
            #expect(
                found.problems.map(\.problem) == [
                    "It has \(whole.count - 10) bytes, expected \(whole.count)."
                ])
        }
        let failure = await #expect(throws: OperationFailure.self) { _ = try await stage("a") }
        #expect(failure?.code == .corrupt)
        #expect(failure?.message.contains("nb-1-big-Data.db.zst") == true)
        #expect(failure?.message.contains("ends before its content does") == true)
    }

    @Test func `an object with a changed byte is found by reading it, and stops a restore`()
        async throws
    {
        try repository.snapshot("a", bytes: Self.files)
        try await upload("a", compressed: true)
        let path = try await path("a", "nb-1-big-Index.db")
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
        #expect(try await repository.verify("a", .manifest).problemCount == 0)
        let found = try await repository.verify("a", .full)
        #expect(found.problems.count == 1)
        #expect(found.problems.first?.file.hasSuffix("-nb-1-big-Index.db.zst") == true)
        let failure = await #expect(throws: OperationFailure.self) { _ = try await stage("a") }
        #expect(failure?.code == .corrupt && failure?.message.contains("Index.db.zst") == true)
    }

    @Test func `a whole object of another content is found by the hash of the file`()
        async throws
    {
        try repository.snapshot("a", bytes: Self.files)
        try repository.snapshot("b", bytes: ["nb-1-big-Index.db": Self.text(5_000, from: 9_000)])
        for tag in ["a", "b"] { try await upload(tag, compressed: true) }
        let (mine, other) = (
            try await path("a", "nb-1-big-Index.db"), try await path("b", "nb-1-big-Index.db")
        )
        try Data(contentsOf: URL(filePath: other)).write(to: URL(filePath: mine))
        let found = try await repository.verify("a", .full)
        #expect(found.problemCount == 1)
        let failure = await #expect(throws: OperationFailure.self) { _ = try await stage("a") }
        #expect(failure?.code == .corrupt && failure?.message.contains("SHA-256") == true)
    }

    @Test func `a file that changed after its capture is not stored`() async throws {
        try repository.snapshot("a", bytes: Self.files)
        var changed = try #require(Self.files["nb-1-big-Data.db"])
        changed[2_000_000] ^= 1
        try repository.scratch.write("data/k/t/snapshots/a/nb-1-big-Data.db", changed)
        let failure = await #expect(throws: OperationFailure.self) {
            try await upload("a", compressed: true)
        }
        #expect(failure?.code == .corrupt && failure?.message.contains("captured") == true)
        let objects = try await repository.objects()
        #expect(!objects.contains { $0.hasSuffix("backup.json") || $0.contains("-1-big-Data.db") })
    }

    @Test func `without room on the node files go as they are`() async throws {
        let full = try RepositoryFixture(freeSpaceFloor: .max / 2)
        try full.snapshot("a", bytes: Self.files)
        try await upload("a", compressed: true, full)
        #expect(try await !full.objects().contains { $0.hasSuffix(".zst") })
        #expect(try await full.verify("a", .full).problemCount == 0)
    }
}
