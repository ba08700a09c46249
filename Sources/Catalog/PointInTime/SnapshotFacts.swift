package import BackupModel

/// What the catalog knows of the cluster at a snapshot.
package struct SnapshotFacts: Hashable, Sendable {
    /// A node of the snapshot.
    package struct Host: Hashable, Sendable {
        package var hostID: HostID
        /// Its address then.
        package var address: String
        /// `nil` where they were not noted.
        package var tokens: Set<String>?

        package init(hostID: HostID, address: String, tokens: Set<String>?) {
            self.hostID = hostID
            self.address = address
            self.tokens = tokens
        }
    }

    package var hosts: [Host]
    /// Every table, with what told it from others of its name; `nil` where that was not noted.
    package var identities: [TableName: Set<TableIdentity>]

    package init(hosts: [Host], identities: [TableName: Set<TableIdentity>]) {
        self.hosts = hosts
        self.identities = identities
    }
}
