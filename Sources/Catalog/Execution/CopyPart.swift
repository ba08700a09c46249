package import BackupModel

/// One table of one node in one copy of a backup, in sums.
package struct CopyPart: Sendable, Hashable {
    package var hostID: HostID
    /// The node's address at the time.
    package var address: String
    package var table: TableOutcome

    package init(hostID: HostID, address: String, table: TableOutcome) {
        self.hostID = hostID
        self.address = address
        self.table = table
    }
}
