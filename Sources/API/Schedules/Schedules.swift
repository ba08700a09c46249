import Catalog
import FoundationEssentials
import Postgres
import SCGI

/// `job-schedules`: backups by the clock.
enum Schedules {
    static func list(_ call: Call) throws -> Response {
        try call.inCluster { connection, id in
            .text(try ScheduleStore(connection, clusterID: id).list())
        }
    }

    static func show(_ call: Call) throws -> Response {
        let schedule = try scheduleID(call)
        return try call.inCluster { connection, id in
            .text(try shown(schedule, ScheduleStore(connection, clusterID: id)))
        }
    }

    static func add(_ call: Call) throws -> Response {
        let fields = try call.body()
        return try call.inCluster { connection, id in
            let entry = try ScheduleBody(fields).entry(in: id, connection)
            let added = try ScheduleStore(connection, clusterID: id).add(entry)
            guard added.runs else { throw isOver(entry) }
            return try .string(added.id, status: 201)
        }
    }

    /// Changes the members that are given; the others stay as they are.
    static func change(_ call: Call) throws -> Response {
        let schedule = try scheduleID(call)
        let given = try call.body().members
        return try call.inCluster { connection, id in
            let store = ScheduleStore(connection, clusterID: id)
            let stored = try Fields.body(Array(shown(schedule, store).utf8)).members
            let fields = Fields(members: stored.merging(given) { _, new in new })
            let entry = try ScheduleBody(fields).entry(in: id, connection)
            guard let runs = try store.put(entry, as: schedule) else { throw noSuch(schedule) }
            guard runs else { throw isOver(entry) }
            return try .string(schedule)
        }
    }

    static func remove(_ call: Call) throws -> Response {
        let schedule = try scheduleID(call)
        return try call.inCluster { connection, id in
            guard try ScheduleStore(connection, clusterID: id).remove(schedule) else {
                throw noSuch(schedule)
            }
            return try .string(schedule)
        }
    }

    /// The id in the path, in the form in which ids are kept.
    static func scheduleID(_ call: Call) throws -> String {
        guard let id = UUID(uuidString: call.argument("schedule")) else {
            throw noSuch(call.argument("schedule"))
        }
        return id.uuidString.lowercased()
    }

    static func noSuch(_ id: String) -> APIError {
        APIError.noSuch("Schedule", "There is no schedule '\(id)'.")
    }

    private static func shown(_ id: String, _ store: ScheduleStore) throws -> String {
        guard let json = try store.show(id) else { throw noSuch(id) }
        return json
    }

    private static func isOver(_ entry: ScheduleEntry) -> APIError {
        APIError.invalid(
            "first_run_date: \(entry.firstDate.text) \(entry.firstTime.text) \(entry.timeZone) is "
                + "over, and with an interval of -1 there is no later run.")
    }
}
