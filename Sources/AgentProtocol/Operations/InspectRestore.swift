package import BackupModel

/// Look at what a restore will meet on the node, and change nothing: what the manifests tell of the
/// ring then, how the stored schema differs from the live one, free space, and what an earlier
/// attempt has done.
package struct InspectRestore: OperationParameters {
    package static let kind = OperationKind.inspectRestore

    package var stagingID: String
    package var tag: BackupTag
    /// The hosts' sets of files that the node is to restore.
    package var sources: [BackupSource]
    package var selection: TableSelection
    /// Whether the schema is compared; one node does it for all.
    package var comparesSchema: Bool
    /// Keyspaces that come back under another name: backed up name → new name.
    package var rename: [String: String]

    package init(
        stagingID: String, tag: BackupTag, sources: [BackupSource], selection: TableSelection,
        comparesSchema: Bool, rename: [String: String]
    ) {
        self.stagingID = stagingID
        self.tag = tag
        self.sources = sources
        self.selection = selection
        self.comparesSchema = comparesSchema
        self.rename = rename
    }

    package struct Result: Codable, Sendable, Hashable {
        /// What each source's manifest tells, in their order.
        package var origins: [Origin]
        /// Empty where it was not asked for.
        package var differences: [SchemaDifference]
        /// Keyspace of the backup → its replication options there, `class` among them.
        package var replication: [String: [String: String]]
        package var staging: FileSystemRoom
        /// The file systems of the data directories, each once.
        package var data: [FileSystemRoom]
        /// Bytes that an earlier attempt has staged.
        package var stagedBytes: Int64
        package var loaded: [LoadedPart]

        package init(
            origins: [Origin], differences: [SchemaDifference],
            replication: [String: [String: String]], staging: FileSystemRoom,
            data: [FileSystemRoom], stagedBytes: Int64, loaded: [LoadedPart]
        ) {
            self.origins = origins
            self.differences = differences
            self.replication = replication
            self.staging = staging
            self.data = data
            self.stagedBytes = stagedBytes
            self.loaded = loaded
        }
    }

    /// A host at the time of the backup.
    package struct Origin: Codable, Sendable, Hashable {
        package var host: HostID
        /// Empty where the manifest does not tell: those of OpsCenter.
        package var tokens: [String]
        package var datacenter: String
        package var rack: String
        /// Every node that the backup was to hold, with how its snapshot went.
        package var hosts: [HostOutcome]

        package init(
            host: HostID, tokens: [String], datacenter: String, rack: String, hosts: [HostOutcome]
        ) {
            self.host = host
            self.tokens = tokens
            self.datacenter = datacenter
            self.rack = rack
            self.hosts = hosts
        }
    }
}
