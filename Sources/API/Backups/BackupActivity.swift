import BackupModel
import Postgres
import SCGI

/// `backup-activity`: what was done, newest first.
enum BackupActivity {
    static func list(_ call: Call) throws -> Response {
        let count = try call.number("count", minimum: 0) ?? 100
        let parameters: [Parameter] = [
            .number(try call.time("timestamp")),
            .text(call.request.query["filter_type"]),
            .flag(call.flag("filter_live")),
            .flag(call.flag("filter_success")),
            .text(call.request.query["first_backup_id"]),
            .number(min(count, 1_000)),
        ]
        let statement: APIStatement = call.flag("reverse") ? .activityReverse : .activity
        return try call.inCluster { connection, id in
            var body = Array("[".utf8)
            try connection.stream(statement, [.text(id)] + parameters) { row in
                if body.count > 1 { body.append(UInt8(ascii: ",")) }
                row.withBytes(0) { body.append(contentsOf: $0 ?? .init(start: nil, count: 0)) }
            }
            return .json(body + Array("]".utf8))
        }
    }

    static func fullStatus(_ call: Call) throws -> Response {
        let query = call.request.query
        guard let time = try call.time("event_time"), let tag = query["backup_id"]
        else {
            throw APIError.invalid("event_time, backup_id: are missing.")
        }
        return try call.inCluster { connection, id in
            let rows = try connection.run(
                APIStatement.fullStatus, .text(id), .number(time), .text(tag),
                .text(query["type"] ?? ActivityType.backup.rawValue),
                .text(query["destination"] ?? DestinationID.onServer))
            guard let row = rows.first else {
                throw APIError.noSuch("Backup", "There is no such event.")
            }
            return .text(try row.text(0))
        }
    }
}
