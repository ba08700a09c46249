import Statements

/// The statements of point-in-time restores, by their names in
/// `sql/queries/point_in_time_check.sql`.
package enum PointInTimeStatement: String, NamedStatement {
    case isEnabled = "pit_is_enabled"
    case candidates = "pit_candidates"
    case nodes = "pit_nodes"
    case schema = "pit_schema"
    case copyHosts = "pit_copy_hosts"
    case copyTables = "pit_copy_tables"
    case goneTables = "pit_gone_tables"
    case archives = "pit_archives"
    case segments = "pit_segments"
    case segmentsSize = "pit_segments_size"
    case noteProblem = "pit_note_problem"
    case lastRestore = "pit_last_restore"
}
