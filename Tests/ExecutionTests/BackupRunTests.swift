import BackupModel
import Execution
import Foundation
import Testing

@Suite struct BackupRunTests {
    private let one: ClusterNode
    private let two: ClusterNode

    init() throws {
        one = try Self.node(1)
        two = try Self.node(2)
    }

    private static func node(_ number: Int) throws -> ClusterNode {
        ClusterNode(
            hostID: try HostID("00000000-0000-0000-0000-00000000000\(number)"),
            address: "10.0.0.\(number)", agentURL: "http://10.0.0.\(number):1")
    }

    @Test func `a backup of all nodes to one destination ends in success`() {
        var run = BackupRun(destinations: ["d"])
        #expect(run.next == .plan)
        #expect(run.planned(NodeRoll(live: [one, two], absent: [])) == .takeSnapshots([one, two]))
        #expect(run.snapshotsTaken([]) == .capture([one, two]))
        #expect(run.captured(tables: 3, []) == .publishOnServer(.success, message: nil))
        #expect(run.published() == .upload([one, two], destinations: ["d"]))
        let (outcome, message) = run.uploaded("d", stored: 2, failures: [])
        #expect(outcome == .success && message == nil)
        #expect(run.uploadsEnded() == .finish(.success, message: nil))
    }

    @Test func `a snapshot that fails on a node that answers withdraws the run`() {
        var run = BackupRun(destinations: [])
        _ = run.planned(NodeRoll(live: [one, two], absent: []))
        let failure = NodeFailure(isAbsence: false, message: "No space left on device")
        #expect(run.snapshotsTaken([(two, failure)]) == .withdraw([one, two]))
        #expect(
            run.withdrawn(leaving: [])
                == .finish(.error, message: "node 10.0.0.2: No space left on device"))
    }

    @Test func `a node that does not answer is left out, and the backup is partial`() {
        var run = BackupRun(destinations: [])
        _ = run.planned(NodeRoll(live: [one, two], absent: []))
        let away = NodeFailure(isAbsence: true, message: "Connection refused")
        #expect(run.snapshotsTaken([(two, away)]) == .capture([one]))
        let reason = "node 10.0.0.2: Connection refused"
        #expect(run.captured(tables: 1, []) == .publishOnServer(.partial, message: reason))
        #expect(run.published() == .finish(.partial, message: reason))
    }

    @Test func `nodes that may hold a snapshot nobody wants are cleared later`() {
        var run = BackupRun(destinations: [])
        _ = run.planned(NodeRoll(live: [one, two], absent: []))
        let away = NodeFailure(isAbsence: true, message: "Connection refused")
        _ = run.snapshotsTaken([(two, away)])
        #expect(run.uncleared == [two.hostID])
        #expect(run.captured(tables: 0, []) == .withdraw([one]))
        _ = run.withdrawn(leaving: [one])
        #expect(run.uncleared == [two.hostID, one.hostID])
    }

    @Test func `a backup of nothing is an error`() {
        var run = BackupRun(destinations: [])
        _ = run.planned(NodeRoll(live: [one], absent: []))
        _ = run.snapshotsTaken([])
        #expect(run.captured(tables: 0, []) == .withdraw([one]))
    }

    @Test
    func `a destination that took only some nodes is partial, and one that took none an error`() {
        var run = BackupRun(destinations: ["a", "b"])
        _ = run.planned(NodeRoll(live: [one, two], absent: []))
        _ = run.snapshotsTaken([])
        _ = run.captured(tables: 1, [])
        _ = run.published()
        let full = NodeFailure(isAbsence: false, message: "full")
        #expect(run.uploaded("a", stored: 1, failures: [(two, full)]).0 == .partial)
        #expect(run.uploaded("b", stored: 0, failures: [(one, full), (two, full)]).0 == .error)
        #expect(
            run.uploadsEnded()
                == .finish(
                    .partial,
                    message: "a: node 10.0.0.2: full; b: node 10.0.0.1: full; node 10.0.0.2: full"))
    }

    @Test func `what is called off before it is published is withdrawn`() {
        var run = BackupRun(destinations: ["d"])
        _ = run.planned(NodeRoll(live: [one], absent: []))
        #expect(run.calledOff() == .withdraw([one]))
        #expect(run.withdrawn(leaving: []) == .finish(.cancelled, message: "It was cancelled."))
    }
    @Test func `scripts run before the snapshot and after all has been sent`() throws {
        let (before, after) = (try ScriptName("before"), try ScriptName("after"))
        var run = BackupRun(destinations: ["d"], preScript: before, postScript: after)
        #expect(run.planned(NodeRoll(live: [one], absent: [])) == .runPreScript(before, [one]))
        #expect(run.preScriptsRun([]) == .takeSnapshots([one]))
        _ = run.snapshotsTaken([])
        _ = run.captured(tables: 1, [])
        #expect(run.published() == .upload([one], destinations: ["d"]))
        _ = run.uploaded("d", stored: 1, failures: [])
        #expect(run.uploadsEnded() == .runPostScript(after, [one]))
        #expect(run.postScriptsRun([]) == .finish(.success, message: nil))
    }

    @Test func `a script that fails before the snapshot withdraws the run`() throws {
        var run = BackupRun(destinations: [], preScript: try ScriptName("before"))
        _ = run.planned(NodeRoll(live: [one, two], absent: []))
        let no = NodeFailure(isAbsence: false, message: "exit status 3")
        #expect(run.preScriptsRun([(two, no)]) == .withdraw([one, two]))
        #expect(
            run.withdrawn(leaving: []) == .finish(.error, message: "node 10.0.0.2: exit status 3"))
    }

    @Test func `a node that is away for the script before the snapshot is left out`() throws {
        var run = BackupRun(destinations: [], preScript: try ScriptName("before"))
        _ = run.planned(NodeRoll(live: [one, two], absent: []))
        let away = NodeFailure(isAbsence: true, message: "Connection refused")
        #expect(run.preScriptsRun([(two, away)]) == .takeSnapshots([one]))
    }

    @Test func `a script that fails afterwards is told, and the copies stay whole`() throws {
        let after = try ScriptName("after")
        var run = BackupRun(destinations: [], postScript: after)
        _ = run.planned(NodeRoll(live: [one], absent: []))
        _ = run.snapshotsTaken([])
        #expect(run.captured(tables: 1, []) == .publishOnServer(.success, message: nil))
        #expect(run.published() == .runPostScript(after, [one]))
        let no = NodeFailure(isAbsence: false, message: "exit status 3")
        #expect(
            run.postScriptsRun([(one, no)])
                == .finish(.partial, message: "node 10.0.0.1: exit status 3"))
    }

    @Test func `a run that an older executor saved goes on`() throws {
        var run = BackupRun(destinations: ["d"])
        _ = run.planned(NodeRoll(live: [one], absent: []))
        let saved = String(decoding: try JSONEncoder().encode(run), as: UTF8.self)
        #expect(!saved.contains("cript"))
        #expect(try JSONDecoder().decode(BackupRun.self, from: Data(saved.utf8)) == run)
    }
}
