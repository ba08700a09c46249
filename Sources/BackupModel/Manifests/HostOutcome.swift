/// How the snapshot of one node of a backup went.
package struct HostOutcome: Hashable, Sendable, Codable {
    package var hostID: HostID
    package var address: String
    package var outcome: Outcome
    /// The cause, where it is not `success`.
    package var message: String?

    package init(hostID: HostID, address: String, outcome: Outcome, message: String? = nil) {
        self.hostID = hostID
        self.address = address
        self.outcome = outcome
        self.message = message
    }

    enum CodingKeys: String, CodingKey {
        case hostID = "host_id"
        case address, outcome, message
    }
}
