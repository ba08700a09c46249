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
    /// What a load took of it; `nil` where that is all that the backup holds. A node whose staging
    /// somebody has cleared loads nothing, and finds nothing wrong with it.
    ///
    /// - Parameter loaded: each table that was loaded.
    package func shortfall(_ loaded: [TableOutcome]) -> String? {
        let files = Dictionary(
            loaded.map { (TableName(keyspace: $0.keyspace, table: $0.table), $0.files) },
            uniquingKeysWith: { $1 })
        guard let short = parts.first(where: { (files[$0.table] ?? 0) < $0.files }) else {
            return nil
        }
        return "only \(files[short.table] ?? 0) of \(short.files) files of \(short.table) were "
            + "staged when it was loaded."
    }

    package var files: Int { parts.reduce(0) { $0 + $1.files } }
    /// Bytes.
    package var size: Int64 { parts.reduce(0) { $0 + $1.size } }
}
