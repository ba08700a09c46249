package import Postgres
import Statements

/// What one tenant may use at most. Every call is part of the caller's transaction.
package struct TenantLimits {
    private let connection: Connection

    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Takes calls out of what is left of the minute; `nil` where there is no limit. Needs a
    /// transaction that permits all clusters, whose commit does not wait for the disk then: a server that
    /// crashes may grant a few calls again.
    ///
    /// - Parameters:
    ///   - subject: the id of a cluster, or `@` and the name of an account.
    ///   - standard: calls in a minute where the cluster has no limit of its own; 0 for any number.
    package func takeRequests(of subject: String, standard: Int) throws -> RequestGrant? {
        try connection.run(LimitStatement.spareTheDisk)
        guard
            let row = try connection.run(
                LimitStatement.takeRequests, .text(subject), .number(standard)
            ).first
        else { return nil }
        return RequestGrant(
            calls: Int(try row.number(0)), limit: Int(try row.number(1)),
            seconds: Double(try row.number(2)) / 1_000)
    }

    /// The limits of a cluster that differ from the service's, a JSON object.
    package func show(_ clusterID: String) throws -> String {
        try connection.run(LimitStatement.show, .text(clusterID))[0].text(0)
    }

    /// Sets both limits of a cluster; `nil` for what the service's settings say.
    package func put(
        _ clusterID: String, requestsPerMinute: Int64?, runningJobs: Int64?
    ) throws {
        try connection.run(
            LimitStatement.put, .text(clusterID), .number(requestsPerMinute),
            .number(runningJobs))
    }
}
