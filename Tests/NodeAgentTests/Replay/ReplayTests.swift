import AgentProtocol
import BackupModel
import Foundation
import NodeAgent
import Testing

/// How one node goes back to a moment: what is put aside, what is put in place, what Cassandra is
/// told at its start, and what is left at the end.
@Suite struct ReplayTests {
    private let node: ReplayFixture
    private let aside = "snapshots/replaced-s"

    init() throws { node = try ReplayFixture() }

    @Test func `what the node holds is put aside, and the snapshot and its commitlogs in place`()
        async throws
    {
        try await node.place()
        #expect(
            try node.files() == [
                "data/k/users/k-users-ia-1-Data.db": "then",
                "data/k/users/k-users-ia-1-TOC.txt": "toc then",
                "data/k/users/\(aside)/k-users-ia-1-Data.db": "now",
                "data/k/users/\(aside)/k-users.users_name-ia-1-Data.db": "index now",
                "data/k/users/\(aside)/users.json": "levels",
                "data/k/users/snapshots/t/k-users-ia-1-Data.db": "snapshot",
                "data/k/orders/\(aside)/k-orders-ia-4-Data.db": "now too",
                "data/system/hints/\(aside)/system-hints-ia-2-Data.db": "for others",
                "data/system/local/system-local-ia-3-Data.db": "tokens",
                "data/other/t/other-t-ia-1-Data.db": "other",
                "data/.helenus-import/s/commitlog/CommitLog-2-7.log": "written until then",
                "commitlog/.replaced-s/CommitLog-2-9.log": "written later",
            ])
        #expect(try await node.stage() == .placed)
    }

    @Test func `the properties say what to replay while it starts, and then what they said before`()
        async throws
    {
        try await node.place()
        try await node.start()
        let folder = "\(node.scratch.path)/data/.helenus-import/s/commitlog"
        #expect(
            try node.text("seen")
                == ReplayFixture.properties
                .replacing("restore_command=", with: "restore_command=/bin/cp -f %from %to")
                .replacing("restore_directories=", with: "restore_directories=\(folder)")
                .replacing(
                    "restore_point_in_time=", with: "restore_point_in_time=2015:12:15 01:32:00"))
        #expect(
            try node.text("conf/commitlog_archiving.properties") == ReplayFixture.properties)
        #expect(try node.text("asked") == "rebuild_index k users users.users_name\n")
        #expect(try await node.stage() == .replayed)
    }

    @Test func `at the end nothing is left of what was put aside`() async throws {
        try await node.place()
        await #expect(throws: OperationFailure.self) { try await node.clear() }
        try await node.start()
        try await node.clear()
        #expect(
            try node.files().keys.filter { $0.contains("replaced") || $0.contains("import") }
                .isEmpty)
        #expect(try await node.stage() == .untouched)
        #expect(try node.files()["data/k/users/k-users-ia-1-Data.db"] == "then")
    }

    @Test func `an agent that was killed while it put files aside loses none of them`() async throws
    {
        let path = node.scratch.path
        try FileManager.default.createDirectory(
            atPath: "\(path)/data/k/users/\(aside)", withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            atPath: "\(path)/data/k/users/k-users-ia-1-Data.db",
            toPath: "\(path)/data/k/users/\(aside)/k-users-ia-1-Data.db")
        try await node.context.database.write {
            try ReplayMark(stagingID: "s", stage: .emptying).save($0)
        }
        try await node.place()
        #expect(try node.files()["data/k/users/\(aside)/k-users-ia-1-Data.db"] == "now")
        #expect(try node.files()["data/k/orders/\(aside)/k-orders-ia-4-Data.db"] == "now too")
        #expect(try node.files()["data/k/users/k-users-ia-1-Data.db"] == "then")
    }

    @Test func `after a start that failed all is put in place anew, and what was aside stays`()
        async throws
    {
        try await node.place()
        try node.write("broken", "")
        await #expect(throws: OperationFailure.self) { try await node.start() }
        #expect(try await node.stage() == .placed)
        // What Cassandra made of it before it died.
        try node.write("data/k/users/k-users-ia-2-Data.db", "replayed in part")
        try node.write("commitlog/CommitLog-2-11.log", "restored copy")
        let before = try node.files()
        try await node.place()
        var after = before
        after["data/k/users/k-users-ia-2-Data.db"] = nil
        after["commitlog/CommitLog-2-11.log"] = nil
        #expect(try node.files() == after)
        try FileManager.default.removeItem(atPath: "\(node.scratch.path)/broken")
        try await node.start()
        #expect(
            try node.text("conf/commitlog_archiving.properties") == ReplayFixture.properties)
    }

    @Test func `a node that runs is not touched, and one that is restored is left alone`()
        async throws
    {
        try node.write("up", "")
        await #expect(throws: OperationFailure.self) { try await node.place() }
        #expect(try node.files() == ReplayFixture.live)
        try FileManager.default.removeItem(atPath: "\(node.scratch.path)/up")
        try await node.place()
        try await node.start()
        let after = try node.files()
        try await node.place()
        try await node.start()
        #expect(try node.files() == after)
    }

    @Test func `folders that were lost are made again`() async throws {
        try FileManager.default.removeItem(atPath: "\(node.scratch.path)/data/k")
        try await node.place()
        #expect(try node.files()["data/k/users/k-users-ia-1-Data.db"] == "then")
    }

    @Test func `a choice of tables is given to the start command`() async throws {
        try await node.place()
        try await node.start(isChoice: true)
        #expect(
            try node.text("options").hasSuffix("-Dcassandra.replayList=k.orders,k.users\n"))
    }

    @Test func `an agent tells whether its node is a seed, and how far it has come`() async throws {
        let found = try await node.perform(InspectReplay(stagingID: "s"))
        #expect(found.isSeed && !found.isUp && found.stage == .untouched)
    }
}
