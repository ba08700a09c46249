import Statements

/// The statements of executors, by their names in `sql/queries/execution.sql`.
package enum ExecutionStatement: String, NamedStatement {
    case cluster = "execution_cluster"
    case nodes = "execution_nodes"
    case destination = "execution_destination"
    case destinationRemove = "execution_destination_remove"
    case copyTables = "execution_copy_tables"
    case copyTablesClear = "execution_copy_tables_clear"
    case copyTablesAdd = "execution_copy_tables_add"
    case copyEnd = "execution_copy_end"
    case copyOutcome = "execution_copy_outcome"
    case copiesCallOff = "execution_copies_call_off"
    case copyDeleted = "execution_copy_deleted"
    case eventKeyspaces = "execution_event_keyspaces"
    case eventEnd = "execution_event_end"
    case eventsCallOff = "execution_events_call_off"
    case eventDeleted = "execution_event_deleted"
    case requestEnd = "execution_request_end"
    case progressWrite = "execution_progress_write"
    case progressClear = "execution_progress_clear"
}
