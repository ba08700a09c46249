package import BackupModel

/// Load what is staged into the cluster by sstableloader, table by table; a table that an earlier
/// attempt finished is not loaded again.
package struct Load: OperationParameters {
    package static let kind = OperationKind.load

    package var stagingID: String
    /// Whose set of files: the host it was staged from.
    package var hostID: HostID
    package var tables: [TableName]
    /// Addresses of nodes to which the data is sent first; live ones.
    package var hosts: [String]
    /// Addresses of nodes that are down and are named to the tool.
    package var deadHosts: [String]
    /// Megabytes (10^6) per second; `nil` for no limit.
    package var throttle: Double?
    /// Keyspaces that are loaded into another: staged name → the other's.
    package var rename: [String: String]

    package init(
        stagingID: String, hostID: HostID, tables: [TableName], hosts: [String],
        deadHosts: [String], throttle: Double?, rename: [String: String] = [:]
    ) {
        self.stagingID = stagingID
        self.hostID = hostID
        self.tables = tables
        self.hosts = hosts
        self.deadHosts = deadHosts
        self.throttle = throttle
        self.rename = rename
    }

    package struct Result: Codable, Sendable, Hashable {
        package var tables: [TableOutcome]

        package init(tables: [TableOutcome]) {
            self.tables = tables
        }
    }
}
