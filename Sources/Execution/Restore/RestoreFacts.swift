/// What the catalog knows that matters for a restore.
package struct RestoreFacts: Sendable {
    /// Whether there is such a backup and it can be restored.
    package var isListed: Bool
    package var parts: [RestorePart]
    package var roll: NodeRoll
    /// Every node of the cluster, also those that are down.
    package var ring: [TokenRing.Member]
    /// Keyspace → its replication options in the cluster now.
    package var replication: [String: [String: String]]

    package init(
        isListed: Bool, parts: [RestorePart], roll: NodeRoll, ring: [TokenRing.Member],
        replication: [String: [String: String]]
    ) {
        self.isListed = isListed
        self.parts = parts
        self.roll = roll
        self.ring = ring
        self.replication = replication
    }
}
