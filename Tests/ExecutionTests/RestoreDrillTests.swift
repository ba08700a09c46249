import AgentProtocol
import BackupModel
import Execution
import Testing

/// A restore drill comes back under other names, is counted, and is gone, however it ends.
@Suite struct RestoreDrillTests {
    private let restore: RestoreFixture
    private let plan: RestorePlan
    private let id = "0123abcd4567"

    init() throws {
        restore = try RestoreFixture()
        var order = restore.order(truncate: true)
        order.isDrill = true
        plan = restore.planning(truncate: true).outline().named(by: order, stagingID: id)
    }

    private func atCount() -> RestoreRun {
        var run = RestoreRun()
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        _ = run.staged(nil, unverified: 0)
        _ = run.loaded(nil)
        return run
    }

    private func count(_ restored: Int64?, _ live: Int64?) -> [RowCount] {
        [restore.users, restore.orders].flatMap { table in
            [
                RowCount(table: plan.renamed(table), rows: restored, reason: nil),
                RowCount(table: table, rows: live, reason: live == nil ? "No such table." : nil),
            ]
        }
    }

    @Test func `it has names of its own and truncates nothing`() {
        #expect(plan.rename == ["app": "app_drill_0123abcd"])
        #expect(plan.truncate == [])
        #expect(
            plan.renamed(restore.users)
                == TableName(keyspace: "app_drill_0123abcd", table: "users"))
    }

    @Test func `it is staged, loaded, counted, dropped and cleared`() {
        var run = RestoreRun()
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        #expect(run.staged(nil, unverified: 0) == .load(plan.shares, deadHosts: []))
        #expect(run.loaded(nil) == .count(on: plan.shares[0].node))
        let tables = DrillProof.tables(of: plan, counts: count(10, 9))
        #expect(run.counted(tables) == .dropDrill)
        #expect(run.dropped(nil) == .clear(plan.nodes))
        #expect(run.cleared() == .finish(.success, message: nil))
        let proof = run.proof
        #expect(proof?.outcome == .success)
        #expect(proof?.tables.map(\.table) == ["orders", "users"])
        #expect(proof?.tables.map(\.rows) == [10, 10])
        #expect(proof?.tables.map(\.liveRows) == [9, 9])
        #expect(proof?.tables.map(\.files) == [4, 4])
        #expect(proof?.tables.map(\.size) == [100, 100])
    }

    @Test func `a failure at any stage drops what it made`() {
        var run = RestoreRun()
        _ = run.planned(plan)
        #expect(run.schemaApplied("node 10.0.0.1: no") == .dropDrill)
        run = RestoreRun()
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        #expect(run.staged("node 10.0.0.1: no", unverified: 0) == .dropDrill)
        run = RestoreRun()
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        _ = run.staged(nil, unverified: 0)
        #expect(run.loaded("node 10.0.0.1: no") == .dropDrill)
        _ = run.dropped(nil)
        #expect(run.cleared() == .finish(.error, message: "node 10.0.0.1: no"))
        #expect(run.proof?.outcome == .error)
        #expect(run.proof?.tables.allSatisfy { $0.rows == nil } == true)
    }

    @Test func `called off, it drops what it made and proves nothing`() {
        var run = atCount()
        #expect(run.calledOff() == .dropDrill)
        _ = run.dropped(nil)
        #expect(run.cleared() == .finish(.cancelled, message: "It was cancelled."))
        #expect(run.proof?.outcome == .cancelled)
    }

    @Test func `what is left behind is an error that says where`() {
        var run = atCount()
        _ = run.counted(DrillProof.tables(of: plan, counts: count(10, 10)))
        _ = run.dropped("Left behind of app_drill_0123abcd: node 10.0.0.1: no")
        guard case .finish(.error, let message?) = run.cleared() else {
            Issue.record("It did not end as an error.")
            return
        }
        #expect(message.contains("Left behind"))
    }

    @Test func `rows that were not counted make it partial, a live table that is gone does not`() {
        var run = atCount()
        _ = run.counted(DrillProof.tables(of: plan, counts: count(nil, 10)))
        _ = run.dropped(nil)
        #expect(
            run.cleared()
                == .finish(.partial, message: "Rows were not counted of app.orders, app.users."))
        run = atCount()
        _ = run.counted(DrillProof.tables(of: plan, counts: count(10, nil)))
        _ = run.dropped(nil)
        #expect(run.cleared() == .finish(.success, message: nil))
        #expect(run.proof?.tables.allSatisfy { $0.reason == "No such table." } == true)
    }
}
