import BackupModel
import Postgres
import SCGI

/// `backup-activity`: what was done, newest first.
enum BackupActivity {
    static func list(_ call: Call) throws -> Response {
        let count = try call.number("count", minimum: 0) ?? 100
        let time = try call.time("timestamp")
        let isReverse = call.flag("reverse")
        let type = call.request.query["filter_type"]
        let first = call.request.query["first_backup_id"]
        let firstTime = try first.map { tag in
            try call.readInCluster(.activityOfBackup, .text(tag), .text(type))[0]
                .optionalNumber(isReverse ? 0 : 1)
        }
        // There is no such event to begin with.
        if first != nil, firstTime == .some(nil) { return .json(Array("[]".utf8)) }
        // All at once: they are small and not many, and one by one costs more than they do.
        let events = try call.readInCluster(
            isReverse ? .activityReverse : .activity,
            .number(time),
            .text(type),
            .flag(call.flag("filter_live")),
            .flag(call.flag("filter_success")),
            .number(firstTime ?? nil),
            .text(first),
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
