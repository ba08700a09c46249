import AgentProtocol
import BackupModel
import Destinations
import Foundation
import NodeAgent

/// The archiving of a node's commitlogs on folders of a test's own: what Cassandra does is done by
/// hand.
struct ArchiveFixture {
    let scratch: Scratch
    let archive: CommitLogArchive
    let host: HostID
    let program: String

    var staging: String { "\(scratch.path)/staging/\(host)" }
    var properties: String { "\(scratch.path)/conf/commitlog_archiving.properties" }

    /// - Parameter previous: the state of an agent before, which this one takes over.
    init(previous: ArchiveFixture? = nil) throws {
        scratch = try previous?.scratch ?? Scratch()
        host = try HostID("00000000-0000-0000-0000-000000000001")
        let path = scratch.path
        for folder in ["conf", "commitlog", "state"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        program = "/bin/true"
        archive = try CommitLogArchive(
            settings: ArchiveSettings(
                program: program, propertiesPath: "\(path)/conf/commitlog_archiving.properties",
                commitLogFolder: "\(path)/commitlog", stateFolder: "\(path)/state",
                serverFolder: "\(path)/commitlogs", floor: 0),
            files: FileThreads(count: 2)
        ) { Self.start + 1_000_000_000 }
    }

    /// Microseconds since 1970, a while before the clock of the archive.
    static let start: Int64 = 1_450_000_000_000_000

    /// Has archiving enabled and begun: Cassandra was started again.
    func begin(destinations: [String] = ["d"]) async throws {
        try await enable()
        try await order(destinations)
        try await archive.nodeIsDown()
    }

    @discardableResult
    func enable(epoch: Int64 = 1, isEnabled: Bool = true, uptime: Int64? = 100) async throws -> Bool
    {
        try await archive.note(host: host)
        return try await archive.configure(
            ConfigureArchive(
                epoch: epoch, isEnabled: isEnabled, directory: "\(scratch.path)/staging"),
            cassandraVersion: "1.2.0", uptime: uptime)
    }

    func order(_ destinations: [String], knownSequence: Int64 = 0) async throws {
        try await archive.accept(
            ArchiveOrder(
                stamp: "", epoch: 1, isEnabled: true, directory: staging,
                targets: destinations.map {
                    .init(id: $0, destination: nil, options: ArchiveOptions())
                },
                knownSequence: knownSequence))
    }

    static func name(_ id: Int) -> String { "CommitLog-2-\(id).log" }

    /// Cassandra writes a segment; `second` counts from the archive's clock on.
    func write(_ id: Int, second: Int, _ content: String = "rows") throws {
        try put("commitlog", id, second, content)
    }

    /// Cassandra makes a segment ahead of time.
    func prepare(_ id: Int) throws { try put("commitlog", id, 0, "\0\0\0\0\0\0\0\0old rows") }

    /// Cassandra's archive command succeeds.
    func archive(_ id: Int, second: Int, _ content: String = "rows") throws {
        try put("staging/\(host)", id, second, content)
    }

    /// Cassandra uses a segment for another one.
    func recycle(_ id: Int) throws {
        try FileManager.default.removeItem(atPath: "\(scratch.path)/commitlog/\(Self.name(id))")
    }

    private func put(_ folder: String, _ id: Int, _ second: Int, _ content: String) throws {
        let file = try scratch.write("\(folder)/\(Self.name(id))", Array("\(content)\(id)".utf8))
        let modified = Double(Self.start) / 1e6 + 1_000 + Double(second)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: modified)], ofItemAtPath: file)
    }

    func collect() async throws {
        while try await archive.collect() {}
    }

    /// The ledger of a destination as `number:id`, those that can be sent.
    func waiting(_ destination: String = "d") async throws -> [String] {
        try await archive.ledger.waiting(for: destination, limit: 1_000).map {
            "\($0.sequence):\(try CommitLogSegmentName($0.name).id)"
        }
    }

    /// Notes that all that waits is durable on a destination.
    func ship(_ destination: String = "d") async throws {
        try await archive.ledger.stored(
            try await archive.ledger.waiting(for: destination, limit: 1_000).map {
                CopyRecord(
                    sequence: $0.sequence, destinationID: destination, storedBytes: $0.bytes,
                    storedAt: Self.start)
            })
        let complete = try await archive.ledger.complete(limit: 1_000)
        for segment in complete { try FileManager.default.removeItem(atPath: segment.path) }
        try await archive.ledger.shipped(complete.map(\.sequence))
    }

    /// What would be reported, as `number:id outcome first-last`, in seconds after the clock.
    func reports() async throws -> [String] {
        func second(_ time: Double) -> Int { Int(time - Double(Self.start) / 1e6 - 1_000) }
        return try await archive.ledger.unreported(limit: 1_000).map {
            "\($0.sequence):\(try CommitLogSegmentName($0.name).id) \($0.outcome) "
                + "\(second($0.firstWrite))-\(second($0.lastWrite))"
        }
    }

    func stagedNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: staging).sorted()
    }
}
