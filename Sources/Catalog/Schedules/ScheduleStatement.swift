import Statements

/// The statements of schedules, by their names in `sql/queries/schedules.sql`.
package enum ScheduleStatement: String, NamedStatement {
    case list = "schedule_list"
    case show = "schedule_show"
    case zone = "schedule_zone"
    case zones = "schedule_zones"
    case firstDate = "schedule_first_date"
    case add = "schedule_add"
    case put = "schedule_put"
    case remove = "schedule_remove"
    case fire = "schedule_fire"
    case retentionRules = "schedule_retention_rules"
    case retentionLock = "schedule_retention_lock"
    case retentionDue = "schedule_retention_due"
    case copies = "schedule_copies"
    case beginDeletion = "schedule_begin_deletion"
}
