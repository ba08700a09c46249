import BackupModel
import Execution
import Testing

@Suite struct SyncRunTests {
    private let one: ClusterNode
    private let two: ClusterNode
    private let tag: BackupTag

    init() throws {
        one = try Self.node(1)
        two = try Self.node(2)
        tag = try BackupTag("t")
    }

    private static func node(_ number: Int) throws -> ClusterNode {
        ClusterNode(
            hostID: try HostID("00000000-0000-0000-0000-00000000000\(number)"),
            address: "10.0.0.\(number)", agentURL: "http://10.0.0.\(number):1")
    }

    private func source(
        _ nodes: [ClusterNode], isListed: Bool = true, shortcoming: String? = nil
    ) -> SyncRun.Source {
        SyncRun.Source(
            isListed: isListed, shortcoming: shortcoming,
            hosts: Dictionary(uniqueKeysWithValues: nodes.map { ($0.hostID, $0.address) }))
    }

    private let full = NodeFailure(isAbsence: false, message: "full")

    @Test func `each destination gets what all nodes hold, one after the other`() {
        var run = SyncRun(destinations: ["b", "a"])
        #expect(run.next == .plan)
        #expect(
            run.planned(source([one, two]), tag: tag, NodeRoll(live: [one, two], absent: []))
                == .upload([one, two], destination: "a"))
        #expect(run.uploaded("a", stored: 2, failures: []).isWhole)
        #expect(run.next == .upload([one, two], destination: "b"))
        #expect(run.uploaded("b", stored: 2, failures: []).outcome == .success)
        #expect(run.next == .finish(.success, message: nil))
    }

    @Test func `a node that came after the snapshot takes no part`() {
        var run = SyncRun(destinations: ["a"])
        let action = run.planned(
            source([one]), tag: tag, NodeRoll(live: [one, two], absent: []))
        #expect(action == .upload([one], destination: "a"))
    }

    @Test func `each destination has its own outcome, and only a whole copy is a backup`() {
        var run = SyncRun(destinations: ["a", "b", "c"])
        _ = run.planned(source([one, two]), tag: tag, NodeRoll(live: [one, two], absent: []))
        let whole = run.uploaded("a", stored: 2, failures: [])
        #expect(whole.outcome == .success && whole.isWhole)
        let half = run.uploaded("b", stored: 1, failures: [(two, full)])
        #expect(half.outcome == .partial && !half.isWhole)
        let none = run.uploaded("c", stored: 0, failures: [(one, full), (two, full)])
        #expect(none.outcome == .error && !none.isWhole)
        #expect(
            run.next
                == .finish(
                    .partial,
                    message: "b: node 10.0.0.2: full; c: node 10.0.0.1: full; "
                        + "node 10.0.0.2: full"))
    }

    @Test func `without a node that holds a part of it the copy is not whole, and it is named`() {
        var run = SyncRun(destinations: ["a"])
        let away = HostOutcome(
            hostID: two.hostID, address: two.address, outcome: .error, message: "is silent")
        _ = run.planned(source([one, two]), tag: tag, NodeRoll(live: [one], absent: [away]))
        let ending = run.uploaded("a", stored: 1, failures: [])
        #expect(ending.message == "node 10.0.0.2: is silent" && !ending.isWhole)
        #expect(ending.outcome == .partial)
    }

    @Test func `a copy of a partial backup is as partial, and whole as a copy`() {
        var run = SyncRun(destinations: ["a"])
        _ = run.planned(
            source([one], shortcoming: "node 10.0.0.2: was away"), tag: tag,
            NodeRoll(live: [one, two], absent: []))
        let ending = run.uploaded("a", stored: 1, failures: [])
        #expect(ending.outcome == .partial && ending.isWhole)
    }

    @Test func `a snapshot that is gone, or of which no node is there, is an error`() {
        var gone = SyncRun(destinations: ["a"])
        #expect(
            gone.planned(
                source([], isListed: false), tag: tag, NodeRoll(live: [one], absent: []))
                == .finish(.error, message: "The nodes hold no snapshot t any more."))
        #expect(gone.pending == ["a"])
        var alone = SyncRun(destinations: ["a"])
        #expect(
            alone.planned(source([one]), tag: tag, NodeRoll(live: [], absent: []))
                == .finish(.error, message: "node 10.0.0.1: has left the cluster"))
    }

    @Test func `what is called off keeps what is whole already`() {
        var run = SyncRun(destinations: ["a", "b"])
        _ = run.planned(source([one]), tag: tag, NodeRoll(live: [one], absent: []))
        _ = run.uploaded("a", stored: 1, failures: [])
        #expect(run.calledOff() == .finish(.cancelled, message: "It was cancelled."))
        #expect(run.pending == ["b"])
    }

    @Test func `it is tried again three times by itself, with growing pauses`() {
        let pauses = (0..<5).map { SyncRetries.pause(afterRetries: $0) }
        #expect(pauses == [300, 900, 2_700, nil, nil])
    }
}
