extension RepositoryLayout {
    /// Folder of the node's commitlog segments.
    package var commitLogs: String { "commitlogs/\(hostID)" }

    /// The object of a segment.
    package func segment(_ name: CommitLogSegmentName, isCompressed: Bool) -> String {
        let plain = "\(commitLogs)/\(name)"
        return isCompressed ? Self.compressed(plain) : plain
    }

    /// The document beside it, a `SegmentDocument`.
    package func segmentDocument(_ name: CommitLogSegmentName) -> String {
        "\(commitLogs)/\(name).json"
    }
}
