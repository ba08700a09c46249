import Statements

/// The statements of commitlog archiving, by their names in `sql/queries/archive.sql`.
package enum ArchiveStatement: String, NamedStatement {
    case configuration = "archive_configuration"
    case show = "archive_show"
    case enable = "archive_enable"
    case disable = "archive_disable"
    case stamp = "archive_stamp"
    case targets = "archive_targets"
    case knownSequence = "archive_known_sequence"
    case agentHolds = "archive_agent_holds"
    case addSegments = "archive_add_segments"
    case logs = "archive_logs"
    case behind = "archive_behind"
    case beginRequest = "archive_begin_request"
    case noteRequest = "archive_note_request"
    case trimDue = "archive_trim_due"
    case surplus = "archive_surplus"
    case forgetTables = "archive_forget_tables"
    case deleteSegments = "archive_delete_segments"
}
