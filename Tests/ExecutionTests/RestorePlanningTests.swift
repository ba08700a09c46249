import AgentProtocol
import BackupModel
import Execution
import Testing

/// Who restores what, and what is refused before anything is touched.
@Suite struct RestorePlanningTests {
    private let restore: RestoreFixture

    init() throws { restore = try RestoreFixture() }

    private func plan(
        _ planning: RestorePlanning, _ found: [ClusterNode: InspectRestore.Result] = [:]
    ) -> RestorePlan {
        let outline = planning.outline()
        let standard = outline.nodes.map { ($0.address, found[$0] ?? restore.found($0)) }
        return planning.plan(outline, found: Dictionary(uniqueKeysWithValues: standard))
    }

    @Test func `each node restores the set of its own host`() {
        let plan = plan(restore.planning(truncate: true))
        #expect(plan.refusals.isEmpty)
        #expect(plan.shares.map(\.source) == [restore.one.hostID, restore.two.hostID])
        #expect(plan.shares.map(\.node) == [restore.one, restore.two])
        #expect(plan.shares.map(\.files) == [4, 4] && plan.shares.map(\.size) == [100, 100])
        #expect(plan.truncate == [restore.orders, restore.users])
        #expect(plan.shortfall == nil && plan.topology.isEmpty)
    }

    @Test func `the set of a host that is gone is restored by another node`() {
        let plan = plan(
            restore.planning(live: [restore.one]),
            [restore.one: restore.found(restore.one, sources: [restore.one, restore.two])])
        #expect(plan.shares.map(\.node) == [restore.one, restore.one])
        #expect(plan.leftOut.isEmpty)
    }

    @Test func `a node without space is named, with the bytes`() {
        let staging = plan(
            restore.planning(), [restore.two: restore.found(restore.two, staging: 99)])
        #expect(
            staging.refusals
                == ["node 10.0.0.2 has 99 bytes free for staging; 100 are needed."])
        let data = plan(restore.planning(), [restore.two: restore.found(restore.two, data: 99)])
        #expect(data.refusals == ["node 10.0.0.2 has 99 bytes free for data; 100 are needed."])
        let both = plan(
            restore.planning(),
            [restore.two: restore.found(restore.two, staging: 150, data: 150, isShared: true)])
        #expect(
            both.refusals == [
                "node 10.0.0.2 has 150 bytes free for staging and data together; 200 are needed."
            ])
    }

    @Test func `what is staged already needs no space, and what is loaded none for data`() {
        let loaded = [restore.one, restore.two].map {
            LoadedPart(host: $0.hostID, table: restore.users)
        }
        let plan = plan(
            restore.planning(truncate: true),
            [restore.two: restore.found(restore.two, staging: 10, staged: 90, loaded: loaded)])
        #expect(plan.refusals.isEmpty && plan.done == [restore.users])
        #expect(plan.truncate == [restore.orders])
        #expect(plan.rooms.map(\.dataNeeded) == [50, 50])
    }

    @Test func `a table that is loaded from one host only is truncated and loaded again`() {
        let loaded = [LoadedPart(host: restore.one.hostID, table: restore.users)]
        let plan = plan(
            restore.planning(truncate: true),
            [restore.one: restore.found(restore.one, loaded: loaded)])
        #expect(plan.done.isEmpty && plan.truncate == [restore.orders, restore.users])
    }

    @Test(arguments: [
        (false, false, false), (true, false, false), (true, true, false), (false, true, true),
    ])
    func `a node that is away refuses the restore, and with truncate even a forced one`(
        truncate: Bool, force: Bool, isPlanned: Bool
    ) {
        let plan = restore.planning(
            truncate: truncate, force: force, live: [restore.one], absent: [restore.two]
        ).outline()
        #expect(plan.refusals.isEmpty == isPlanned)
        #expect(plan.refusals.allSatisfy { $0.contains("10.0.0.2") })
    }

    @Test func `without a node it says which token ranges have no restored replica`() {
        let plan = plan(
            restore.planning(
                destination: DestinationID.onServer, force: true, live: [restore.one],
                absent: [restore.two]))
        #expect(plan.refusals.isEmpty)
        #expect(plan.leftOut.map(\.address) == ["10.0.0.2"])
        let lost = TokenRange(
            start: Token("-4611686018427387904"), end: Token("4611686018427387904"))
        #expect(plan.unrestored == ["app": [lost]])
    }

    @Test func `an excluded node takes no part, and its files are told to be left out`() {
        for name in [restore.two.address, restore.two.hostID.text] {
            let plan = plan(restore.planning(excluded: [name]))
            #expect(plan.nodes == [restore.one])
            #expect(plan.leftOut.map(\.hostID) == [restore.two.hostID])
        }
    }

    @Test func `a host that the backup was to hold and does not is left out`() throws {
        let third = try RestoreFixture.node(3)
        let plan = plan(
            restore.planning(),
            [restore.one: restore.found(restore.one, hosts: [restore.away(third)])])
        #expect(plan.leftOut.map(\.hostID) == [third.hostID])
        #expect(plan.topology == [TopologyDifference(host: third.hostID, change: .gone)])
    }

    @Test func `schema differences are refused, forced or let through, as Cassandra takes them`() {
        func difference(_ verdict: SchemaDifference.Verdict) -> SchemaDifference {
            SchemaDifference(
                keyspace: "app", table: "users", name: "age", kind: .columnAdded,
                verdict: verdict, live: "int")
        }
        let cases: [(SchemaDifference.Verdict, Bool, Bool)] = [
            (.harmless, false, true), (.created, false, true), (.needsForce, false, false),
            (.needsForce, true, true), (.refused, true, false),
        ]
        for (verdict, force, isPlanned) in cases {
            let plan = plan(
                restore.planning(forceSchema: force),
                [restore.one: restore.found(restore.one, differences: [difference(verdict)])])
            #expect(plan.refusals.isEmpty == isPlanned)
            #expect(plan.refusals.allSatisfy { $0.contains("app.users: column age (int)") })
        }
    }

    @Test func `system keyspaces are never restored, nor what the backup does not hold`() {
        #expect(!restore.planning(keyspace: "system_auth").outline().refusals.isEmpty)
        let missing = TableSelection(keyspaces: ["app": ["users", "nothing"]])
        #expect(
            restore.planning(selection: missing).outline().refusals
                == ["The backup t has no table app.nothing."])
        #expect(!restore.planning(isListed: false).outline().refusals.isEmpty)
    }

    @Test func `the same restore asked for again has the same staging, another one has not`() throws
    {
        let first = try restore.order(truncate: true).stagingID(cluster: "c", requestID: "1")
        let again = try restore.order(truncate: true, force: true)
            .stagingID(cluster: "c", requestID: "2")
        let other = try restore.order(truncate: false).stagingID(cluster: "c", requestID: "1")
        #expect(first == again && first != other && first.utf8.count == 32)
    }
}
