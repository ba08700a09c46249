package import AgentProtocol
package import BackupModel

/// What a point-in-time restore will do, or why it cannot be done. Pure.
package struct PointInTimePlan: Codable, Hashable, Sendable {
    package var stagingID: String
    /// Every node of the cluster, seeds first.
    package var members: [PointInTimeMember]
    /// Every table that goes back.
    package var tables: [PlaceForReplay.Table]
    /// Those of them that the snapshot holds.
    package var held: [TableName]
    /// Whether other tables of users stay as they are.
    package var isChoice: Bool
    /// Seconds between the starts of two nodes.
    package var restartPause: Int
    /// Why it cannot be done; empty where it can.
    package var refusals: [String]

    package init(
        stagingID: String = "", members: [PointInTimeMember] = [],
        tables: [PlaceForReplay.Table] = [], held: [TableName] = [], isChoice: Bool = false,
        restartPause: Int = 0, refusals: [String] = []
    ) {
        self.stagingID = stagingID
        self.members = members
        self.tables = tables
        self.held = held
        self.isChoice = isChoice
        self.restartPause = restartPause
        self.refusals = refusals
    }
}
