package import BackupModel

/// A backup under way: what it has come to, and what comes next. Pure; it is saved before each
/// stage, and a new holder of the job goes on from there.
package struct BackupRun: Codable, Hashable, Sendable {
    /// What the driver does next.
    package enum Action: Hashable, Sendable {
        /// Find out who takes part.
        case plan
        /// Run a script on all these nodes at once.
        case runPreScript(ScriptName, [ClusterNode])
        /// Take the snapshot on all these nodes at once.
        case takeSnapshots([ClusterNode])
        /// Check and hash the snapshots, and make the on-server backup exist.
        case capture([ClusterNode])
        /// End the on-server copy and its event.
        case publishOnServer(Outcome, message: String?)
        /// Send to all destinations that have not ended yet.
        case upload([ClusterNode], destinations: [String])
        /// Run a script on all these nodes at once; the backup is there however that goes.
        case runPostScript(ScriptName, [ClusterNode])
        /// Clear what was made on these nodes; nothing of the run remains but its outcome.
        case withdraw([ClusterNode])
        /// End the request.
        case finish(Outcome, message: String?)
    }

    private enum Stage: String, Codable {
        case plan, preScript, snapshot, capture, publish, upload, postScript, withdraw, finish
    }

    private var stage = Stage.plan
    private var roll = NodeRoll(live: [], absent: [])
    /// Cause of the end, where the run was given up.
    private var failure: String?
    private var cancelled = false
    private var pending: [String]
    private var outcomes: [String: Outcome] = [:]
    private var messages: [String] = []
    private var preScript: ScriptName?
    private var postScript: ScriptName?
    /// Nodes whose script after the snapshot failed, with the reason; `nil` before that.
    private var postScriptFailures: [String]?
    /// Nodes that may still hold a snapshot of a run that went on, or was given up, without them.
    package private(set) var uncleared: [HostID] = []

    /// - Parameters:
    ///   - destinations: the remote ones, by id.
    ///   - preScript: what each node runs before its snapshot.
    ///   - postScript: what each node runs after all has been sent.
    package init(
        destinations: [String], preScript: ScriptName? = nil, postScript: ScriptName? = nil
    ) {
        pending = destinations.sorted()
        self.preScript = preScript
        self.postScript = postScript
    }

    /// Nodes that were to take part and did not answer.
    package var absent: [HostOutcome] { roll.absent }

    /// How the snapshot of every node went, for the manifests.
    package var hosts: [HostOutcome] {
        roll.live.map { HostOutcome(hostID: $0.hostID, address: $0.address, outcome: .success) }
            + roll.absent
    }

    /// What comes next, at the beginning and after a restart.
    package var next: Action {
        switch stage {
        case .plan: .plan
        case .preScript:
            preScript.map { .runPreScript($0, roll.live) } ?? .takeSnapshots(roll.live)
        case .snapshot: .takeSnapshots(roll.live)
        case .capture: .capture(roll.live)
        case .publish: .publishOnServer(onServerOutcome, message: absenceMessage)
        case .upload: .upload(roll.live, destinations: pending)
        case .postScript: postScript.map { .runPostScript($0, roll.live) } ?? finish
        case .withdraw: .withdraw(roll.live)
        case .finish: finish
        }
    }

    /// The nodes are known.
    package mutating func planned(_ roll: NodeRoll) -> Action {
        self.roll = roll
        guard !roll.live.isEmpty else {
            let reasons = roll.absent.map { "node \($0.address): \($0.message ?? "")" }
            failure =
                reasons.isEmpty
                ? "The cluster has no nodes with an agent." : reasons.joined(separator: "; ")
            stage = .finish
            return next
        }
        stage = preScript == nil ? .snapshot : .preScript
        return next
    }

    /// How the scripts before the snapshot went. One that fails withdraws the run.
    package mutating func preScriptsRun(_ failures: [(ClusterNode, NodeFailure)]) -> Action {
        proceed(to: .snapshot, leavingOut: failures)
    }

    /// How the snapshots went, by node; `nil` for those that succeeded.
    package mutating func snapshotsTaken(_ failures: [(ClusterNode, NodeFailure)]) -> Action {
        proceed(to: .capture, leavingOut: failures)
    }

    /// Nodes that are away are left out; a failure of one that answers withdraws the run.
    private mutating func proceed(
        to following: Stage, leavingOut failures: [(ClusterNode, NodeFailure)]
    ) -> Action {
        for (node, failure) in failures where failure.isAbsence {
            roll.live.removeAll { $0 == node }
            uncleared.append(node.hostID)
            roll.absent.append(
                HostOutcome(
                    hostID: node.hostID, address: node.address, outcome: .error,
                    message: failure.message))
        }
        let real = failures.filter { !$0.1.isAbsence }
        if !real.isEmpty { return giveUp(real) }
        guard !roll.live.isEmpty else { return planned(roll) }
        stage = following
        return next
    }

    /// How the capture went; any failure withdraws the run.
    ///
    /// - Parameter tables: how many tables were captured, over all nodes.
    package mutating func captured(tables: Int, _ failures: [(ClusterNode, NodeFailure)]) -> Action
    {
        if !failures.isEmpty { return giveUp(failures) }
        guard tables > 0 else {
            failure = "There is nothing to back up: no table of the chosen keyspaces exists."
            stage = .withdraw
            return next
        }
        stage = .publish
        return next
    }

    /// The on-server copy has ended.
    package mutating func published() -> Action {
        outcomes[DestinationID.onServer] = onServerOutcome
        if let absenceMessage { messages.append(absenceMessage) }
        stage = pending.isEmpty ? afterSending : .upload
        return next
    }

    /// A destination's copy has ended.
    package mutating func uploaded(
        _ destination: String, stored: Int, failures: [(ClusterNode, NodeFailure)]
    ) -> (Outcome, message: String?) {
        pending.removeAll { $0 == destination }
        let reasons =
            failures.map { "node \($0.0.address): \($0.1.message)" }
            + (absenceMessage.map { [$0] } ?? [])
        let outcome: Outcome =
            stored == 0 ? .error : (reasons.isEmpty ? .success : .partial)
        outcomes[destination] = outcome
        let message = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        if !failures.isEmpty, let message { messages.append("\(destination): \(message)") }
        return (outcome, message)
    }

    /// All destinations have ended.
    package mutating func uploadsEnded() -> Action {
        stage = afterSending
        return next
    }

    private var afterSending: Stage { postScript == nil ? .finish : .postScript }

    /// How the scripts after the snapshot went. What is published stays as it is.
    package mutating func postScriptsRun(_ failures: [(ClusterNode, NodeFailure)]) -> Action {
        postScriptFailures = failures.map { "node \($0.0.address): \($0.1.message)" }
        stage = .finish
        return next
    }

    /// Somebody called it off. What is published stays.
    package mutating func calledOff() -> Action {
        switch stage {
        case .plan, .preScript, .snapshot, .capture, .publish:
            cancelled = true
            failure = "It was cancelled."
            stage = .withdraw
        case .upload, .postScript:
            cancelled = true
            stage = .finish
        case .withdraw, .finish:
            break
        }
        return next
    }

    /// Destinations that have not ended.
    package var unfinished: [String] { pending }

    /// The snapshots are cleared, but for those of nodes that did not answer.
    package mutating func withdrawn(leaving nodes: [ClusterNode]) -> Action {
        uncleared += nodes.map(\.hostID)
        stage = .finish
        return next
    }

    private mutating func giveUp(_ failures: [(ClusterNode, NodeFailure)]) -> Action {
        failure = failures.map { "node \($0.0.address): \($0.1.message)" }.joined(separator: "; ")
        stage = .withdraw
        return next
    }

    private var onServerOutcome: Outcome { roll.absent.isEmpty ? .success : .partial }

    private var absenceMessage: String? {
        guard !roll.absent.isEmpty else { return nil }
        return roll.absent.map { "node \($0.address): \($0.message ?? "is away")" }
            .joined(separator: "; ")
    }

    private var finish: Action {
        if cancelled { return .finish(.cancelled, message: failure ?? "It was cancelled.") }
        if let failure { return .finish(.error, message: failure) }
        let messages = messages + (postScriptFailures ?? [])
        let isGood =
            outcomes.values.allSatisfy { $0 == .success } && (postScriptFailures ?? []).isEmpty
        return .finish(
            isGood ? .success : .partial,
            message: messages.isEmpty ? nil : messages.joined(separator: "; "))
    }
}
