/// What lies beside a commitlog segment on a destination: `<segment>.json`. It is written when the
/// segment is whole: one without it is not there.
package struct SegmentDocument: Hashable, Sendable, Codable {
    package var sequence: Int64
    /// Seconds since 1970 from when on the segment holds what was written.
    package var firstWrite: Double
    /// Seconds since 1970 up to when it does.
    package var lastWrite: Double
    /// Of the segment as Cassandra wrote it.
    package var bytes: Int64
    /// 64 hex digits in lower case, of the segment as Cassandra wrote it.
    package var sha256: String
    /// The version of its format.
    package var version: String
    package var cassandraVersion: String
    package var hostID: HostID

    package init(
        sequence: Int64, firstWrite: Double, lastWrite: Double, bytes: Int64, sha256: String,
        version: String, cassandraVersion: String, hostID: HostID
    ) {
        self.sequence = sequence
        self.firstWrite = firstWrite
        self.lastWrite = lastWrite
        self.bytes = bytes
        self.sha256 = sha256
        self.version = version
        self.cassandraVersion = cassandraVersion
        self.hostID = hostID
    }

    /// Whether its values can be those of a segment.
    package var isSound: Bool {
        sequence >= 1 && bytes >= 0 && firstWrite <= lastWrite && sha256.utf8.count == 64
            && sha256.allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }

    enum CodingKeys: String, CodingKey {
        case sequence, bytes, sha256, version
        case firstWrite = "first_write"
        case lastWrite = "last_write"
        case cassandraVersion = "cassandra_version"
        case hostID = "host_id"
    }
}
