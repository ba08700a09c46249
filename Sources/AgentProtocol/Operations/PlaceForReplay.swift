package import BackupModel

/// While Cassandra is down: put the live files of tables aside, the staged ones in their place, and
/// have the staged commitlogs replayed up to a moment at the next start.
///
/// Aside go hints, batches and the proposals of light-weight transactions as well, and the live
/// commitlog: what they hold was written after the moment, or is on other nodes.
package struct PlaceForReplay: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.placeForReplay

    /// A table that goes back, whether the snapshot holds rows of it or not.
    package struct Table: Codable, Sendable, Hashable {
        package var name: TableName
        /// 32 hex digits; `nil` for versions before 2.1.
        package var id: String?

        package init(name: TableName, id: String?) {
            self.name = name
            self.id = id
        }
    }

    package var stagingID: String
    /// Whose files are staged: the node's own.
    package var hostID: HostID
    package var tables: [Table]
    /// Cassandra's version.
    package var version: String
    /// Seconds since 1970.
    package var pit: Int64

    package init(
        stagingID: String, hostID: HostID, tables: [Table], version: String, pit: Int64
    ) {
        self.stagingID = stagingID
        self.hostID = hostID
        self.tables = tables
        self.version = version
        self.pit = pit
    }
}
