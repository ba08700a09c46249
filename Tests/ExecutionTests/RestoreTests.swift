import BackupModel
import Execution
import Testing

@Suite struct RestoreTests {
    private let one: ClusterNode
    private let two: ClusterNode
    private let users = TableName(keyspace: "app", table: "users")

    init() throws {
        one = try Self.node(1, free: 1_000)
        two = try Self.node(2, free: 10)
    }

    private static func node(_ number: Int, free: Int64) throws -> ClusterNode {
        ClusterNode(
            hostID: try HostID("00000000-0000-0000-0000-00000000000\(number)"),
            address: "10.0.0.\(number)", agentURL: "http://10.0.0.\(number):1",
            stagingFreeBytes: free)
    }

    private func order(
        destination: String = "d", truncate: Bool = true, force: Bool = false,
        mode: LoadMode = .sstableloader
    ) throws -> RestoreJob {
        RestoreJob(
            tag: try BackupTag("t"), eventTime: 0, destinationID: destination,
            selection: .everything, truncate: .init(standard: truncate), excludedNodes: [],
            force: force, forceSchema: false, throttle: nil, mode: mode,
            restartPause: 60)
    }

    private func plan(
        _ order: RestoreJob, parts: [RestorePlanning.Part], live: [ClusterNode],
        absent: [HostOutcome] = [], isListed: Bool = true
    ) -> Result<RestoreRun.Plan, RestoreRefusal> {
        RestorePlanning(
            order: order, isListed: isListed, parts: parts,
            roll: NodeRoll(live: live, absent: absent)
        ).plan()
    }

    private func part(_ node: ClusterNode, _ table: TableName, _ size: Int64 = 5)
        -> RestorePlanning.Part
    {
        RestorePlanning.Part(host: node.hostID, table: table, size: size)
    }

    @Test func `each node restores the set of its own host`() throws {
        let plan = try plan(
            order(), parts: [part(one, users), part(two, users)], live: [one, two]
        ).get()
        #expect(plan.shares.map(\.source) == [one.hostID, two.hostID])
        #expect(plan.shares.map(\.node) == [one, two])
        #expect(plan.truncate == [users])
    }

    @Test func `the set of a host that is gone is restored by another node`() throws {
        let plan = try plan(
            order(), parts: [part(one, users), part(two, users)], live: [one]
        ).get()
        #expect(plan.shares.map(\.node) == [one, one])
    }

    @Test func `a node without space is named, with bytes, before anything is touched`() throws {
        let refused = try plan(order(), parts: [part(two, users, 11)], live: [one, two])
        #expect(
            throws: RestoreRefusal("node 10.0.0.2 has 10 bytes free for staging; 11 are needed.")
        ) {
            try refused.get()
        }
    }

    @Test func `a node that is away refuses the restore, and with truncate even a forced one`()
        throws
    {
        let away = HostOutcome(
            hostID: two.hostID, address: two.address, outcome: .error, message: "is silent")
        let parts = [part(one, users)]
        for (truncate, force, isPlanned) in [
            (false, false, false), (true, true, false), (false, true, true),
        ] {
            let result = try plan(
                order(truncate: truncate, force: force), parts: parts, live: [one], absent: [away])
            #expect(((try? result.get()) != nil) == isPlanned)
        }
    }

    @Test func `system keyspaces are never restored`() throws {
        let system = TableName(keyspace: "system_auth", table: "users")
        let refused = try plan(order(), parts: [part(one, system)], live: [one])
        #expect(throws: RestoreRefusal.self) { try refused.get() }
    }

    @Test func `nothing is truncated unless every file of every node is staged and whole`() throws {
        var run = RestoreRun()
        let plan = try plan(order(), parts: [part(one, users)], live: [one])
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        let shares = try plan.get().shares
        #expect(run.staged("node 10.0.0.1: x is corrupt") == .clear(shares))
        #expect(run.cleared() == .finish(.error, message: "node 10.0.0.1: x is corrupt"))
    }

    @Test func `after the barrier it truncates once, loads and clears`() throws {
        var run = RestoreRun()
        let plan = try plan(order(), parts: [part(one, users)], live: [one])
        let shares = try plan.get().shares
        #expect(run.planned(plan) == .applySchema(shares[0]))
        #expect(run.schemaApplied(nil) == .stage(shares))
        #expect(run.staged(nil) == .truncate([users], on: one))
        #expect(run.truncated(nil) == .load(shares, deadHosts: []))
        #expect(run.calledOff() == .load(shares, deadHosts: []))
        #expect(run.loaded(nil) == .clear(shares))
        #expect(run.cleared() == .finish(.success, message: nil))
    }
}
