import Statements

/// The statements of executors, by their names in `sql/queries/execution.sql`.
package enum ExecutionStatement: String, NamedStatement {
    case clusterName = "execution_cluster_name"
    case nodes = "execution_nodes"
    case destination = "execution_destination"
    case removeDestination = "execution_remove_destination"
    case finishCopy = "execution_finish_copy"
    case abandonCopy = "execution_abandon_copy"
    case abandonCopies = "execution_abandon_copies"
    case abandonEvents = "execution_abandon_events"
    case putCopyTables = "execution_put_copy_tables"
    case copyTables = "execution_copy_tables"
    case copyIsListed = "execution_copy_is_listed"
    case deleteCopy = "execution_delete_copy"
    case markEventDeleted = "execution_mark_event_deleted"
    case finishEvent = "execution_finish_event"
    case finishRequest = "execution_finish_request"
    case putProgress = "execution_put_progress"
    case clearProgress = "execution_clear_progress"
    case createPartitions = "execution_create_partitions"
}
