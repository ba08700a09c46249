package import BackupModel

/// Check every file of a snapshot (`TOC.txt`, digests), hash what was not hashed yet, and write the
/// node's own manifest of it, which makes the on-server backup of this node exist.
package struct CaptureSnapshot: OperationParameters {
    package static let kind = OperationKind.captureSnapshot

    package var tag: BackupTag
    package var selection: TableSelection
    package var scheduleID: String?
    package var cluster: String
    package var clusterName: String
    /// Seconds since 1970.
    package var snapshotTime: Int64
    /// Every node that the backup is to hold, with how its snapshot went.
    package var hosts: [HostOutcome]
    /// Destinations that are to have files in the read that checks them, as far as they can take
    /// them then; `Upload` sends what they lack.
    package var targets: [Target]

    /// A destination, and how files are sent to it.
    package struct Target: Codable, Sendable, Hashable {
        package var destination: DestinationDescription
        package var options: TransferOptions

        package init(destination: DestinationDescription, options: TransferOptions) {
            self.destination = destination
            self.options = options
        }
    }

    package init(
        tag: BackupTag, selection: TableSelection, scheduleID: String?, cluster: String,
        clusterName: String, snapshotTime: Int64, hosts: [HostOutcome], targets: [Target]
    ) {
        self.tag = tag
        self.selection = selection
        self.scheduleID = scheduleID
        self.cluster = cluster
        self.clusterName = clusterName
        self.snapshotTime = snapshotTime
        self.hosts = hosts
        self.targets = targets
    }

    /// The tables as they were captured; one that failed its checks says so and is in no manifest.
    package struct Result: Codable, Sendable, Hashable {
        package var tables: [TableOutcome]
        /// How long it took, since the agent last started; `nil` from an agent that does not tell.
        package var milliseconds: Int64?
        /// The node's tokens; `nil` from an agent that does not tell.
        package var tokens: [String]?

        package init(
            tables: [TableOutcome], milliseconds: Int64? = nil, tokens: [String]? = nil
        ) {
            self.tables = tables
            self.milliseconds = milliseconds
            self.tokens = tokens
        }
    }
}
