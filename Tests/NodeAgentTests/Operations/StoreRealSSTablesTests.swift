import AgentProtocol
import BackupModel
import Destinations
import Foundation
import NodeAgent
import Testing

/// Real SSTables on their whole way: captured, stored on a destination, staged from there.
@Suite(.enabled(if: ReferenceFolder.isThere, Comment(rawValue: ReferenceFolder.absence)))
struct StoreRealSSTablesTests {
    private static let tableID = "8c0046a0e73411f1a3b3ab6c995d0ca6"
    private let tag = BackupTag.adhoc(at: 1_489_763_169)

    /// Lays out the tables of one version as a node's data directory with a snapshot; answers the
    /// content of every file by `table/file`.
    private func layOut(_ version: String, in fixture: RepositoryFixture) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        let source = "sstables/\(version)/legacy_tables"
        for table in try ReferenceFolder.names(in: source) {
            let folder = "data/legacy_tables/\(table)-\(Self.tableID)"
            try fixture.scratch.copy("\(ReferenceFolder.path)/\(source)/\(table)", into: folder)
            try fixture.scratch.link(
                "\(fixture.scratch.path)/\(folder)", into: "\(folder)/snapshots/\(tag)")
            for file in try ReferenceFolder.names(in: "\(source)/\(table)") {
                contents["\(table)/\(file)"] = try Data(
                    contentsOf: URL(
                        filePath: "\(ReferenceFolder.path)/\(source)/\(table)/\(file)"))
            }
        }
        return contents
    }

    /// Captures all tables and writes the node's manifest; files go to `targets` in the same read.
    private func capture(
        _ fixture: RepositoryFixture, targets: [EarlyTarget], line: SendLine? = nil
    ) async throws {
        let inventory = SnapshotInventory(directories: fixture.context.directories, tag: tag)
        let capture = SSTableCapture(
            register: fixture.context.register, threads: fixture.context.files, targets: targets,
            line: line)
        var entries: [ManifestEntry] = []
        for table in try inventory.tables() {
            var sstables = inventory.sstables(of: table)
            while let sstable = try sstables.next() {
                for file in try await capture.capture(sstable) {
                    entries.append(CaptureSnapshot.entry(file, of: sstable))
                }
            }
        }
        for target in targets { target.finish() }
        _ = try fixture.writeManifest(tag, entries)
    }

    /// Bytes and number of different objects: tables share files of one name and one content.
    private func objects(_ contents: [String: Data]) -> (bytes: Int64, count: Int) {
        let different = Set(
            contents.map { path, content in
                [path.split(separator: "/")[1].data(using: .utf8), content]
            })
        return (different.reduce(0) { $0 + Int64($1[1]?.count ?? 0) }, different.count)
    }

    private func stagedFiles(_ fixture: RepositoryFixture) throws -> [String: Data] {
        let root = "\(fixture.context.stagingFolder("r", host: fixture.host))/legacy_tables"
        var found: [String: Data] = [:]
        for table in try FileManager.default.contentsOfDirectory(atPath: root) {
            for file in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(table)") {
                found["\(table)/\(file)"] = try Data(
                    contentsOf: URL(filePath: "\(root)/\(table)/\(file)"))
            }
        }
        return found
    }

    private func stage(_ fixture: RepositoryFixture) async throws {
        _ = try await Stage(
            stagingID: "r", tag: tag, source: fixture.source, selection: .everything, throttle: nil
        ).perform(in: fixture.context, progress: OperationProgress { _ in })
    }

    private func upload(_ fixture: RepositoryFixture) async throws -> Upload.Result {
        try await Upload(
            tag: tag, destination: fixture.description, options: TransferOptions()
        ).perform(in: fixture.context, progress: OperationProgress { _ in })
    }

    @Test(arguments: ["mc", "me", "nb"])
    func `what was stored is read back equal`(version: String) async throws {
        let fixture = try RepositoryFixture()
        let contents = try layOut(version, in: fixture)
        #expect(!contents.isEmpty)
        try await capture(fixture, targets: [])
        let sent = try await upload(fixture)
        #expect(sent.storedBytes == objects(contents).bytes)
        #expect(sent.milliseconds != nil)
        try await stage(fixture)
        #expect(try stagedFiles(fixture) == contents)
    }

    @Test
    func `a destination that shares in the read has all files before the upload`() async throws {
        let fixture = try RepositoryFixture()
        let contents = try layOut("nb", in: fixture)
        let target = EarlyTarget(fixture.target, id: "d", layout: fixture.layout)
        try await capture(fixture, targets: [target])
        #expect(target.newBytes.values.reduce(0, +) == objects(contents).bytes)
        #expect(try await fixture.objects().count == objects(contents).count)
        #expect(try await upload(fixture).storedBytes == 0)
        try await stage(fixture)
        #expect(try stagedFiles(fixture) == contents)
    }

    @Test
    func `a store has all files when the capture has ended, and is not asked for them`()
        async throws
    {
        let fixture = try RepositoryFixture()
        let contents = try layOut("nb", in: fixture)
        // Behind a limit it takes files whole, as stores do.
        let store = Throttled(fixture.target, buckets: [])
        let index = try ObjectIndex(in: fixture.context.configuration.stateDirectory)
        let target = EarlyTarget(store, id: "d", layout: fixture.layout, index: index)
        try await SendLine.around { line in
            try await capture(fixture, targets: [target], line: line)
        }
        #expect(target.newBytes.values.reduce(0, +) == objects(contents).bytes)
        #expect(try await fixture.objects().count == objects(contents).count)
        let known = KnownObjects(
            UnlistedDestination(store), fixture.layout, isFolder: false,
            acknowledged: try await target.acknowledged(),
            in: fixture.context.configuration.stateDirectory)
        var names: [String] = []
        try await fixture.context.readManifest(fixture.context.manifestPath(tag)) {
            names.append($0.name)
        }
        let sizes = try #require(try await known.sizes(of: names))
        #expect(Set(sizes.keys) == Set(names))
        // What it does not know makes it ask, which this one refuses.
        await #expect(throws: ListedAnyway.self) {
            try await known.sizes(of: ["another"])
        }
    }

    @Test
    func `many small files are made durable at once and only then get their names`() async throws {
        let fixture = try RepositoryFixture()
        let contents = try layOut("nb", in: fixture)
        let destination = RecordingFolder(fixture.target)
        let target = EarlyTarget(destination, id: "d", layout: fixture.layout)
        try await capture(fixture, targets: [target])
        let events = destination.events
        #expect(events.count { $0 == .published } == contents.count)
        #expect(events.count { $0 == .flushed } <= contents.count / 16)
        // Nothing is written between a flush and the names that rely on it.
        for (before, after) in zip(events, events.dropFirst()) where after == .published {
            #expect(before == .flushed || before == .published)
        }
    }

    @Test
    func `a destination that fails does not hinder the capture`() async throws {
        let fixture = try RepositoryFixture()
        let contents = try layOut("nb", in: fixture)
        // A file stands where its folder would be.
        try fixture.scratch.write("backups/d/snapshots", Array("in the way".utf8))
        let target = EarlyTarget(fixture.target, id: "d", layout: fixture.layout)
        try await capture(fixture, targets: [target])
        #expect(target.newBytes.isEmpty)
        let header = try await fixture.context.readManifestHeader(
            fixture.context.manifestPath(tag))
        #expect(header.tables.reduce(0) { $0 + $1.files } == contents.count)
    }
}
