import Statements

/// The statements of `GET metrics`, by their names in `sql/queries/metrics.sql`.
package enum MetricsStatement: String, NamedStatement {
    case timeLimit = "metrics_time_limit"
    case queue = "metrics_queue"
    case jobCounts = "metrics_job_counts"
    case backups = "metrics_backups"
    case nodes = "metrics_nodes"
    case transfers = "metrics_transfers"
}
