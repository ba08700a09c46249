package import BackupModel

/// What the catalog knows of the cluster at a snapshot, and between that and the moment.
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
    /// Every table, with what told it from others of its name; none where that was not noted.
    package var identities: [TableName: Set<TableIdentity>]

    package init(hosts: [Host], identities: [TableName: Set<TableIdentity>]) {
        self.hosts = hosts
        self.identities = identities
    }

    /// Takes a table into account that was gone after the moment, unless it was made after it.
    ///
    /// - Parameters:
    ///   - seen: when it was first told of, in seconds since 1970, which counts where its identity
    ///     does not tell when it was made.
    ///   - moment: in seconds since 1970.
    package mutating func add(
        _ table: TableName, _ identity: TableIdentity, seen: Double, at moment: Int64
    ) {
        let made = identity.made.map { Double($0) / 1e6 } ?? seen
        guard made <= Double(moment) else { return }
        identities[table, default: []].insert(identity)
    }
}
