/// A commitlog segment that a point-in-time restore replays, as the catalog knows it.
package struct NeededSegment: Codable, Hashable, Sendable {
    /// Its number in its node's ledger.
    package var sequence: Int64
    /// The file name that Cassandra gave it.
    package var name: String
    /// Of the segment as Cassandra wrote it.
    package var bytes: Int64
    /// 64 hex digits in lower case, of the segment as Cassandra wrote it.
    package var sha256: String
    package var isCompressed: Bool

    package init(
        sequence: Int64, name: String, bytes: Int64, sha256: String, isCompressed: Bool
    ) {
        self.sequence = sequence
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
        self.isCompressed = isCompressed
    }
}
