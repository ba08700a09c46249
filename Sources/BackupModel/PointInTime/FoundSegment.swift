/// A commitlog segment that was found on a destination.
package struct FoundSegment: Hashable, Sendable, Codable {
    /// Whose it is.
    package var hostID: HostID
    /// As its agent would report it; it was stored when it was found, at the latest.
    package var entry: SegmentEntry

    package init(hostID: HostID, entry: SegmentEntry) {
        self.hostID = hostID
        self.entry = entry
    }

    enum CodingKeys: String, CodingKey {
        case entry
        case hostID = "host_id"
    }
}
