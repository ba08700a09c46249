/// Stop Cassandra on the node, start it, or both, by the commands that the agent's settings name.
///
/// It succeeds when the node is down (`stop`), or up, normal and serving clients (`start` and
/// `restart`). What is so already is not done again, except that `restart` always stops first.
package struct RestartNode: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.restartNode

    /// What is done.
    package enum Action: String, Codable, Sendable, CaseIterable {
        case stop, start, restart
    }

    package var action: Action
    /// Flush everything and stop serving first, so that nothing has to be replayed.
    package var drains: Bool
    /// Seconds in which the node has to be down, and again to be up.
    package var timeLimit: Int

    package init(action: Action, drains: Bool, timeLimit: Int = 600) {
        self.action = action
        self.drains = drains
        self.timeLimit = timeLimit
    }
}
