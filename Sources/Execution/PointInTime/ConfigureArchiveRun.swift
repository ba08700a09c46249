package import BackupModel

/// The rolling restart that brings commitlog archiving to the nodes. Pure; saved before each stage.
///
/// Node by node: its properties are written; where Cassandra has to read them anew, all nodes have
/// to be up before it is stopped, and the next node waits until it is up and normal again, and a
/// pause longer. Whatever fails stops it there.
package struct ConfigureArchiveRun: Codable, Hashable, Sendable {
    /// What the driver does next.
    package enum Action: Hashable, Sendable {
        case enlist
        case configure(ClusterNode)
        /// Waits until all nodes are up, as this one sees them.
        case awaitRing(ClusterNode)
        case restart(ClusterNode)
        /// Waits so many seconds.
        case pause(Int)
        case finish(Outcome, message: String?)
    }

    private enum Stage: Codable, Hashable {
        case enlist, configure, awaitRing, restart, pause, finish
    }

    private let sleep: Int
    private var stage = Stage.enlist
    private var nodes: [ClusterNode] = []
    /// Nodes that are as they should be.
    private var done = 0
    private var failure: String?
    private var isCancelled = false

    /// - Parameter sleep: seconds between a node's return and the next one's stop.
    package init(sleep: Int) {
        self.sleep = sleep
    }

    /// What comes next, at the beginning and after a restart.
    package var next: Action {
        guard stage != .enlist else { return .enlist }
        guard stage != .finish, done < nodes.count else { return finish }
        switch stage {
        case .enlist: return .enlist
        case .configure: return .configure(nodes[done])
        case .awaitRing: return .awaitRing(nodes[done])
        case .restart: return .restart(nodes[done])
        case .pause: return .pause(sleep)
        case .finish: return finish
        }
    }

    /// Nobody is restarted while somebody is away.
    package mutating func enlisted(_ roll: NodeRoll) -> Action {
        nodes = roll.live.sorted { $0.address < $1.address }
        stage = .configure
        if let away = roll.absent.first {
            fail(
                "node \(away.address): \(away.message ?? "it is away"); no node is stopped while "
                    + "another one is down.")
        } else if nodes.isEmpty {
            fail("The cluster has no node with an agent.")
        }
        return next
    }

    /// - Parameter needsRestart: `nil` where it failed.
    package mutating func configured(needsRestart: Bool?, failure: String?) -> Action {
        switch (failure, needsRestart ?? false) {
        case (let failure?, _): fail(failure)
        case (nil, true): stage = .awaitRing
        case (nil, false): done += 1
        }
        return next
    }

    package mutating func ringAwaited(failure: String?) -> Action {
        if let failure { fail(failure) } else { stage = .restart }
        return next
    }

    package mutating func restarted(failure: String?) -> Action {
        if let failure {
            fail(failure)
        } else {
            done += 1
            stage = .pause
        }
        return next
    }

    package mutating func paused() -> Action {
        stage = .configure
        return next
    }

    /// Somebody called it off: the nodes that are done stay as they are.
    package mutating func calledOff() -> Action {
        isCancelled = true
        stage = .finish
        return next
    }

    private mutating func fail(_ failure: String) {
        self.failure = failure
        stage = .finish
    }

    private var finish: Action {
        let reached =
            nodes.isEmpty ? "No node was changed." : "\(done) of \(nodes.count) nodes are done."
        if isCancelled { return .finish(.cancelled, message: "It was cancelled. \(reached)") }
        if let failure { return .finish(.error, message: "\(failure) \(reached)") }
        return .finish(.success, message: nil)
    }
}
