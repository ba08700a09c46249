/// One line of a node's ledger of commitlog segments, for one destination, as agents report it:
/// `POST /{c}/agents/{host id}/segments` takes arrays of them.
package struct SegmentEntry: Hashable, Sendable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case stored
        /// It existed and could not be got.
        case lost
    }

    package var destinationID: String
    /// Counted from 1; a number that is left out is a break in the node's archive.
    package var sequence: Int64
    package var name: String
    /// Seconds since 1970.
    package var firstWrite: Double
    /// Seconds since 1970.
    package var lastWrite: Double
    package var outcome: Outcome
    package var bytes: Int64?
    package var storedBytes: Int64?
    /// 64 hex digits in lower case, of the segment as Cassandra wrote it.
    package var sha256: String?
    package var isCompressed: Bool
    package var version: String
    /// Seconds since 1970.
    package var storedAt: Double

    package init(
        destinationID: String, sequence: Int64, name: String, firstWrite: Double,
        lastWrite: Double, outcome: Outcome, bytes: Int64?, storedBytes: Int64?, sha256: String?,
        isCompressed: Bool, version: String, storedAt: Double
    ) {
        self.destinationID = destinationID
        self.sequence = sequence
        self.name = name
        self.firstWrite = firstWrite
        self.lastWrite = lastWrite
        self.outcome = outcome
        self.bytes = bytes
        self.storedBytes = storedBytes
        self.sha256 = sha256
        self.isCompressed = isCompressed
        self.version = version
        self.storedAt = storedAt
    }

    enum CodingKeys: String, CodingKey {
        case sequence, name, outcome, bytes, sha256, version
        case destinationID = "destination_id"
        case firstWrite = "first_write"
        case lastWrite = "last_write"
        case storedBytes = "stored_bytes"
        case isCompressed = "compressed"
        case storedAt = "stored_at"
    }
}
