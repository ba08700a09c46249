package import BackupModel

/// A restore under way. Pure; saved before each stage.
///
/// Until `truncate` nothing of the live data is touched: every file of every node is staged and
/// verified before. From then on it only goes forward.
package struct RestoreRun: Codable, Hashable, Sendable {
    /// One host's files, and the node that stages and loads them.
    package struct Share: Codable, Hashable, Sendable {
        package var source: HostID
        package var node: ClusterNode
        package var tables: [TableName]
        /// Bytes.
        package var size: Int64

        package init(source: HostID, node: ClusterNode, tables: [TableName], size: Int64) {
            self.source = source
            self.node = node
            self.tables = tables
            self.size = size
        }
    }

    /// What a restore will do.
    package struct Plan: Codable, Hashable, Sendable {
        package var shares: [Share]
        package var truncate: [TableName]
        package var absent: [HostOutcome]

        package init(shares: [Share], truncate: [TableName], absent: [HostOutcome]) {
            self.shares = shares
            self.truncate = truncate
            self.absent = absent
        }

        /// Every table, once.
        package var tables: [TableName] { Set(shares.flatMap(\.tables)).sorted() }
    }

    /// What the driver does next.
    package enum Action: Hashable, Sendable {
        case plan
        case applySchema(Share)
        case stage([Share])
        case truncate([TableName], on: ClusterNode)
        case load([Share], deadHosts: [String])
        case clear([Share])
        case finish(Outcome, message: String?)
    }

    private enum Stage: String, Codable {
        case plan, schema, staging, truncate, load, clear, finish
    }

    private var stage = Stage.plan
    private var plan = Plan(shares: [], truncate: [], absent: [])
    private var failure: String?
    private var cancelled = false

    package init() {}

    /// What comes next, at the beginning and after a restart.
    package var next: Action {
        switch stage {
        case .plan: return .plan
        case .schema:
            guard let share = plan.shares.first else { return finish }
            return .applySchema(share)
        case .staging: return .stage(plan.shares)
        case .truncate:
            guard let share = plan.shares.first else { return finish }
            return .truncate(plan.truncate, on: share.node)
        case .load: return .load(plan.shares, deadHosts: plan.absent.map(\.address))
        case .clear: return .clear(plan.shares)
        case .finish: return finish
        }
    }

    /// The plan is made, or cannot be.
    package mutating func planned(_ result: Result<Plan, RestoreRefusal>) -> Action {
        switch result {
        case .success(let plan):
            self.plan = plan
            stage = .schema
        case .failure(let refusal):
            failure = refusal.message
            stage = .finish
        }
        return next
    }

    package mutating func schemaApplied(_ failure: String?) -> Action {
        advance(to: .staging, orGiveUp: failure)
    }

    /// The barrier: all nodes have all files, verified, or live data stays as it is.
    package mutating func staged(_ failure: String?) -> Action {
        advance(to: plan.truncate.isEmpty ? .load : .truncate, orGiveUp: failure)
    }

    package mutating func truncated(_ failure: String?) -> Action {
        advance(to: .load, orGiveUp: failure.map { "\($0) Nothing was loaded." })
    }

    package mutating func loaded(_ failure: String?) -> Action {
        let lost = failure.map { failure in
            plan.truncate.isEmpty
                ? failure : "\(failure) The tables were truncated before: restore them again."
        }
        return advance(to: .clear, orGiveUp: lost)
    }

    package mutating func cleared() -> Action {
        stage = .finish
        return next
    }

    /// Somebody called it off: before the barrier at once, after it not any more.
    package mutating func calledOff() -> Action {
        switch stage {
        case .plan, .schema, .staging:
            cancelled = true
            stage = plan.shares.isEmpty ? .finish : .clear
        case .truncate, .load, .clear, .finish:
            break
        }
        return next
    }

    private mutating func advance(to stage: Stage, orGiveUp failure: String?) -> Action {
        self.failure = failure
        self.stage = failure == nil ? stage : .clear
        return next
    }

    private var finish: Action {
        if cancelled { return .finish(.cancelled, message: "It was cancelled.") }
        if let failure { return .finish(.error, message: failure) }
        guard plan.absent.isEmpty else {
            let names = plan.absent.map(\.address).joined(separator: ", ")
            return .finish(.partial, message: "Without the nodes \(names), which do not answer.")
        }
        return .finish(.success, message: nil)
    }
}
