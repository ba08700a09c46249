package import BackupModel

/// What a destination has of a commitlog segment, by a listing.
package struct StoredSegment: Hashable, Sendable {
    package let name: CommitLogSegmentName
    /// Without its document a segment is not there.
    package var hasDocument = false
    /// Bytes of the segment as Cassandra wrote it; `nil` where it does not lie there as that.
    package var plain: Int64?
    /// Bytes of the segment in zstd; `nil` where it does not lie there as that.
    package var compressed: Int64?

    package init(_ name: CommitLogSegmentName) { self.name = name }
}
