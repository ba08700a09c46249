import AgentProtocol
import BackupModel
import Execution
import Testing

/// How a restore goes on from stage to stage, and what it says at its end.
@Suite struct RestoreTests {
    private let restore: RestoreFixture
    private let plan: RestorePlan
    private let parts: [LoadedPart]

    init() throws {
        restore = try RestoreFixture()
        plan = restore.planning(truncate: true).outline()
        parts = plan.shares.flatMap(\.parts).map { LoadedPart(host: $0.host, table: $0.table) }
    }

    @Test func `nothing is truncated unless every file of every node is staged and whole`() {
        var run = RestoreRun()
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        #expect(run.staged("node 10.0.0.1: x is corrupt", unverified: 0) == .clear(plan.nodes))
        #expect(run.cleared() == .finish(.error, message: "node 10.0.0.1: x is corrupt"))
        #expect(Set(run.report.tables.values) == [.untouched])
    }

    @Test func `after the barrier it truncates once, loads and clears`() {
        var run = RestoreRun()
        #expect(run.planned(plan) == .applySchema(plan.shares[0]))
        #expect(run.schemaApplied(nil) == .stage(plan.shares))
        #expect(run.staged(nil, unverified: 0) == .truncate(plan.tables, on: plan.shares[0].node))
        #expect(run.truncated(nil) == .load(plan.shares, deadHosts: []))
        #expect(run.loaded(nil) == .clear(plan.nodes))
        #expect(run.cleared() == .finish(.success, message: nil))
        #expect(Set(run.report.tables.values) == [.restored])
    }

    @Test func `a plan that cannot work touches nothing, and says all that is against it`() {
        var refused = plan
        refused.refusals = ["One.", "Two."]
        var run = RestoreRun()
        #expect(run.planned(refused) == .finish(.error, message: "One. Two."))
    }

    @Test func `a failure after the barrier says table by table what stands where`() {
        var run = atLoad()
        #expect(run.loaded("node 10.0.0.2: broke") == .takeStock(plan.nodes))
        let stock = parts.filter { $0.table == restore.users || $0.host == restore.one.hostID }
        #expect(
            run.tookStock(stock)
                == .finish(
                    .error,
                    message: """
                        node 10.0.0.2: broke Restored: app.users. Truncated and not wholly loaded: \
                        app.orders. The same restore asked for again goes on from there.
                        """))
        #expect(run.report.tables == ["app.users": .restored, "app.orders": .emptied])
    }

    @Test func `where TRUNCATE failed or was called off, nobody says that a table is empty`() {
        func atTruncate() -> RestoreRun {
            var run = RestoreRun()
            _ = run.planned(plan)
            _ = run.schemaApplied(nil)
            _ = run.staged(nil, unverified: 0)
            return run
        }
        for end in [{ $0.truncated("broke") }, { $0.calledOff() }]
            as [(inout RestoreRun) -> RestoreRun.Action]
        {
            var run = atTruncate()
            #expect(end(&run) == .takeStock(plan.nodes))
            guard case .finish(_, let message?) = run.tookStock([]) else {
                Issue.record("It did not end with a message.")
                return
            }
            #expect(message.contains("Perhaps truncated, and not loaded: app.orders, app.users."))
            #expect(Set(run.report.tables.values) == [.truncating])
        }
    }

    @Test func `cancelled before the barrier it clears, after it it takes stock`() {
        var run = RestoreRun()
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        #expect(run.calledOff() == .clear(plan.nodes))
        #expect(run.cleared() == .finish(.cancelled, message: "It was cancelled."))
        run = atLoad()
        #expect(run.calledOff() == .takeStock(plan.nodes))
        guard case .finish(.cancelled, let message?) = run.tookStock([]) else {
            Issue.record("It did not end as cancelled.")
            return
        }
        #expect(message.contains("Truncated and not wholly loaded: app.orders, app.users."))
    }

    @Test func `files that nothing proves are told, and missing nodes make it partial`() {
        var run = RestoreRun()
        var plan = plan
        plan.absent = [restore.away(restore.two)]
        plan.unrestored = ["app": [TokenRange(start: Token("1"), end: Token("2"))]]
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        _ = run.staged(nil, unverified: 3)
        _ = run.truncated(nil)
        _ = run.loaded(nil)
        #expect(
            run.cleared()
                == .finish(
                    .partial,
                    message: """
                        Without 10.0.0.2. Token ranges without a restored replica: app (1, 2]. \
                        3 files are proven neither by a hash nor by a digest.
                        """))
    }

    @Test func `a load of fewer files than the backup holds is none`() {
        let share = plan.shares[0]
        func loaded(_ files: [Int]) -> [TableOutcome] {
            zip(share.tables, files).map { table, files in
                TableOutcome(
                    keyspace: table.keyspace, table: table.table, tableID: nil, outcome: .success,
                    files: files, size: 0)
            }
        }
        #expect(share.shortfall(loaded([2, 2])) == nil)
        #expect(
            share.shortfall(loaded([2, 0]))
                == "only 0 of 2 files of app.users were staged when it was loaded.")
        #expect(share.shortfall(loaded([2])) != nil)
    }

    private func atLoad() -> RestoreRun {
        var run = RestoreRun()
        _ = run.planned(plan)
        _ = run.schemaApplied(nil)
        _ = run.staged(nil, unverified: 0)
        _ = run.truncated(nil)
        return run
    }
}
