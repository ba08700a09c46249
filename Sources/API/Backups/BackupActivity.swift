import BackupModel
import Postgres
import SCGI

/// `backup-activity`: what was done, newest first.
enum BackupActivity {
    static func list(_ call: Call) throws -> Response {
        let count = try call.number("count", minimum: 0) ?? 100
        // All at once: they are small and not many, and one by one costs more than they do.
        let events = try call.readInCluster(
            call.flag("reverse") ? .activityReverse : .activity,
            .number(try call.time("timestamp")),
            .text(call.request.query["filter_type"]),
            .flag(call.flag("filter_live")),
            .flag(call.flag("filter_success")),
            .text(call.request.query["first_backup_id"]),
            .number(min(count, 1_000)))
        var body = Array("[".utf8)
        for event in events {
            if body.count > 1 { body.append(UInt8(ascii: ",")) }
            event.withBytes(0) { body.append(contentsOf: $0 ?? .init(start: nil, count: 0)) }
        }
        body.append(UInt8(ascii: "]"))
        return .json(body)
    }

    static func fullStatus(_ call: Call) throws -> Response {
        let query = call.request.query
        guard let time = try call.time("event_time"), let tag = query["backup_id"]
        else {
            throw APIError.invalid("event_time, backup_id: are missing.")
        }
        let rows = try call.readInCluster(
            .fullStatus, .number(time), .text(tag),
            .text(query["type"] ?? ActivityType.backup.rawValue),
            .text(query["destination"] ?? DestinationID.onServer))
        guard let row = rows.first else {
            throw APIError.noSuch("Backup", "There is no such event.")
        }
        return .text(try row.text(0))
    }
}
