import Catalog
import Postgres
import SCGI

/// `cluster-configs/{cluster}/limits` (ours): what the cluster may use at most, where that differs
/// from the settings of the service.
enum ClusterLimits {
    /// `{"requests_per_minute", "running_jobs"}`: null for what the settings say, 0 for no limit.
    static func show(_ call: Call) throws -> Response {
        try call.inCluster { connection, id in .text(try TenantLimits(connection).show(id)) }
    }

    /// Sets both; what is missing or null is what the settings say. Answers as `show`.
    static func put(_ call: Call) throws -> Response {
        let fields = try call.body()
        let requests = try fields.wholeNumber("requests_per_minute", in: 0...100_000_000)
        let jobs = try fields.wholeNumber("running_jobs", in: 0...10_000)
        return try call.inCluster { connection, id in
            let limits = TenantLimits(connection)
            try limits.put(id, requestsPerMinute: requests, runningJobs: jobs)
            return .text(try limits.show(id))
        }
    }
}
