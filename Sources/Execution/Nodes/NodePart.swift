package import BackupModel

/// What one node added to a copy.
package struct NodePart: Sendable {
    package var node: ClusterNode
    package var tables: [TableOutcome]
    /// How long the node took; `nil` where its agent does not tell.
    package var milliseconds: Int64?
    /// The tokens that the node had at the snapshot; `nil` where this does not tell.
    package var tokens: [String]?

    package init(
        node: ClusterNode, tables: [TableOutcome], milliseconds: Int64?, tokens: [String]? = nil
    ) {
        self.node = node
        self.tables = tables
        self.milliseconds = milliseconds
        self.tokens = tokens
    }
}
