package import BackupModel

/// Create what the stored schema has and the cluster lacks (keyspaces, types, tables, indexes) for
/// the selected tables, and wait until all nodes agree on the schema.
///
/// Sent to one node. Differences between a stored and a live table are answered, never applied.
package struct ApplySchema: OperationParameters {
    package static let kind = OperationKind.applySchema

    package var tag: BackupTag
    package var source: BackupSource
    package var selection: TableSelection
    /// Keyspaces that are created under another name: stored name → the other.
    package var rename: [String: String]
    /// Tables that were missing when the restore began, by their stored names: what belongs to them is
    /// made even where an attempt that was interrupted has made the tables themselves.
    package var missing: [TableName]

    package init(
        tag: BackupTag, source: BackupSource, selection: TableSelection,
        rename: [String: String] = [:], missing: [TableName] = []
    ) {
        self.tag = tag
        self.source = source
        self.selection = selection
        self.rename = rename
        self.missing = missing
    }

    package struct Result: Codable, Sendable, Hashable {
        /// `keyspace` or `keyspace.table` of all that was created.
        package var created: [String]

        package init(created: [String]) {
            self.created = created
        }
    }
}
