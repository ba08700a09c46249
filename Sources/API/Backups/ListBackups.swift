import Postgres
import SCGI

/// `GET backups` and `GET backups/{ks}`: what can be restored, newest first, row by row.
///
/// With `list_all` the destinations are read first. Those that could not be read are named in the
/// header `X-Unread-Destinations`.
enum ListBackups {
    static func list(_ call: Call) throws -> Response {
        let keyspace = call.arguments["keyspace"] ?? call.request.query["keyspace"]
        let destination = call.request.query["destination"].flatMap { $0.isEmpty ? nil : $0 }
        let parameters: [Parameter] = [
            .text(call.request.query["match"]),
            .number(try call.time("last_seen")),
            .text(destination),
            .text(keyspace),
            .number(try call.number("amount", minimum: 0, maximum: Int64(Int32.max))),
        ]
        // Whether the cluster is there is known before the first byte leaves.
        let id = try call.inCluster { _, id in id }
        var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
        if call.flag("list_all") {
            let unread = try DestinationReading(call: call, clusterID: id).run(destination)
            if !unread.isEmpty {
                headers.append(("X-Unread-Destinations", unread.joined(separator: ", ")))
            }
        }
        return Response(
            status: 200, headers: headers,
            body: .stream { write in
                try call.service.database.transaction(permitting: .only(id)) { connection in
                    var piece = Array("{".utf8)
                    var isFirst = true
                    try connection.stream(APIStatement.backups, [.text(id)] + parameters) { row in
                        if !isFirst { piece.append(UInt8(ascii: ",")) }
                        isFirst = false
                        row.withBytes(0) {
                            piece.append(contentsOf: $0 ?? .init(start: nil, count: 0))
                        }
                        piece.append(UInt8(ascii: ":"))
                        row.withBytes(1) {
                            piece.append(contentsOf: $0 ?? .init(start: nil, count: 0))
                        }
                        if piece.count > 32_768 {
                            try write(piece)
                            piece.removeAll(keepingCapacity: true)
                        }
                    }
                    try write(piece + Array("}".utf8))
                }
            })
    }
}
