package import BackupModel

/// List the commitlog segments of some hosts on a destination, a page at a time: ordered by host and
/// name.
package struct ListSegments: OperationParameters {
    package static let kind = OperationKind.listSegments

    package var destination: DestinationDescription
    package var hosts: [HostID]
    /// Where the page before ended; `nil` for the first page.
    package var after: Place?
    /// Segments that are looked at for a page.
    package var limit: Int

    package init(
        destination: DestinationDescription, hosts: [HostID], after: Place?, limit: Int
    ) {
        self.destination = destination
        self.hosts = hosts
        self.after = after
        self.limit = limit
    }

    /// A segment of a host.
    package struct Place: Codable, Sendable, Hashable {
        package var hostID: HostID
        package var name: String

        package init(hostID: HostID, name: String) {
            self.hostID = hostID
            self.name = name
        }
    }

    package struct Result: Codable, Sendable, Hashable {
        package var segments: [FoundSegment]
        /// Segments whose document cannot be read, or tells of something else than what lies there.
        package var unreadable: [Place]
        /// Where the page ends; `nil` at the end of all.
        package var last: Place?

        package init(
            segments: [FoundSegment] = [], unreadable: [Place] = [], last: Place? = nil
        ) {
            self.segments = segments
            self.unreadable = unreadable
            self.last = last
        }
    }
}
