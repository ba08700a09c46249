import BackupModel
import Execution
import Foundation
import Testing

/// The rolling restart that brings commitlog archiving to the nodes.
@Suite struct ConfigureArchiveRunTests {
    private let nodes: [ClusterNode]

    init() throws {
        nodes = try (1...3).map { number in
            ClusterNode(
                hostID: try HostID("00000000-0000-0000-0000-00000000000\(number)"),
                address: "10.0.0.\(number)", agentURL: "")
        }
    }

    private func begun(sleep: Int = 5) -> ConfigureArchiveRun {
        var run = ConfigureArchiveRun(sleep: sleep)
        _ = run.enlisted(NodeRoll(live: nodes.reversed(), absent: []))
        return run
    }

    /// As an executor that takes over finds it.
    private func saved(_ run: ConfigureArchiveRun) throws -> ConfigureArchiveRun {
        try JSONDecoder().decode(ConfigureArchiveRun.self, from: JSONEncoder().encode(run))
    }

    @Test func `node by node: written, the ring whole, restarted, a pause`() throws {
        var run = ConfigureArchiveRun(sleep: 5)
        #expect(run.next == .enlist)
        #expect(
            run.enlisted(NodeRoll(live: nodes.reversed(), absent: [])) == .configure(nodes[0]))
        for (number, node) in nodes.enumerated() {
            #expect(try saved(run).next == .configure(node))
            #expect(run.configured(needsRestart: true, failure: nil) == .awaitRing(node))
            #expect(try saved(run).next == .awaitRing(node))
            #expect(run.ringAwaited(failure: nil) == .restart(node))
            #expect(try saved(run).next == .restart(node))
            let next = run.restarted(failure: nil)
            guard number < 2 else {
                #expect(next == .finish(.success, message: nil))
                return
            }
            #expect(next == .pause(5))
            #expect(try saved(run).next == .pause(5))
            _ = run.paused()
        }
    }

    @Test func `nodes that have read it already are not restarted`() {
        var run = begun()
        #expect(run.configured(needsRestart: false, failure: nil) == .configure(nodes[1]))
        #expect(run.configured(needsRestart: false, failure: nil) == .configure(nodes[2]))
        #expect(
            run.configured(needsRestart: false, failure: nil) == .finish(.success, message: nil))
    }

    @Test func `while a node is away, nothing is begun`() {
        var run = ConfigureArchiveRun(sleep: 5)
        let away = HostOutcome(
            hostID: nodes[2].hostID, address: "10.0.0.3", outcome: .error,
            message: "its Cassandra does not answer")
        #expect(
            run.enlisted(NodeRoll(live: Array(nodes.prefix(2)), absent: [away]))
                == .finish(
                    .error,
                    message:
                        "node 10.0.0.3: its Cassandra does not answer; no node is stopped while "
                        + "another one is down. 0 of 2 nodes are done."))
    }

    @Test func `a node that does not come back stops it, and it is told how far it came`() throws {
        var run = begun(sleep: 0)
        _ = run.configured(needsRestart: true, failure: nil)
        _ = run.ringAwaited(failure: nil)
        _ = run.restarted(failure: nil)
        _ = run.paused()
        _ = run.configured(needsRestart: true, failure: nil)
        _ = run.ringAwaited(failure: nil)
        let end = run.restarted(failure: "node 10.0.0.2: It is broken.")
        #expect(
            end
                == .finish(
                    .error, message: "node 10.0.0.2: It is broken. 1 of 3 nodes are done."))
        #expect(try saved(run).next == end)
    }

    @Test func `a ring that is not whole, or a node that cannot be written to, stops it`() {
        var run = begun()
        #expect(
            run.configured(needsRestart: nil, failure: "No.")
                == .finish(.error, message: "No. 0 of 3 nodes are done."))
        run = begun()
        _ = run.configured(needsRestart: true, failure: nil)
        #expect(
            run.ringAwaited(failure: "Not whole.")
                == .finish(.error, message: "Not whole. 0 of 3 nodes are done."))
    }

    @Test func `called off, what is done stays`() {
        var run = begun()
        _ = run.configured(needsRestart: false, failure: nil)
        #expect(
            run.calledOff()
                == .finish(.cancelled, message: "It was cancelled. 1 of 3 nodes are done."))
    }
}
