/// What a restore needs on a node, and what is free there; all in bytes.
package struct NodeRoom: Codable, Hashable, Sendable {
    /// The node's address.
    package var node: String
    package var stagingNeeded: Int64
    package var stagingFree: Int64
    /// What the loaded rows take, replication counted; a truncate frees nothing, because Cassandra
    /// keeps a snapshot of what it empties.
    package var dataNeeded: Int64
    package var dataFree: Int64
    /// Whether staging and data lie on the same file system, which must hold both.
    package var isShared: Bool

    package init(
        node: String, stagingNeeded: Int64, stagingFree: Int64, dataNeeded: Int64, dataFree: Int64,
        isShared: Bool
    ) {
        self.node = node
        self.stagingNeeded = stagingNeeded
        self.stagingFree = stagingFree
        self.dataNeeded = dataNeeded
        self.dataFree = dataFree
        self.isShared = isShared
    }

    /// Why it is too little; `nil` where it is enough.
    package var refusal: String? {
        if stagingNeeded > stagingFree {
            return
                "node \(node) has \(stagingFree) bytes free for staging; \(stagingNeeded) are needed."
        }
        if dataNeeded > dataFree {
            return "node \(node) has \(dataFree) bytes free for data; \(dataNeeded) are needed."
        }
        if isShared, stagingNeeded + dataNeeded > dataFree {
            return "node \(node) has \(dataFree) bytes free for staging and data together; "
                + "\(stagingNeeded + dataNeeded) are needed."
        }
        return nil
    }
}
