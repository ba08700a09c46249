import AgentProtocol
import BackupModel
import Execution
import FoundationEssentials
import Testing

/// How a point-in-time restore goes on from stage to stage, and what it says at its end.
@Suite struct PointInTimeRunTests {
    private let pit: PointInTimeFixture
    private let one: PointInTimeMember
    private let two: PointInTimeMember

    init() throws {
        pit = try PointInTimeFixture()
        one = pit.member(pit.one)
        two = pit.member(pit.two)
    }

    @Test
    func `all nodes have everything before one is stopped, and are down before one is touched`() {
        var run = PointInTimeRun()
        #expect(run.next == .plan)
        #expect(run.planned(pit.plan()) == .stage([one, two]))
        #expect(run.staged(nil) == .fetch([one, two]))
        #expect(run.fetched(nil) == .stop([one, two]))
        #expect(run.stopped(nil) == .place([one, two]))
        #expect(
            run.placed([pit.one.hostID, pit.two.hostID], nil)
                == .start([one], pause: 7, pausesFirst: false))
        #expect(
            run.started([pit.one.hostID], nil) == .start([two], pause: 7, pausesFirst: true))
        #expect(run.started([pit.two.hostID], nil) == .clear([one.node, two.node]))
        #expect(run.cleared() == .finish(.success, message: nil))
        #expect(Set(run.report.nodes.values) == [.replayed])
    }

    @Test func `a segment that is corrupt leaves every node as it is`() {
        var run = PointInTimeRun()
        _ = run.planned(pit.plan())
        _ = run.staged(nil)
        #expect(run.fetched("node 10.0.0.2: x is corrupt") == .clear([one.node, two.node]))
        #expect(run.cleared() == .finish(.error, message: "node 10.0.0.2: x is corrupt"))
        #expect(Set(run.report.nodes.values) == [.untouched])
    }

    @Test func `where a node does not stop those that were stopped are started again`() {
        var run = PointInTimeRun()
        var plan = pit.plan()
        plan.members[1].wasUp = false
        _ = run.planned(plan)
        _ = run.staged(nil)
        _ = run.fetched(nil)
        #expect(run.stopped("node 10.0.0.2: it stays") == .startAgain([one]))
        #expect(run.startedAgain("node 10.0.0.1: no") == .clear([one.node, two.node]))
        #expect(
            run.cleared()
                == .finish(.error, message: "node 10.0.0.2: it stays node 10.0.0.1: no"))
    }

    @Test func `a failure after the barrier says how every node stands, and clears nothing`() {
        var run = atPlace()
        #expect(
            run.placed([pit.one.hostID], "node 10.0.0.2: the disk is full")
                == .finish(
                    .error,
                    message: """
                        node 10.0.0.2: the disk is full Down, the snapshot in place and its \
                        commitlogs not replayed: 10.0.0.1. Down, the snapshot not in place: \
                        10.0.0.2. The same restore asked for again goes on from there.
                        """))
        run = atPlace()
        _ = run.placed([pit.one.hostID, pit.two.hostID], nil)
        _ = run.started([pit.one.hostID], nil)
        #expect(
            run.started([], "node 10.0.0.2: no start")
                == .finish(
                    .error,
                    message: """
                        node 10.0.0.2: no start Restored and up: 10.0.0.1. Down, the snapshot in \
                        place and its commitlogs not replayed: 10.0.0.2. The same restore asked \
                        for again goes on from there.
                        """))
    }

    @Test func `asked for again it leaves alone what is restored and goes on with the rest`() {
        var run = PointInTimeRun()
        var down = two
        down.stage = .placed
        #expect(run.planned(pit.plan([.replayed, .placed])) == .stage([down]))
        _ = run.staged(nil)
        _ = run.fetched(nil)
        #expect(run.stopped(nil) == .place([down]))
        #expect(
            run.placed([pit.two.hostID], nil) == .start([down], pause: 7, pausesFirst: true))
        #expect(run.started([pit.two.hostID], nil) == .clear([one.node, two.node]))
    }

    @Test func `a staging that fails in a second attempt keeps what the first one put aside`() {
        var run = PointInTimeRun()
        _ = run.planned(pit.plan([.replayed, .emptied]))
        guard case .finish(.error, let message?) = run.staged("node 10.0.0.2: away") else {
            Issue.record("It did not end at once.")
            return
        }
        #expect(message.contains("Down, the snapshot not in place: 10.0.0.2."))
    }

    @Test func `cancelled before the barrier it clears, after it it says how every node stands`() {
        var run = PointInTimeRun()
        _ = run.planned(pit.plan())
        #expect(run.calledOff() == .clear([one.node, two.node]))
        #expect(run.cleared() == .finish(.cancelled, message: "It was cancelled."))
        run = atPlace()
        guard case .finish(.cancelled, let message?) = run.calledOff() else {
            Issue.record("It did not end as cancelled.")
            return
        }
        #expect(message.contains("Down, the snapshot not in place: 10.0.0.1, 10.0.0.2."))
    }

    @Test func `a run that was saved goes on with the stage that it was saved before`() throws {
        var run = atPlace()
        _ = run.placed([pit.one.hostID, pit.two.hostID], nil)
        _ = run.started([pit.one.hostID], nil)
        let saved = try JSONDecoder().decode(
            PointInTimeRun.self, from: JSONEncoder().encode(run))
        #expect(saved == run)
        #expect(saved.next == .start([two], pause: 7, pausesFirst: true))
    }

    @Test func `a plan that cannot work touches nothing, and says all that is against it`() {
        var run = PointInTimeRun()
        #expect(
            run.planned(PointInTimePlan(refusals: ["One.", "Two."]))
                == .finish(.error, message: "One. Two."))
    }

    @Test func `the same restore has the same name until another has come to something`() throws {
        var job = PointInTimeJob(
            tag: pit.tag, eventTime: 5, pit: 1500, destinationID: "d", segmentsID: "d",
            selection: .everything, restartPause: 60)
        let name = try job.stagingID(cluster: "c", lastRestore: nil)
        job.eventTime = 6
        job.restartPause = 0
        #expect(try job.stagingID(cluster: "c", lastRestore: nil) == name)
        #expect(try job.stagingID(cluster: "c", lastRestore: "r") != name)
        job.pit = 1501
        #expect(try job.stagingID(cluster: "c", lastRestore: nil) != name)
    }

    private func atPlace() -> PointInTimeRun {
        var run = PointInTimeRun()
        _ = run.planned(pit.plan())
        _ = run.staged(nil)
        _ = run.fetched(nil)
        _ = run.stopped(nil)
        return run
    }
}
