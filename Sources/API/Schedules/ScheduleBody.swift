import BackupModel
import Catalog
import Postgres

/// The body of a call that adds or changes a schedule, read leniently.
struct ScheduleBody {
    private let fields: Fields

    init(_ fields: Fields) {
        self.fields = fields
    }

    /// What it says, checked against what the cluster has.
    func entry(in cluster: String, _ connection: Connection) throws -> ScheduleEntry {
        let store = ScheduleStore(connection, clusterID: cluster)
        let parameters = try fields.section("job_params")
        let plan = try plan(parameters)
        let retention = try retention(parameters)
        try connection.run(
            APIStatement.checkRun, .text(cluster),
            .array(Array(Set(retention.keys).union(plan.destinations.keys))),
            .array(Array(plan.selection.keyspaces.keys)))
        let time = try firstTime()
        let zone = try timeZone(store)
        return ScheduleEntry(
            firstDate: try firstDate(time, zone, store), firstTime: time, timeZone: zone,
            recurrence: try recurrence(),
            jobParameters: try JSONValue.object(parameters.members).encoded(), plan: plan,
            retention: retention)
    }

    private func firstTime() throws -> ScheduleTime {
        let text = try fields.text("first_run_time") ?? ""
        guard let time = ScheduleTime(text) else {
            throw fields.refused("first_run_time", "'\(text)'", "a time as hh:mm:ss")
        }
        return time
    }

    private func timeZone(_ store: ScheduleStore) throws -> String {
        let name = try fields.text("timezone").flatMap { $0.isEmpty ? nil : $0 } ?? "UTC"
        guard let zone = try store.timeZone(named: name) else {
            throw fields.refused(
                "timezone", "'\(name)'", "a name of the time zone database, such as Europe/Berlin")
        }
        return zone
    }

    /// The day that is given, or that of the next such time.
    private func firstDate(
        _ time: ScheduleTime, _ zone: String, _ store: ScheduleStore
    ) throws -> ScheduleDate {
        let given = try fields.text("first_run_date").flatMap { $0.isEmpty ? nil : $0 }
        let text = try given ?? store.firstDate(at: time, in: zone)
        guard let date = ScheduleDate(text) else {
            throw fields.refused(
                "first_run_date", "'\(text)'", "a day as YYYY-MM-DD of the years 1970 to 2999")
        }
        return date
    }

    private func recurrence() throws -> Recurrence {
        guard fields.has("interval") else { throw APIError.invalid("interval: is missing.") }
        let unitName = try fields.text("interval_unit").flatMap { $0.isEmpty ? nil : $0 }
        let interval = try fields.wholeNumber("interval", in: -1...100_000) ?? 0
        if interval == -1 {
            guard unitName == nil else {
                throw fields.refused("interval_unit", "'\(unitName ?? "")'", "null for one run")
            }
            return .never
        }
        guard interval > 0 else {
            throw fields.refused("interval", "0", "-1 for one run, or 1 to 100000")
        }
        guard let unit = unitName.flatMap(Recurrence.Unit.init(rawValue:)) else {
            throw fields.refused(
                "interval_unit", unitName.map { "'\($0)'" } ?? "null",
                "minutes, hours, days or weeks")
        }
        return .every(Int(interval), unit)
    }

    private func plan(_ parameters: Fields) throws -> BackupPlan {
        let type = try parameters.text("type") ?? ""
        guard type == "backup" else {
            throw parameters.refused("type", "'\(type)'", "backup")
        }
        // A schedule uses its destinations again and again.
        let destinations = try parameters.transferOptions(deleteAll: false)
            .filter { $0.key != DestinationID.onServer }
            .mapValues {
                TransferOptions(compressed: $0.compressed, throttle: $0.throttle)
            }
        return BackupPlan(
            selection: try parameters.selection(), destinations: destinations,
            preSnapshotScript: try script("pre_snapshot_script", parameters),
            postSnapshotScript: try script("post_snapshot_script", parameters))
    }

    private func script(_ key: String, _ parameters: Fields) throws -> ScriptName? {
        try parameters.text(key).flatMap { try $0.isEmpty ? nil : ScriptName($0) }
    }

    /// The rule of each destination: its own, or the default. What the parameters say themselves
    /// is about the snapshots on the nodes.
    private func retention(_ parameters: Fields) throws -> [String: RetentionRule] {
        var rules = [
            DestinationID.onServer: try parameters.retentionRule() ?? .onServer
        ]
        for (id, options) in try parameters.objects("destinations") ?? [:] {
            if let rule = try options.retentionRule() { rules[id] = rule }
        }
        return rules
    }
}
