import Catalog
import Postgres

/// Lets no tenant have more calls answered in a minute than its limit, counted over all workers.
package final class RequestLimiter {
    private let database: DatabaseSession
    private let standard: Int
    private let now: () -> ContinuousClock.Instant
    private var allowance = RequestAllowance()

    /// - Parameter standard: calls in a minute where a cluster has no limit of its own; 0 for any
    ///   number.
    package init(
        database: DatabaseSession, standard: Int,
        now: @escaping () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.database = database
        self.standard = standard
        self.now = now
    }

    /// Whether no more calls of a cluster are answered for now, as far as is known without asking.
    func isUsedUp(_ cluster: String) -> Bool { allowance.isExhausted(cluster, at: now()) }

    /// Whether calls of a cluster are left, as far as is known without asking.
    func isOpen(_ cluster: String) -> Bool { allowance.isOpen(cluster, at: now()) }

    /// Counts one call of a cluster that was open, and was answered.
    func count(_ cluster: String) { _ = allowance.spend(cluster, at: now()) }

    /// Counts one call. It is the cluster's where the caller has a role on the one that the path
    /// names, so that nobody uses up what is another's; any other call is the caller's own.
    ///
    /// - Throws: 429 `TooManyRequests`.
    package func admit(_ caller: Caller) throws {
        let cluster = caller.clusterID.flatMap { id in
            caller.identity.role(on: id) == nil ? nil : id
        }
        let subject = cluster ?? "@\(caller.identity.name)"
        var verdict = allowance.spend(subject, at: now())
        if verdict == .unknown {
            let grant = try database.transaction(permitting: .all) { connection in
                try TenantLimits(connection).takeRequests(of: subject, standard: standard)
            }
            allowance.note(grant, for: subject, at: now())
            verdict = allowance.spend(subject, at: now())
        }
        guard case .refused(let limit, let seconds) = verdict else { return }
        throw APIError(
            status: 429, type: "TooManyRequests",
            message: "\(cluster.map { "Cluster \($0)" } ?? "User \(caller.identity.name)") has used"
                + " up its \(limit) requests of this minute.",
            retryAfter: seconds)
    }
}
