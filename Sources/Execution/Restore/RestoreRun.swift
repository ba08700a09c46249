package import AgentProtocol
package import BackupModel

/// A restore under way. Pure; saved before each stage.
///
/// Plan → schema → staging → (barrier) → truncate → load → clean-up. Until the barrier nothing of
/// the live rows is touched: every file of every node is staged and verified before. Whoever fails
/// or is cancelled after it takes stock, table by table, and leaves what is staged, so that the
/// same restore asked for again goes on from there.
package struct RestoreRun: Codable, Hashable, Sendable {
    /// What the driver does next.
    package enum Action: Hashable, Sendable {
        case plan
        case applySchema(RestoreShare)
        case stage([RestoreShare])
        /// Empties the tables, once; what was loaded of them before counts no more.
        case truncate([TableName], on: ClusterNode)
        case load([RestoreShare], deadHosts: [String])
        /// Counts what a drill has restored, and what lives.
        case count(on: ClusterNode)
        /// Drops what a drill has made, whatever became of it.
        case dropDrill
        /// Asks the nodes which tables are loaded.
        case takeStock([ClusterNode])
        case clear([ClusterNode])
        case finish(Outcome, message: String?)
    }

    private enum Stage: String, Codable {
        case plan, schema, staging, truncate, load, count, dropDrill, takeStock, clear, finish
    }

    private var stage = Stage.plan
    package private(set) var plan = RestorePlan()
    private(set) var failure: String?
    private(set) var cancelled = false
    /// Whether live rows may have been touched.
    private(set) var isPastBarrier = false
    /// Whether TRUNCATE did not come to its end; `nil` before it was asked for.
    private(set) var mayBeTruncated: Bool?
    /// Files that neither a hash nor a digest proves.
    private(set) var unverified = 0
    private(set) var loaded: Set<LoadedPart> = []
    private var counted: [DrillProof.Table]?

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
        case .count:
            guard let share = plan.shares.first else { return finish }
            return .count(on: share.node)
        case .dropDrill: return .dropDrill
        case .takeStock: return .takeStock(plan.nodes)
        case .clear: return .clear(plan.nodes)
        case .finish: return finish
        }
    }

    /// The plan is made; it may say that nothing can be done.
    package mutating func planned(_ plan: RestorePlan) -> Action {
        if plan.refusals.isEmpty {
            self.plan = plan
            stage = .schema
        } else {
            failure = plan.refusals.joined(separator: " ")
            stage = .finish
        }
        return next
    }

    package mutating func schemaApplied(_ failure: String?) -> Action {
        advance(to: .staging, orGiveUp: failure)
    }

    /// The barrier: all nodes have all files, verified, or live data stays as it is.
    ///
    /// - Parameter unverified: files that neither a hash nor a digest proves.
    package mutating func staged(_ failure: String?, unverified: Int) -> Action {
        self.unverified = unverified
        isPastBarrier = failure == nil && !plan.isDrill
        return advance(to: plan.truncate.isEmpty ? .load : .truncate, orGiveUp: failure)
    }

    package mutating func truncated(_ failure: String?) -> Action {
        mayBeTruncated = failure != nil
        return advance(to: .load, orGiveUp: failure)
    }

    package mutating func loaded(_ failure: String?) -> Action {
        if failure == nil { loaded = allParts }
        return advance(to: plan.isDrill ? .count : .clear, orGiveUp: failure)
    }

    /// What a drill restored is counted.
    package mutating func counted(_ tables: [DrillProof.Table]) -> Action {
        counted = tables
        stage = .dropDrill
        return next
    }

    /// - Parameter failure: what is left of the drill where, if anything is.
    package mutating func dropped(_ failure: String?) -> Action {
        if let failure {
            self.failure = [self.failure, failure].compactMap { $0 }.joined(separator: " ")
        }
        stage = .clear
        return next
    }

    /// What a drill has proven; `nil` where this is none.
    package var proof: DrillProof? {
        guard plan.isDrill, case .finish(let outcome, let message) = finish else { return nil }
        return DrillProof(
            outcome: outcome, message: message, unverified: unverified,
            tables: counted ?? DrillProof.tables(of: plan, counts: []))
    }

    /// Why a drill proves less than it should; `nil` where it does not.
    private var uncounted: String? {
        let open = (counted ?? []).filter { $0.rows == nil }.map { "\($0.keyspace).\($0.table)" }
        return open.isEmpty ? nil : "Rows were not counted of \(open.joined(separator: ", "))."
    }

    /// - Parameter loaded: what the nodes that answered have loaded.
    package mutating func tookStock(_ loaded: [LoadedPart]) -> Action {
        self.loaded = Set(loaded)
        stage = .finish
        return next
    }

    package mutating func cleared() -> Action {
        stage = .finish
        return next
    }

    /// Somebody called it off.
    package mutating func calledOff() -> Action {
        switch stage {
        case .plan, .schema, .staging, .truncate, .load, .count:
            cancelled = true
            if stage == .truncate { mayBeTruncated = true }
            giveUp()
        case .dropDrill, .takeStock, .clear, .finish:
            break
        }
        return next
    }

    private mutating func advance(to stage: Stage, orGiveUp failure: String?) -> Action {
        self.failure = failure
        if failure == nil { self.stage = stage } else { giveUp() }
        return next
    }

    /// Before the barrier nothing is to be left; after it what is staged is still needed.
    private mutating func giveUp() {
        stage =
            plan.shares.isEmpty
            ? .finish : plan.isDrill ? .dropDrill : isPastBarrier ? .takeStock : .clear
    }

    var allParts: Set<LoadedPart> {
        Set(
            plan.shares.flatMap(\.parts).filter { $0.files > 0 }.map {
                LoadedPart(host: $0.host, table: $0.table)
            })
    }

    private var finish: Action {
        if cancelled { return .finish(.cancelled, message: explained("It was cancelled.")) }
        if let failure { return .finish(.error, message: explained(failure)) }
        let doubt =
            unverified == 0
            ? nil : "\(unverified) files are proven neither by a hash nor by a digest."
        let lacks = [plan.shortfall, uncounted].compactMap { $0 }
        guard !lacks.isEmpty else { return .finish(.success, message: doubt) }
        return .finish(
            .partial, message: (lacks + [doubt].compactMap { $0 }).joined(separator: " "))
    }
}
