import AgentProtocol
import BackupModel
import Foundation
import NodeAgent
import Testing

/// The ledger of a node's commitlogs: every segment has its number, and what is missing is known.
@Suite struct CommitLogArchiveTests {
    private let node: ArchiveFixture

    init() throws { node = try ArchiveFixture() }

    @Test func `segments are numbered in the order of their ids, whenever they come`() async throws
    {
        try await node.begin()
        try node.archive(12, second: 30)
        try node.archive(11, second: 20)
        try node.archive(9, second: 10)
        try await node.collect()
        try node.archive(1_000, second: 40)
        try await node.collect()
        #expect(try await node.waiting() == ["1:9", "2:11", "3:12", "4:1000"])
    }

    @Test func `each begins where the one before it ends, the first when archiving began`()
        async throws
    {
        try await node.begin()
        try node.archive(1, second: -500)
        try node.archive(2, second: 20)
        try node.archive(3, second: 10)
        try await node.collect()
        try await node.ship()
        #expect(
            try await node.reports() == [
                "1:1 stored 0-0", "2:2 stored 0-20", "3:3 stored 20-20",
            ])
    }

    @Test func `what is reported is acknowledged, and reported once`() async throws {
        try await node.begin()
        try node.archive(1, second: 1)
        try await node.collect()
        #expect(try await node.reports() == [])
        try await node.ship()
        let entries = try await node.archive.ledger.unreported(limit: 10)
        #expect(entries.map(\.sequence) == [1] && entries.map(\.version) == ["2"])
        try await node.archive.ledger.reported(entries)
        #expect(try await node.reports() == [])
    }

    @Test func `a segment leaves the node when every destination has it, and not before`()
        async throws
    {
        try await node.begin(destinations: ["d", "e"])
        try node.archive(1, second: 1)
        try await node.collect()
        try await node.ship("d")
        #expect(try node.stagedNames() == [ArchiveFixture.name(1)])
        try await node.ship("e")
        #expect(try node.stagedNames() == [])
        #expect(try await node.reports() == ["1:1 stored 0-1", "1:1 stored 0-1"])
    }

    @Test func `a destination that is given up holds nothing back`() async throws {
        try await node.begin(destinations: ["d", "e"])
        try node.archive(1, second: 1)
        try await node.collect()
        try await node.ship("d")
        try await node.order(["d"])
        try await node.ship("d")
        #expect(try node.stagedNames() == [])
    }

    @Test func `a destination in the place of another gets what that one still lacked`()
        async throws
    {
        try await node.begin(destinations: ["d"])
        try node.archive(1, second: 1)
        try await node.collect()
        try await node.ship("d")
        try node.archive(2, second: 2)
        try await node.collect()
        try await node.order(["e"])
        #expect(try await node.archive.ledger.complete(limit: 10).isEmpty)
        #expect(try await node.waiting("e") == ["2:2"])
        try node.archive(3, second: 3)
        try await node.collect()
        try await node.ship("e")
        #expect(try node.stagedNames() == [])
        #expect(
            try await node.reports() == ["1:1 stored 0-1", "2:2 stored 1-2", "3:3 stored 2-3"])
    }

    @Test func `before the agent knows where to ship to, all stays where it is`() async throws {
        try await node.enable()
        try await node.archive.nodeIsDown()
        try node.archive(1, second: 1)
        try await node.collect()
        #expect(try await node.archive.ledger.complete(limit: 10).isEmpty)
        try await node.order(["d"])
        try await node.collect()
        #expect(try await node.waiting() == ["1:1"])
    }

    @Test func `a finished segment whose archiving failed is archived, the one in use is not`()
        async throws
    {
        try await node.begin()
        try node.write(1, second: 1)
        try node.write(3, second: 3)
        try node.prepare(4)
        try await node.collect()
        #expect(try await node.waiting() == [])
        // Cassandra archives one after the other: the first one's turn is over.
        try node.archive(2, second: 2)
        try await node.collect()
        #expect(try await node.waiting() == ["1:1", "2:2"])
        #expect(try node.stagedNames() == [1, 2].map(ArchiveFixture.name))
    }

    @Test func `one that was not written to for long is archived if a later one has content`()
        async throws
    {
        try await node.begin()
        try node.write(1, second: -301)
        try node.write(2, second: -301)
        try await node.collect()
        #expect(try await node.waiting() == ["1:1"])
    }

    @Test func `what cannot be archived keeps its number, holds up nobody, and comes later`()
        async throws
    {
        try await node.begin()
        try node.write(1, second: 1)
        // Its name is taken by a folder: no file can be made of it.
        let obstacle = "\(node.staging)/\(ArchiveFixture.name(1))"
        try FileManager.default.createDirectory(
            atPath: "\(obstacle)/x", withIntermediateDirectories: true)
        try node.archive(2, second: 2)
        try await node.collect()
        try await node.ship()
        #expect(try await node.reports() == [])
        let state = try #require(try await node.archive.state(problems: [:]))
        #expect(state.waitingSegments == 1 && state.warnings.count == 1)
        try FileManager.default.removeItem(atPath: obstacle)
        try await node.collect()
        #expect(try await node.waiting() == ["1:1"])
        try await node.ship()
        #expect(try await node.reports() == ["1:1 stored 0-1", "2:2 stored 1-2"])
    }

    @Test func `a segment that vanishes before it is archived is lost, and told`() async throws {
        try await node.begin()
        try node.archive(1, second: 1)
        try node.write(2, second: 2)
        try await node.collect()
        try node.recycle(2)
        try node.archive(3, second: 3)
        try await node.collect()
        try await node.ship()
        #expect(
            try await node.reports() == ["1:1 stored 0-1", "2:2 lost 1-2", "3:3 stored 2-3"])
        #expect(try await node.archive.state(problems: [:])?.lostSegments == 1)
    }

    @Test func `a segment without content that goes is not missed`() async throws {
        try await node.begin()
        try node.prepare(2)
        try await node.collect()
        try node.recycle(2)
        try node.archive(3, second: 3)
        try await node.collect()
        #expect(try await node.waiting() == ["1:3"])
    }

    @Test func `what lies there from before archiving began is not missed either`() async throws {
        try node.write(1, second: -100)
        try await node.begin()
        try await node.collect()
        try node.recycle(1)
        try node.archive(2, second: 3)
        try await node.collect()
        #expect(try await node.waiting() == ["1:2"])
    }

    @Test func `all that a stopped Cassandra has is archived before it is started`() async throws {
        try await node.begin()
        try node.write(1, second: 1)
        try node.write(2, second: 2)
        try await node.archive.nodeIsDown()
        for id in [1, 2] { try node.recycle(id) }
        try node.archive(500, second: 3)
        try await node.collect()
        #expect(try await node.waiting() == ["1:1", "2:2", "3:500"])
    }

    @Test func `archived again with the same content it goes; with other content it stays`()
        async throws
    {
        try await node.begin()
        for id in [1, 2] { try node.archive(id, second: id) }
        try await node.collect()
        try await node.ship()
        try node.archive(1, second: 1)
        try node.archive(2, second: 2, "other rows")
        try await node.collect()
        #expect(try node.stagedNames() == [ArchiveFixture.name(2)])
        #expect(try await node.waiting() == [])
        let warnings = try await node.archive.state(problems: [:])?.warnings ?? []
        #expect(warnings.count == 1 && warnings[0].contains("with other content"))
    }

    @Test func `disabled and enabled again, a number is left out`() async throws {
        try await node.begin()
        try node.archive(1, second: 1)
        try await node.collect()
        #expect(try await node.enable(epoch: 2, isEnabled: false))
        try node.write(2, second: 2)
        try await node.archive.nodeIsDown()
        #expect(try await node.waiting() == ["1:1", "2:2"])
        try await node.enable(epoch: 3)
        try await node.archive.nodeIsDown()
        try node.archive(9, second: 9)
        try await node.collect()
        #expect(try await node.waiting() == ["1:1", "2:2", "4:9"])
    }

    @Test func `where somebody took the archive command out, a number is left out`() async throws {
        try await node.begin()
        try node.archive(1, second: 1)
        try await node.collect()
        try "archive_command=\n".write(toFile: node.properties, atomically: true, encoding: .utf8)
        #expect(try await node.archive.state(problems: [:])?.isInPlace == false)
        #expect(try await node.enable(epoch: 1))
        try await node.archive.nodeIsDown()
        try node.archive(2, second: 2)
        try await node.collect()
        #expect(try await node.waiting() == ["1:1", "3:2"])
    }

    @Test func `an agent that is killed goes on where it was`() async throws {
        try await node.begin()
        try node.archive(1, second: 1)
        try node.write(2, second: 2)
        try await node.collect()
        let next = try ArchiveFixture(previous: node)
        try node.recycle(2)
        try await next.collect()
        try await next.ship()
        #expect(try await next.reports() == ["1:1 stored 0-1", "2:2 lost 1-2"])
    }

    @Test func `an agent that has lost its ledger begins behind what the catalog has`()
        async throws
    {
        try await node.enable()
        try await node.order(["d"], knownSequence: 41)
        try await node.archive.nodeIsDown()
        try node.archive(1, second: 1)
        try await node.collect()
        #expect(try await node.waiting() == ["43:1"])
    }

    @Test func `Cassandra is started again only if it has not read the properties`() async throws {
        // The archive's clock is a thousand seconds after the fixture's start.
        #expect(try await node.enable(uptime: 100))
        #expect(try await node.enable(uptime: 100))
        #expect(try await !node.enable(uptime: -5))
        #expect(try await node.enable(uptime: nil))
        #expect(try await !node.enable(epoch: 7, uptime: -5))
        #expect(try await node.archive.state(problems: [:])?.epoch == 7)
    }

    @Test func `what was written by an agent that died then is read by a restart all the same`()
        async throws
    {
        // The file is as it should be, and no ledger knows since when.
        try await node.enable()
        let text = try String(contentsOfFile: node.properties, encoding: .utf8)
        let next = try ArchiveFixture()
        try text.replacing(node.scratch.path, with: next.scratch.path).write(
            toFile: next.properties, atomically: true, encoding: .utf8)
        #expect(try await next.enable(uptime: 100))
        #expect(try await !next.enable(uptime: -5))
    }

    @Test func `where the properties cannot be written, nothing is said to be done`() async throws {
        let obstacle = "\(node.properties).helenus-new"
        try FileManager.default.createDirectory(
            atPath: obstacle, withIntermediateDirectories: false)
        await #expect(throws: OperationFailure.self) { try await node.enable(epoch: 3) }
        #expect(try await node.archive.state(problems: [:])?.epoch == 0)
        try FileManager.default.removeItem(atPath: obstacle)
        #expect(try await node.enable(epoch: 3))
        #expect(try await node.archive.state(problems: [:])?.epoch == 3)
    }

    @Test func `what was deleted elsewhere is forgotten here`() async throws {
        try await node.begin()
        for id in [1, 2] { try node.archive(id, second: id) }
        try await node.collect()
        try await node.ship()
        try await node.archive.ledger.forget([ArchiveFixture.name(1)], on: "d")
        #expect(try await node.reports() == ["2:2 stored 1-2"])
    }
}
