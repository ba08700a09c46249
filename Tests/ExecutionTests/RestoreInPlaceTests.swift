import AgentProtocol
import BackupModel
import Execution
import Testing

/// When files may be put into the nodes' own data directories.
@Suite struct RestoreInPlaceTests {
    private let restore: RestoreFixture

    init() throws { restore = try RestoreFixture() }

    private func plan(
        truncate: Bool = true, live: [ClusterNode]? = nil, absent: [ClusterNode] = [],
        force: Bool = false, change: (inout InspectRestore.Result) -> Void = { _ in }
    ) -> RestorePlan {
        let planning = restore.planning(
            truncate: truncate, force: force, mode: .inPlace, live: live, absent: absent)
        let outline = planning.outline()
        var found = [
            restore.one.address: restore.found(restore.one),
            restore.two.address: restore.found(restore.two),
        ]
        change(&found[restore.one.address, default: restore.found(restore.one)])
        return planning.plan(outline, found: found)
    }

    @Test func `the same ring, all nodes and truncated tables are what it takes`() {
        #expect(plan().refusals == [])
        #expect(plan().mode == .inPlace)
    }

    @Test func `a table that keeps its rows is named`() {
        #expect(
            plan(truncate: false).refusals == [
                "use_sstableloader: false needs truncate: true for app.orders.",
                "use_sstableloader: false needs truncate: true for app.users.",
            ])
    }

    @Test func `other tokens are refused, and the host is named`() {
        let refusals = plan { $0.origins[0].tokens = ["7"] }.refusals
        #expect(
            refusals == [
                "use_sstableloader: false needs the topology of the backup: host "
                    + "\(restore.one.hostID) has other tokens now."
            ])
    }

    @Test func `a backup that tells no tokens is refused`() {
        let refusals = plan { $0.origins[0].tokens = [] }.refusals
        #expect(refusals.count == 1)
        #expect(refusals[0].contains("does not tell tokens"))
    }

    @Test func `a node that is away is refused, even by force`() {
        let refusals = plan(live: [restore.one], absent: [restore.two], force: true).refusals
        #expect(refusals.contains { $0.contains("10.0.0.2 takes no part") })
    }

    @Test func `data directories need room only where files cannot be linked`() {
        #expect(plan { $0.data[0].freeBytes = 99 }.refusals.count == 1)
        #expect(
            plan {
                $0.data[0].freeBytes = 99
                $0.data[0].device = $0.staging.device
                $0.stagedBytes = 100
            }.refusals == [])
    }
}
