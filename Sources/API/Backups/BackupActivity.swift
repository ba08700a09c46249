import BackupModel
import Postgres
import SCGI

/// `backup-activity`: what was done, newest first.
enum BackupActivity {
    static func list(_ call: Call) throws -> Response {
        if let read = try read(call.request) { return try call.answer(read) }
        let query = call.request.query
        let firstTime = try call.readInCluster(
            .activityOfBackup, .text(query["first_backup_id"]), .text(query["filter_type"]))[0]
            .optionalNumber(call.flag("reverse") ? 0 : 1)
        // There is no such event to begin with.
        guard let firstTime else { return .json(Array("[]".utf8)) }
        return try call.answer(read(call.request, from: firstTime))
    }

    /// The one statement that answers it; `nil` where the time of the first event has to be found.
    static func read(_ request: Request) throws -> ClusterRead? {
        request.query["first_backup_id"] == nil ? try read(request, from: nil) : nil
    }

    /// - Parameter firstTime: of the event that `first_backup_id` names.
    private static func read(_ request: Request, from firstTime: Int64?) throws -> ClusterRead {
        let count = try request.number("count", minimum: 0) ?? 100
        return ClusterRead(
            request.flag("reverse") ? .activityReverse : .activity,
            [
                .number(try request.time("timestamp")),
                .text(request.query["filter_type"]),
                .flag(request.flag("filter_live")),
                .flag(request.flag("filter_success")),
                .number(firstTime),
                .text(request.query["first_backup_id"]),
                // All at once: they are small and not many.
                .number(min(count, 1_000)),
            ],
            snapshotColumn: 1
        ) { rows in
            rows[0].withBytes(0) { events in
                var body: [UInt8] = []
                body.reserveCapacity(2 + (events?.count ?? 0))
                body.append(UInt8(ascii: "["))
                if let events { body.append(contentsOf: events) }
                body.append(UInt8(ascii: "]"))
                return .json(body)
            }
        }
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
