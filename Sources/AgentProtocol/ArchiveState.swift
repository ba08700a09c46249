/// How commitlog archiving is on a node, as its agent reports it.
package struct ArchiveState: Codable, Sendable, Hashable {
    /// The configuration that the node was brought to; 0 before the first.
    package var epoch: Int64
    package var isEnabled: Bool
    /// Whether the node's `commitlog_archiving.properties` say what they should.
    package var isInPlace: Bool
    /// Segments and their bytes that are not yet on every destination.
    package var waitingSegments: Int64
    package var waitingBytes: Int64
    /// Segments that existed and could not be got.
    package var lostSegments: Int64
    /// Bytes of the file system of the directory to which Cassandra archives.
    package var freeBytes: Int64
    package var totalBytes: Int64
    /// By id.
    package var destinations: [String: Place]
    /// Sentences for a person; empty where all is well.
    package var warnings: [String]

    /// How far one destination is.
    package struct Place: Codable, Sendable, Hashable {
        package var waitingSegments: Int64
        /// Why the last try failed; `nil` where it did not.
        package var problem: String?

        package init(waitingSegments: Int64, problem: String?) {
            self.waitingSegments = waitingSegments
            self.problem = problem
        }

        enum CodingKeys: String, CodingKey {
            case problem
            case waitingSegments = "waiting_segments"
        }
    }

    package init(
        epoch: Int64, isEnabled: Bool, isInPlace: Bool, waitingSegments: Int64,
        waitingBytes: Int64, lostSegments: Int64, freeBytes: Int64, totalBytes: Int64,
        destinations: [String: Place], warnings: [String]
    ) {
        self.epoch = epoch
        self.isEnabled = isEnabled
        self.isInPlace = isInPlace
        self.waitingSegments = waitingSegments
        self.waitingBytes = waitingBytes
        self.lostSegments = lostSegments
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
        self.destinations = destinations
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case epoch, destinations, warnings
        case isEnabled = "enabled"
        case isInPlace = "in_place"
        case waitingSegments = "waiting_segments"
        case waitingBytes = "waiting_bytes"
        case lostSegments = "lost_segments"
        case freeBytes = "free_bytes"
        case totalBytes = "total_bytes"
    }
}
