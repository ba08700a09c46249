/// The types of events in a cluster's backup activity; the raw values are the API's.
package enum ActivityType: String, Sendable, Codable, CaseIterable {
    case backup
    case restore
    case sync
    case delete
    case pointInTimeEnable = "pit_enable"
    case pointInTimeDisable = "pit_disable"
    case pointInTimeRestore = "pit_restore"
}
