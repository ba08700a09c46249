import Statements

/// The statements of a change of the sealing key, by their names in `sql/queries/sealing.sql`.
enum SealingStatement: String, NamedStatement {
    case batch = "sealing_batch"
    case putCluster = "sealing_put_cluster"
    case putDestination = "sealing_put_destination"
    case putJob = "sealing_put_job"
    case putNode = "sealing_put_node"
    case putWebhook = "sealing_put_webhook"
    case keys = "sealing_keys"
}
