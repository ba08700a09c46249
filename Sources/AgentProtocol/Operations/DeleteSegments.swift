package import BackupModel

/// Delete commitlog segments of a host from a destination; those that are not there are deleted.
package struct DeleteSegments: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.deleteSegments

    /// `nil` for the node's own disk: then `hostID` is the node itself.
    package var destination: DestinationDescription?
    package var hostID: HostID
    /// File names, as Cassandra gave them.
    package var segments: [String]

    package init(destination: DestinationDescription?, hostID: HostID, segments: [String]) {
        self.destination = destination
        self.hostID = hostID
        self.segments = segments
    }
}
