import BackupModel
import Postgres

/// What an executor asks the queue for: up to `limit` jobs, by priority, then fairly between clusters,
/// then by time. Jobs of kinds that this program does not know are left to a newer one.
package struct ClaimOrder: Sendable, Hashable {
    /// Who will hold the leases.
    package var owner: String
    package var leaseSeconds: Double
    package var limit: Int
    /// Jobs of one cluster that run at once, beside those that have a concurrency key or are awaited,
    /// unless the cluster has a limit of its own; 0 for any number. Two processes that claim in the same
    /// instant may go beyond it once.
    package var clusterJobs: Int

    package init(owner: String, leaseSeconds: Double, limit: Int, clusterJobs: Int = 0) {
        self.owner = owner
        self.leaseSeconds = leaseSeconds
        self.limit = limit
        self.clusterJobs = clusterJobs
    }

    var statement: BoundStatement {
        get throws {
            try QueueStatement.claim.bound(
                .text(owner), .number(leaseSeconds), .number(limit),
                .array(Self.kinds), .number(clusterJobs))
        }
    }

    /// Claims the only job there is, if no other runs.
    var loneStatement: BoundStatement {
        get throws {
            try QueueStatement.claimLone.bound(
                .text(owner), .number(leaseSeconds), .array(Self.kinds))
        }
    }

    private static let kinds = JobKind.allCases.map(\.rawValue)
}
