/// A restore as it was asked for: the payload of a job of kind `restore`.
package struct RestoreJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    /// Whole seconds since 1970; the time of the restore's event.
    package var eventTime: Int64
    /// `OPSC_ON_SERVER` for the snapshots on the nodes.
    package var destinationID: String
    package var selection: TableSelection
    /// Tables to be truncated before they are loaded, by keyspace.
    package var truncate: TruncateChoice
    /// Addresses or host ids of nodes that take no part.
    package var excludedNodes: [String]
    /// Go on without nodes or agents that are down.
    package var force: Bool
    /// Go on across differences between the stored and the live schema.
    package var forceSchema: Bool
    /// Megabytes (10^6) per second for each node; `nil` for no limit.
    package var throttle: Double?
    package var mode: LoadMode
    /// Seconds between two restarts, where restarts are needed.
    package var restartPause: Int
    /// Keyspaces that come back under another name: backed up name → new name.
    package var rename: [String: String]
    /// A drill: restore under names of its own, count, drop again, and keep the proof.
    package var isDrill: Bool

    /// Which keyspaces are truncated: one default, and those that say their own.
    package struct TruncateChoice: Hashable, Sendable, Codable {
        package var standard: Bool
        package var byKeyspace: [String: Bool]

        package init(standard: Bool = false, byKeyspace: [String: Bool] = [:]) {
            self.standard = standard
            self.byKeyspace = byKeyspace
        }

        /// Whether the tables of this keyspace are truncated.
        package func applies(to keyspace: String) -> Bool {
            byKeyspace[keyspace] ?? standard
        }
    }

    package init(
        tag: BackupTag, eventTime: Int64, destinationID: String, selection: TableSelection,
        truncate: TruncateChoice, excludedNodes: [String], force: Bool, forceSchema: Bool,
        throttle: Double?, mode: LoadMode, restartPause: Int, rename: [String: String] = [:],
        isDrill: Bool = false
    ) {
        self.tag = tag
        self.eventTime = eventTime
        self.destinationID = destinationID
        self.selection = selection
        self.truncate = truncate
        self.excludedNodes = excludedNodes
        self.force = force
        self.forceSchema = forceSchema
        self.throttle = throttle
        self.mode = mode
        self.restartPause = restartPause
        self.rename = rename
        self.isDrill = isDrill
    }
}
