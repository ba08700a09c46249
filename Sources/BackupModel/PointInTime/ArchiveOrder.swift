/// What an agent is to do with its node's commitlogs: the answer of
/// `GET /{c}/agents/{host id}/archive`. It may hold secrets, and is never logged or written down.
package struct ArchiveOrder: Hashable, Sendable, Codable {
    /// Tells one answer from another without reading it.
    package var stamp: String
    package var epoch: Int64
    package var isEnabled: Bool
    /// Where Cassandra archives to.
    package var directory: String
    package var targets: [Target]
    /// The highest number that the catalog has of the node's ledger; 0 for none.
    package var knownSequence: Int64

    /// A destination that segments are shipped to.
    package struct Target: Hashable, Sendable, Codable {
        package var id: String
        /// `nil` for the node itself.
        package var destination: DestinationDescription?
        package var options: ArchiveOptions

        package init(id: String, destination: DestinationDescription?, options: ArchiveOptions) {
            self.id = id
            self.destination = destination
            self.options = options
        }
    }

    package init(
        stamp: String, epoch: Int64, isEnabled: Bool, directory: String, targets: [Target],
        knownSequence: Int64
    ) {
        self.stamp = stamp
        self.epoch = epoch
        self.isEnabled = isEnabled
        self.directory = directory
        self.targets = targets
        self.knownSequence = knownSequence
    }

    enum CodingKeys: String, CodingKey {
        case stamp, epoch, directory, targets
        case isEnabled = "enabled"
        case knownSequence = "known_sequence"
    }
}
