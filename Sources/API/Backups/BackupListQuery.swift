import Postgres
import SCGI

/// Which backups a call of `GET backups` asks for: the statement that answers them, a member of the
/// answer in each row, with its parameters after the cluster's id.
struct BackupListQuery {
    let statement: APIStatement
    let parameters: [Parameter]
    /// The one destination whose copies are meant.
    let destination: String?
    /// Whether they are so few that they are read at once: up to a hundred.
    let isPage: Bool

    /// - Parameter keyspace: the one that the path names.
    init(_ request: Request, keyspace: String? = nil) throws {
        let keyspace = keyspace ?? request.query["keyspace"]
        let amount = try request.number("amount", minimum: 0, maximum: Int64(Int32.max))
        destination = request.query["destination"].flatMap { $0.isEmpty ? nil : $0 }
        isPage = amount.map { $0 <= 100 } ?? false
        let which: [Parameter] = [
            .text(request.query["match"]),
            .number(try request.time("last_seen")),
            .number(amount),
        ]
        if destination == nil, keyspace == nil {
            statement = .backups
            parameters = which
        } else {
            statement = .filteredBackups
            parameters = which + [.text(destination), .text(keyspace)]
        }
    }
}
