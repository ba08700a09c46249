/// One table of one node's part of a backup, in sums.
package struct TableOutcome: Hashable, Sendable, Codable {
    package var keyspace: String
    package var table: String
    /// Cassandra's table id, 32 hex digits; `nil` for versions without (before 2.1).
    package var tableID: String?
    /// What tells the table from an earlier one of its name, as the schema had it at the capture;
    /// `nil` where nothing told. See `TableIdentity`.
    package var identity: TableIdentity?
    package var outcome: Outcome
    /// The cause, where it is not `success`.
    package var message: String?
    package var files: Int
    /// Bytes of the snapshot's files.
    package var size: Int64
    /// Bytes that had to be sent, because the destination did not have them.
    package var newSize: Int64

    package init(
        keyspace: String, table: String, tableID: String?, identity: TableIdentity? = nil,
        outcome: Outcome, message: String? = nil, files: Int, size: Int64, newSize: Int64 = 0
    ) {
        self.keyspace = keyspace
        self.table = table
        self.tableID = tableID
        self.identity = identity
        self.outcome = outcome
        self.message = message
        self.files = files
        self.size = size
        self.newSize = newSize
    }

    package var name: TableName { TableName(keyspace: keyspace, table: table) }

    enum CodingKeys: String, CodingKey {
        case keyspace
        case table = "cf"
        case tableID = "table_id"
        case identity, outcome, message, files, size
        case newSize = "new_size"
    }
}
