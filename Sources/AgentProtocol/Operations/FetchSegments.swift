package import BackupModel

/// Bring commitlog segments of the node to its staging folder and check the hash of each.
///
/// It succeeds only when all of them are there and whole. What an earlier attempt brought stays.
package struct FetchSegments: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.fetchSegments

    package var stagingID: String
    /// `nil` for the node's own disk.
    package var destination: DestinationDescription?
    package var hostID: HostID
    package var segments: [NeededSegment]

    package init(
        stagingID: String, destination: DestinationDescription?, hostID: HostID,
        segments: [NeededSegment]
    ) {
        self.stagingID = stagingID
        self.destination = destination
        self.hostID = hostID
        self.segments = segments
    }
}
