import BackupModel

/// What is to be done with the segments that lie on the node. Pure.
struct SegmentSurvey {
    typealias Segment = CommitLogFolder.Segment

    /// Archived, and not in the ledger.
    var arrived: [Segment] = []
    /// Archived, of a name that the ledger expects or has given up.
    var expected: [Segment] = []
    /// Archived again.
    var duplicates: [Segment] = []
    /// Finished, and not archived: the archive command failed, or was not called.
    var overdue: [Segment] = []
    /// Gone from Cassandra's folder without being archived.
    var lost: [Segment] = []
    /// In Cassandra's folder, with content, and not archived.
    var unarchived: [SeenRecord] = []

    /// - Parameters:
    ///   - own: segments with content in Cassandra's folder, in their order, read before `staged`.
    ///   - staged: segments in the folders to which Cassandra archives.
    ///   - seen: what was in Cassandra's folder the last time, not archived.
    ///   - known: the ledger's records of all these names.
    ///   - newestKnown: the name of the ledger's last segment.
    ///   - isDown: Cassandra is stopped, so all that it has is finished.
    ///   - settledBefore: a segment that was written to last before this, microseconds since 1970,
    ///     is finished if a later one has content.
    /// - Throws: `InvalidName` for a name in the ledger that is no segment's.
    init(
        own: [Segment], staged: [Segment], seen: [SeenRecord], known: [String: SegmentRecord],
        newestKnown: String?, isDown: Bool, settledBefore: Int64
    ) throws(InvalidName) {
        for segment in staged {
            switch known[segment.name.text] {
            case nil: arrived.append(segment)
            case let record? where record.state == .staged:
                // It is on its way, or lies in two folders.
                if record.path != segment.path { duplicates.append(segment) }
            case let record? where record.state == .shipped: duplicates.append(segment)
            case .some: expected.append(segment)
            }
        }
        let archived = Set(staged.map(\.name.text))
        // Cassandra archives one after the other: once a later one is, an earlier one's turn is
        // over.
        var archivedIDs = arrived.map(\.name.id)
        if let newestKnown { archivedIDs.append(try CommitLogSegmentName(newestKnown).id) }
        let newestArchived = archivedIDs.max()
        let newestUsed = own.last?.name.id
        for segment in own where !archived.contains(segment.name.text) {
            switch known[segment.name.text]?.state {
            case nil, .expected, .lost:
                unarchived.append(
                    SeenRecord(name: segment.name.text, modified: segment.modified))
                let isPassed = newestArchived.map { segment.name.id < $0 } ?? false
                let isSettled =
                    newestUsed.map { segment.name.id < $0 } ?? false
                    && segment.modified < settledBefore
                if isDown || isPassed || isSettled { overdue.append(segment) }
            case .staged, .shipped:
                break
            }
        }
        let present = Set(own.map(\.name.text))
        for record in seen where !present.contains(record.name) && !archived.contains(record.name) {
            guard known[record.name] == nil else { continue }
            let name = try CommitLogSegmentName(record.name)
            lost.append(Segment(name: name, path: "", modified: record.modified))
        }
    }
}
