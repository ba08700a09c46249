package import AgentProtocol

/// What a point-in-time restore needs on a node, and what its agent found there; all in bytes.
package struct PointInTimeNeeds: Sendable, Hashable {
    /// Of the snapshot's files.
    package var files: Int64
    /// Of the segments.
    package var segments: Int64
    package var replay: InspectReplay.Result
    package var restore: InspectRestore.Result

    package init(
        files: Int64, segments: Int64, replay: InspectReplay.Result,
        restore: InspectRestore.Result
    ) {
        self.files = files
        self.segments = segments
        self.replay = replay
        self.restore = restore
    }

    /// Why there is too little room; `nil` where there is enough.
    ///
    /// The files are linked or copied into the place of those that are put aside, the segments
    /// copied to where they are replayed.
    package func refusal(node: String) -> String? {
        let isShared = restore.data.contains { $0.device == restore.staging.device }
        let replaysThere = replay.commitLog.device == replay.staging.device
        let staging =
            max(0, files - restore.stagedBytes) + segments + (replaysThere ? segments : 0)
        guard staging < replay.staging.freeBytes else {
            return "node \(node) has \(replay.staging.freeBytes) bytes free for staging; "
                + "\(staging) are needed."
        }
        guard replaysThere || segments < replay.commitLog.freeBytes else {
            return "node \(node) has \(replay.commitLog.freeBytes) bytes free for commitlogs; "
                + "\(segments) are needed."
        }
        let free = restore.data.reduce(0) { $0 + $1.freeBytes }
        guard isShared || files + segments < free else {
            return "node \(node) has \(free) bytes free for data; \(files + segments) are needed."
        }
        return nil
    }
}
