package import AgentProtocol
package import BackupModel

/// A point-in-time restore under way. Pure; saved before each stage.
///
/// Plan → staging → segments → (barrier) → all nodes down → snapshot in place → start with replay →
/// clean-up. Until all files and segments of all nodes are there and whole, no node is stopped; and
/// until all nodes are down, nothing of theirs is touched: a node that still had what came after the
/// moment would give it back to the others. Whoever fails after that leaves every node as it stands,
/// and the same restore asked for again goes on from there.
package struct PointInTimeRun: Codable, Hashable, Sendable {
    /// What the driver does next.
    package enum Action: Hashable, Sendable {
        case plan
        case stage([PointInTimeMember])
        case fetch([PointInTimeMember])
        case stop([PointInTimeMember])
        case place([PointInTimeMember])
        /// Starts them, each so many seconds after the one before it.
        case start([PointInTimeMember], pause: Int, pausesFirst: Bool)
        /// Starts nodes that were stopped and not touched.
        case startAgain([PointInTimeMember])
        case clear([ClusterNode])
        case finish(Outcome, message: String?)
    }

    private enum Stage: String, Codable {
        case plan, staging, fetch, stop, place, start, startAgain, clear, finish
    }

    private var stage = Stage.plan
    package private(set) var plan = PointInTimePlan()
    package private(set) var stages: [HostID: ReplayStage] = [:]
    private var failure: String?
    private var cancelled = false

    package init() {}

    /// What comes next, at the beginning and after a restart.
    package var next: Action {
        switch stage {
        case .plan: .plan
        case .staging: .stage(open)
        case .fetch: .fetch(open)
        case .stop: .stop(open)
        case .place: .place(open)
        case .start: start
        case .startAgain: .startAgain(plan.members.filter(\.wasUp))
        case .clear: .clear(plan.members.map(\.node))
        case .finish: finish
        }
    }

    /// Nodes that are not at their end.
    private var open: [PointInTimeMember] {
        plan.members.filter { self.stage(of: $0) < .replayed }
    }

    /// Whether what a node holds may have been touched.
    private var isTouched: Bool { stages.values.contains { $0 > .untouched } }

    private func stage(of member: PointInTimeMember) -> ReplayStage {
        stages[member.node.hostID] ?? .untouched
    }

    /// One node alone first: the others look for the ring there.
    private var start: Action {
        let isFirst = open.count == plan.members.count
        return .start(
            isFirst ? Array(open.prefix(1)) : open, pause: plan.restartPause,
            pausesFirst: !isFirst)
    }

    /// The plan is made; it may say that nothing can be done.
    package mutating func planned(_ plan: PointInTimePlan) -> Action {
        self.plan = plan
        stages = Dictionary(
            plan.members.map { ($0.node.hostID, $0.stage) }, uniquingKeysWith: { $1 })
        if plan.refusals.isEmpty {
            stage = open.isEmpty ? .clear : .staging
        } else {
            failure = plan.refusals.joined(separator: " ")
            stage = .finish
        }
        return next
    }

    package mutating func staged(_ failure: String?) -> Action {
        advance(to: .fetch, orGiveUp: failure)
    }

    /// The barrier: all nodes have all files and segments, verified, or none is stopped.
    package mutating func fetched(_ failure: String?) -> Action {
        advance(to: .stop, orGiveUp: failure)
    }

    /// All nodes are down, or those that were up are started again.
    package mutating func stopped(_ failure: String?) -> Action {
        if failure == nil {
            // From here on whoever finds this run cannot tell otherwise.
            for member in open where stage(of: member) == .untouched {
                stages[member.node.hostID] = .emptying
            }
        }
        return advance(to: .place, orGiveUp: failure)
    }

    /// - Parameter hosts: where the snapshot is in place now.
    package mutating func placed(_ hosts: [HostID], _ failure: String?) -> Action {
        for host in hosts { stages[host] = .placed }
        return advance(to: .start, orGiveUp: failure)
    }

    /// - Parameter hosts: which have replayed and are up now.
    package mutating func started(_ hosts: [HostID], _ failure: String?) -> Action {
        for host in hosts { stages[host] = .replayed }
        return advance(to: open.isEmpty ? .clear : .start, orGiveUp: failure)
    }

    /// - Parameter failure: which did not come up, if any.
    package mutating func startedAgain(_ failure: String?) -> Action {
        if let failure { self.failure = [self.failure, failure].joined }
        stage = .clear
        return next
    }

    package mutating func cleared() -> Action {
        stage = .finish
        return next
    }

    /// Somebody called it off.
    package mutating func calledOff() -> Action {
        switch stage {
        case .plan, .staging, .fetch, .stop, .place, .start:
            cancelled = true
            giveUp()
        case .startAgain, .clear, .finish:
            break
        }
        return next
    }

    private mutating func advance(to stage: Stage, orGiveUp failure: String?) -> Action {
        self.failure = failure
        if failure == nil { self.stage = stage } else { giveUp() }
        return next
    }

    /// Before a node was touched nothing is to be left; after that what is staged is still needed.
    private mutating func giveUp() {
        if plan.members.isEmpty || isTouched {
            stage = .finish
        } else {
            stage = stage == .stop ? .startAgain : .clear
        }
    }

    private var finish: Action {
        if cancelled {
            return .finish(.cancelled, message: explained("It was cancelled."))
        }
        if let failure { return .finish(.error, message: explained(failure)) }
        return .finish(.success, message: nil)
    }
}

extension [String?] {
    fileprivate var joined: String { compactMap { $0 }.joined(separator: " ") }
}
