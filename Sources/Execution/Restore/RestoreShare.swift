package import BackupModel

/// One host's set of files, and the node that stages and loads it.
package struct RestoreShare: Codable, Hashable, Sendable {
    package var source: HostID
    package var node: ClusterNode
    /// One for each table, sorted by table.
    package var parts: [RestorePart]

    package init(source: HostID, node: ClusterNode, parts: [RestorePart]) {
        self.source = source
        self.node = node
        self.parts = parts
    }

    package var tables: [TableName] { parts.map(\.table) }
    package var files: Int { parts.reduce(0) { $0 + $1.files } }
    /// Bytes.
    package var size: Int64 { parts.reduce(0) { $0 + $1.size } }
}
