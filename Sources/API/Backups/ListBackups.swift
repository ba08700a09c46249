import Postgres
import SCGI

/// `GET backups` and `GET backups/{ks}`: what can be restored, newest first. A page is answered at
/// once; of a longer list no more than one backup is in memory.
///
/// With `list_all` the destinations are read first. Those that could not be read are named in the
/// header `X-Unread-Destinations`.
enum ListBackups {
    static func list(_ call: Call) throws -> Response {
        let query = try BackupListQuery(call.request, keyspace: call.arguments["keyspace"])
        // Whether the cluster is there is known before the first byte leaves.
        let id = try call.inCluster { _, id in id }
        let parameters = [.text(id)] + query.parameters
        var unread: [String] = []
        if call.flag("list_all") {
            unread = try DestinationReading(call: call, clusterID: id).run(query.destination)
        }
        var response =
            query.isPage
            ? try call.answer(read(query))
            : stream { body in
                try call.service.database.transaction(permitting: .only(id)) { connection in
                    try connection.stream(query.statement, parameters, body)
                }
            }
        if !unread.isEmpty {
            response.headers.append(("X-Unread-Destinations", unread.joined(separator: ", ")))
        }
        return response
    }

    /// The one statement that answers a page of `GET backups`; `nil` for all else.
    static func read(_ request: Request) throws -> ClusterRead? {
        let query = try BackupListQuery(request)
        guard query.isPage, !request.flag("list_all") else { return nil }
        return read(query)
    }

    private static func read(_ query: BackupListQuery) -> ClusterRead {
        ClusterRead(
            query.statement, query.parameters,
            // Of one destination or keyspace it is rendered each time, from more than is noted.
            snapshotColumn: query.statement == .backups ? 1 : nil, answer: page)
    }

    /// The answer of a page's rows.
    private static func page(_ rows: Rows) -> Response {
        var body: [UInt8] = []
        // They are copied once.
        body.reserveCapacity(
            rows.reduce(2) { $0 + 1 + $1.withBytes(0) { $0?.count ?? 0 } })
        body.append(UInt8(ascii: "{"))
        for (index, row) in rows.enumerated() { append(row, to: &body, isFirst: index == 0) }
        body.append(UInt8(ascii: "}"))
        return .json(body)
    }

    /// The answer of rows that come one by one.
    private static func stream(
        _ forEachRow: @escaping (_ body: (Row) throws -> Void) throws -> Void
    ) -> Response {
        Response(
            status: 200, headers: [("Content-Type", "application/json")],
            body: .stream { write in
                var piece = Array("{".utf8)
                var isFirst = true
                try forEachRow { row in
                    append(row, to: &piece, isFirst: isFirst)
                    isFirst = false
                    if piece.count > 32_768 {
                        try write(piece)
                        piece.removeAll(keepingCapacity: true)
                    }
                }
                piece.append(UInt8(ascii: "}"))
                try write(piece)
            })
    }

    private static func append(_ row: Row, to body: inout [UInt8], isFirst: Bool) {
        if !isFirst { body.append(UInt8(ascii: ",")) }
        row.withBytes(0) { body.append(contentsOf: $0 ?? .init(start: nil, count: 0)) }
    }
}
