package import AgentProtocol
import BackupModel

/// A node in a point-in-time restore.
package struct PointInTimeMember: Codable, Hashable, Sendable {
    package var node: ClusterNode
    /// Cassandra's.
    package var version: String
    /// Numbers of the first and the last segment that it replays.
    package var segments: ClosedRange<Int64>
    /// What an earlier attempt has done.
    package var stage: ReplayStage
    /// Whether it served its clients before.
    package var wasUp: Bool
    /// Whether others look for the ring at it when they start.
    package var isSeed: Bool

    package init(
        node: ClusterNode, version: String, segments: ClosedRange<Int64>,
        stage: ReplayStage = .untouched, wasUp: Bool = true, isSeed: Bool = false
    ) {
        self.node = node
        self.version = version
        self.segments = segments
        self.stage = stage
        self.wasUp = wasUp
        self.isSeed = isSeed
    }
}
