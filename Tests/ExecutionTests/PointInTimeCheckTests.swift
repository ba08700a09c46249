import BackupModel
import Catalog
import Testing

/// Whether a cluster can be brought back to a moment, and in which words it cannot.
@Suite struct PointInTimeCheckTests {
    private var pit: PointInTimeFixture

    init() throws { pit = try PointInTimeFixture() }

    @Test
    func `a snapshot, gapless commitlogs, the same ring and the same tables are what it takes`() {
        #expect(pit.refusal() == nil)
        #expect(pit.check().tables == [pit.orders, pit.users])
    }

    @Test func `without a snapshot before it the moment is told as the original tells it`() {
        #expect(throws: PointInTimeRefusal.noSnapshot(before: 1_450_143_120)) {
            try pit.check(pit: 1_450_143_120).snapshot(of: [])
        }
        #expect(
            PointInTimeRefusal.noSnapshot(before: 1_450_143_120).message
                == "No snapshots found before date and time: 12-15-2015 01:32:00 UTC")
    }

    @Test func `a newer snapshot that lacks a table is passed over for one that holds all`() throws
    {
        let whole = PointInTimeSnapshot(
            tag: try BackupTag("whole"), began: 500, tables: [pit.users, pit.orders])
        #expect(try pit.check().snapshot(of: [pit.snapshot([pit.users]), whole]) == whole)
        #expect(
            try pit.check(TableSelection(keyspaces: ["app": ["users"]])).snapshot(
                of: [pit.snapshot([pit.users]), whole]) == pit.snapshot([pit.users]))
    }

    @Test func `a table that was empty then need not be in it`() throws {
        var snapshot = pit.snapshot([pit.users])
        snapshot.selection = TableSelection(keyspaces: ["app": ["users"]])
        #expect(throws: PointInTimeRefusal.noSnapshot(before: 1500)) {
            try pit.check().snapshot(of: [snapshot])
        }
        snapshot.selection = .everything
        #expect(try pit.check().snapshot(of: [snapshot]) == snapshot)
    }

    @Test func `a table that was made after the snapshot need not be in it`() throws {
        var pit = pit
        let later = TableName(keyspace: "app", table: "later")
        pit.schema.tables.insert(later)
        pit.schema.identities[later] = TableIdentity(made: 1_200_000_000)
        #expect(try pit.check().snapshot(of: [pit.snapshot()]) == pit.snapshot())
        pit.schema.identities[later] = TableIdentity(made: 800_000_000)
        #expect(throws: PointInTimeRefusal.noSnapshot(before: 1500)) {
            try pit.check().snapshot(of: [pit.snapshot()])
        }
    }

    @Test func `the first reason in the contract's order is told`() {
        var pit = pit
        pit.facts.identities[pit.users] = [TableIdentity(made: 7)]
        #expect(
            pit.refusal()?.message == "Table app.users was re-created after snapshot t")
        pit.facts.hosts[1].tokens = ["5"]
        #expect(
            pit.refusal()?.message
                == "Topology has changed since snapshot t: node 10.0.0.2 has other tokens")
        pit.archives[0].reached = 1200
        pit.archives[0].following = 1300
        #expect(
            pit.refusal()?.message
                == "Commitlog segments are missing on node 10.0.0.1 between "
                + "01-01-1970 00:20:00 UTC and 01-01-1970 00:21:40 UTC")
        pit.archives[1].newest = 1400
        #expect(
            pit.refusal()?.message
                == "Commitlog backups on node 10.0.0.2 end at 01-01-1970 00:23:20 UTC, "
                + "before the requested time")
        #expect(
            pit.refusal(isEnabled: false)?.message == "Commitlog backups are not enabled")
    }

    @Test func `a gap after the moment does not matter, and one that holds it does`() {
        var pit = pit
        pit.archives[0].reached = 1500
        pit.archives[0].following = 1600
        #expect(pit.refusal() == nil)
        pit.archives[0].reached = 1499.5
        #expect(
            pit.refusal()
                == .segmentsAreMissing(node: "10.0.0.1", from: 1499.5, until: 1600))
    }

    @Test func `commitlogs that begin after the snapshot are missing from its beginning on`() {
        var pit = pit
        pit.archives[1] = NodeArchive(
            hostID: pit.two.hostID, first: nil, last: 9, newest: 2000, reached: nil,
            following: 1100)
        #expect(
            pit.refusal() == .segmentsAreMissing(node: "10.0.0.2", from: 1000, until: 1100))
        pit.archives.removeLast()
        #expect(
            pit.refusal() == .segmentsAreMissing(node: "10.0.0.2", from: 1000, until: 1500))
    }

    @Test func `another ring is told by what differs first`() {
        var pit = pit
        pit.facts.hosts[0].tokens = nil
        #expect(pit.refusal()?.message.hasSuffix("tokens that node 10.0.0.1 had") == true)
        pit.facts.hosts.removeFirst()
        #expect(pit.refusal()?.message.hasSuffix("node 10.0.0.1 is not in the snapshot") == true)
        pit.facts.hosts[0].hostID = pit.one.hostID
        pit.facts.hosts[0].tokens = pit.one.tokens
        #expect(pit.refusal()?.message.hasSuffix("node 10.0.0.2 is not in the snapshot") == true)
    }

    @Test func `a dropped table is told, and one of which nothing is known is not held against it`()
    {
        var pit = pit
        pit.facts.identities[pit.users] = []
        pit.schema.identities[pit.orders] = nil
        #expect(pit.refusal() == nil)
        pit.schema.tables.subtract([pit.orders, pit.users])
        #expect(pit.refusal()?.message == "Table app.orders was dropped after snapshot t")
    }

    @Test func `a table that is in no snapshot is known by its time`() {
        let scratch = TableName(keyspace: "app", table: "scratch")
        let undated = TableIdentity("5bc52802de2535edaeab188eecebb090")
        for (identity, seen, isThere) in [
            (TableIdentity(made: 1_500_000_000), 1600.0, true),
            (TableIdentity(made: 1_500_000_001), 1400, false),
            (undated, 1500, true), (undated, 1500.5, false),
        ] {
            var pit = pit
            pit.facts.add(scratch, identity, seen: seen, at: 1500)
            #expect(
                pit.refusal()?.message
                    == (isThere ? "Table app.scratch was dropped after snapshot t" : nil),
                "\(identity), seen at \(seen)")
        }
    }

    @Test func `a table of the snapshot's name that was there in between was made again`() {
        var pit = pit
        pit.facts.add(pit.users, TableIdentity(made: 1_200_000_000), seen: 1201, at: 1500)
        #expect(pit.refusal() == .tableRecreated(pit.users, after: pit.tag))
    }

    @Test func `an old version replays all tables of users or none`() throws {
        let chosen = TableSelection(keyspaces: ["app": ["users"]])
        #expect(
            throws: PointInTimeRefusal.cannotChoose(node: "10.0.0.1", version: "1.2.0")
        ) { try pit.check(chosen).checkChoice() }
        try pit.check(TableSelection(keyspaces: ["app": []])).checkChoice()
        try PointInTimeFixture(version: "2.0.17").check(chosen).checkChoice()
        #expect(throws: PointInTimeRefusal.unknownKeyspace("nosuch")) {
            try pit.check(TableSelection(keyspaces: ["nosuch": []])).checkChoice()
        }
    }

    @Test func `an id of version 1 tells when its table was made`() {
        // 4b079910-e738-11f1-827c-47bbb0391f6f, of a node on 2026-11-23.
        let made = TableIdentity("4b079910e73811f1827c47bbb0391f6f").made
        #expect(made.map { $0 / 1_000_000 / 86_400 } == 20_780)
        #expect(TableIdentity("909a000000004000827c47bbb0391f6f").made == nil)
        #expect(TableIdentity(made: 5).made == 5)
    }
}
