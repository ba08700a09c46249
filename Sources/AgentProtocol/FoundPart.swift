package import BackupModel

/// One host's part of a backup, as its manifest on a destination describes it.
package struct FoundPart: Codable, Sendable, Hashable {
    package var hostID: HostID
    package var tag: BackupTag
    /// Bytes of its `backup.json`.
    package var manifestBytes: Int64
    package var writer: Writer
    /// Equal for all parts of one run, and for no other run of the same tag.
    package var runKey: String
    /// The cluster's id in the service that wrote it; empty where that is not told.
    package var cluster: String
    package var clusterName: String
    /// The node's address at the time; empty where that is not told.
    package var node: String
    package var scheduleID: String?
    /// Seconds since 1970; `nil` where neither manifest nor tag tells.
    package var time: Int64?
    /// How many nodes the backup was to hold; 0 where that is not told.
    package var hostCount: Int
    /// How many of them were away at the snapshot.
    package var absentCount: Int
    package var tables: [TableOutcome]
    /// The tokens that the node had; empty where that is not told.
    package var tokens: [String]
    /// Seconds since 1970 at which the manifest was written; `nil` where that is not told.
    package var written: Int64?
    /// What the backup was to hold, as `TableSelection` has it; `nil` where that is not told.
    package var selection: [String: [String]]?
    /// Why the manifest cannot be used.
    package var problem: String?

    /// Who wrote a manifest.
    package enum Writer: String, Codable, Sendable, Hashable {
        case helenus = "Helenus"
        case opsCenter = "OpsCenter"
        /// The manifest cannot be read.
        case unknown = ""
    }

    package init(_ part: BackupPart) {
        hostID = part.hostID
        tag = part.tag
        manifestBytes = part.manifestBytes
        writer = .unknown
        runKey = ""
        cluster = ""
        clusterName = ""
        node = ""
        scheduleID = nil
        time = nil
        hostCount = 0
        absentCount = 0
        tables = []
        tokens = []
        written = nil
        selection = nil
        problem = nil
    }

    enum CodingKeys: String, CodingKey {
        case tag, writer, cluster, node, time, tables, tokens, written, selection, problem
        case hostID = "host_id"
        case manifestBytes = "manifest_bytes"
        case runKey = "run_key"
        case clusterName = "cluster_name"
        case scheduleID = "schedule_id"
        case hostCount = "host_count"
        case absentCount = "absent_count"
    }
}
