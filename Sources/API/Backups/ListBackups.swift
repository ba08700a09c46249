import Postgres
import SCGI

/// `GET backups` and `GET backups/{ks}`: what can be restored, newest first, row by row.
enum ListBackups {
    static func list(_ call: Call) throws -> Response {
        guard !call.flag("list_all") else {
            throw APIError.invalid("list_all: is not available in this version.")
        }
        let keyspace = call.arguments["keyspace"] ?? call.request.query["keyspace"]
        let parameters: [Parameter] = [
            .text(call.request.query["match"]),
            .number(try call.time("last_seen")),
            .text(call.request.query["destination"]),
            .text(keyspace),
            .number(try call.number("amount", minimum: 0, maximum: Int64(Int32.max))),
        ]
        // Whether the cluster is there is known before the first byte leaves.
        let id = try call.inCluster { _, id in id }
        return Response(
            status: 200, headers: [("Content-Type", "application/json")],
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
