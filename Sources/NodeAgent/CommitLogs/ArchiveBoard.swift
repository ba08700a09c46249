package import AgentProtocol

/// What the reports to the API and the archiving of commitlogs tell each other.
package actor ArchiveBoard {
    /// Which order the API has for this node; `nil` before it told.
    package private(set) var stamp: String?
    /// How archiving stands; `nil` where it was never enabled.
    package private(set) var state: ArchiveState?

    package init() {}

    package func note(stamp: String?) { self.stamp = stamp }

    package func put(_ state: ArchiveState?) { self.state = state }
}
