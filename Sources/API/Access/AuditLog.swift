import Catalog
import FoundationEssentials
import Postgres
import SCGI
import Statements

/// `GET audit`: who changed what, newest first, of the clusters that the caller is an admin of.
///
/// `{"entries": […], "next": …}`; `next` is the `before` of the next page, null after the last.
enum AuditLog {
    static func list(_ call: Call) throws -> Response {
        let count = min(try call.number("count", minimum: 1) ?? 100, 1_000)
        let before = try position(call.request.query["before"])
        let query = call.request.query
        return try call.service.database.transaction(
            permitting: call.identity.clusters(atLeast: .admin)
        ) { connection in
            let row = try connection.run(
                AccessStatement.auditList, .text(query["cluster"]), .text(query["user"]),
                .number(before?.microseconds), .text(before?.id), .number(count))[0]
            let isFull = try row.number(1) == count
            let next = isFull ? "\"\(try row.text(2))\"" : "null"
            return .text("{\"entries\":\(try row.text(0)),\"next\":\(next)}")
        }
    }

    /// Reads the `next` of an earlier page: microseconds since 1970 and the line's id.
    private static func position(_ text: String?) throws -> (microseconds: Int64, id: String)? {
        guard let text, !text.isEmpty else { return nil }
        let parts = text.split(separator: "-", maxSplits: 1).map(String.init)
        guard parts.count == 2, let microseconds = Int64(parts[0]),
            (0...253_402_300_799_000_000).contains(microseconds), UUID(uuidString: parts[1]) != nil
        else { throw APIError.invalid("before: accepted is the 'next' of an earlier answer.") }
        return (microseconds, parts[1])
    }
}
