package import BackupModel

/// A sync under way: what it has come to, and what comes next. Pure; saved before each stage.
package struct SyncRun: Codable, Hashable, Sendable {
    /// What the driver does next.
    package enum Action: Hashable, Sendable {
        /// Find out what the nodes hold, and which of them take part.
        case plan
        /// Send to the destination.
        case upload([ClusterNode], destination: String)
        /// End the request.
        case finish(Outcome, message: String?)
    }

    /// What the catalog knows of the snapshot.
    package struct Source: Hashable, Sendable {
        package var isListed: Bool
        /// Why it is not all of the cluster; `nil` where it is.
        package var shortcoming: String?
        /// The nodes that hold it, with their addresses at the time.
        package var hosts: [HostID: String]

        package init(isListed: Bool, shortcoming: String?, hosts: [HostID: String]) {
            self.isListed = isListed
            self.shortcoming = shortcoming
            self.hosts = hosts
        }
    }

    /// How one destination's copy ended.
    package struct Ending: Codable, Hashable, Sendable {
        package var outcome: Outcome
        package var message: String?
        /// Whether it holds all that the nodes do: only then it becomes a backup.
        package var isWhole: Bool
    }

    private enum Stage: String, Codable {
        case plan, upload, finish
    }

    private var stage = Stage.plan
    private var nodes: [ClusterNode] = []
    /// Why nodes that hold the snapshot take no part.
    private var absences: [String] = []
    private var shortcoming: String?
    /// Cause of the end, where nothing could be sent at all.
    private var failure: String?
    private var cancelled = false
    /// Destinations that have not ended.
    package private(set) var pending: [String]
    private var endings: [String: Ending] = [:]

    /// - Parameter destinations: ids.
    package init(destinations: some Sequence<String>) {
        pending = destinations.sorted()
    }

    /// What comes next, at the beginning and after a restart.
    package var next: Action {
        switch stage {
        case .plan: return .plan
        case .upload:
            guard let destination = pending.first else { return finish }
            return .upload(nodes, destination: destination)
        case .finish: return finish
        }
    }

    /// The snapshot and the nodes are known.
    package mutating func planned(_ source: Source, tag: BackupTag, _ roll: NodeRoll) -> Action {
        nodes = roll.live.filter { source.hosts[$0.hostID] != nil }
        let present = Set(nodes.map(\.hostID))
        let reasons = Dictionary(
            roll.absent.map { ($0.hostID, $0.message ?? "is away") }, uniquingKeysWith: { $1 })
        absences = source.hosts.filter { !present.contains($0.key) }
            .map { "node \($0.value): \(reasons[$0.key] ?? "has left the cluster")" }.sorted()
        shortcoming = source.shortcoming
        guard source.isListed else {
            failure = "The nodes hold no snapshot \(tag) any more."
            stage = .finish
            return next
        }
        guard !nodes.isEmpty else {
            failure = absences.joined(separator: "; ")
            stage = .finish
            return next
        }
        stage = .upload
        return next
    }

    /// A destination's copy has ended.
    ///
    /// - Parameters:
    ///   - stored: nodes that sent all they hold.
    ///   - failures: why others did not.
    package mutating func uploaded(
        _ destination: String, stored: Int, failures: [(ClusterNode, NodeFailure)]
    ) -> Ending {
        pending.removeAll { $0 == destination }
        let lacks = failures.map { "node \($0.0.address): \($0.1.message)" } + absences
        let reasons = lacks + (shortcoming.map { [$0] } ?? [])
        let ending = Ending(
            outcome: stored == 0 ? .error : (reasons.isEmpty ? .success : .partial),
            message: reasons.isEmpty ? nil : reasons.joined(separator: "; "),
            isWhole: lacks.isEmpty && stored > 0)
        endings[destination] = ending
        return ending
    }

    /// Somebody called it off. What is whole already stays.
    package mutating func calledOff() -> Action {
        if stage != .finish {
            cancelled = true
            stage = .finish
        }
        return next
    }

    private var finish: Action {
        if cancelled { return .finish(.cancelled, message: "It was cancelled.") }
        if let failure { return .finish(.error, message: failure) }
        let outcomes = endings.values.map(\.outcome)
        let messages = endings.sorted { $0.key < $1.key }.compactMap { id, ending in
            ending.message.map { "\(id): \($0)" }
        }
        let outcome: Outcome =
            outcomes.allSatisfy { $0 == .success }
            ? .success : (outcomes.allSatisfy { $0 == .error } ? .error : .partial)
        return .finish(
            outcome, message: messages.isEmpty ? nil : messages.joined(separator: "; "))
    }
}
