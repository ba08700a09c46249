/// Look at what a point-in-time restore will meet on the node, and change nothing.
///
/// It fails where the agent's settings do not name what it takes.
package struct InspectReplay: OperationParameters {
    package static let kind = OperationKind.inspectReplay

    package var stagingID: String

    package init(stagingID: String) {
        self.stagingID = stagingID
    }

    package struct Result: Codable, Sendable, Hashable {
        /// What an earlier attempt has done.
        package var stage: ReplayStage
        /// Whether Cassandra serves its clients.
        package var isUp: Bool
        /// Whether other nodes look for the ring at this one when they start.
        package var isSeed: Bool
        /// Where the segments are staged.
        package var staging: FileSystemRoom
        /// Where they are replayed.
        package var commitLog: FileSystemRoom

        package init(
            stage: ReplayStage, isUp: Bool, isSeed: Bool, staging: FileSystemRoom,
            commitLog: FileSystemRoom
        ) {
            self.stage = stage
            self.isUp = isUp
            self.isSeed = isSeed
            self.staging = staging
            self.commitLog = commitLog
        }
    }
}
