/// A destination with all that is needed to reach it, secrets included.
///
/// It travels from executor to agent only; the agent keeps it in memory for the operation. It must
/// never be logged: `description` leaves the secrets out.
package struct DestinationDescription: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The destination's id in its cluster.
    package var id: String
    package var location: Location

    /// Where it is, by provider.
    package enum Location: Hashable, Sendable, Codable {
        case local(LocalLocation)
        case s3(S3Location)
        case azure(AzureLocation)

        /// Bytes per second for all transfers of a node together; 0 for no limit.
        package var throttle: Int64 {
            switch self {
            case .local: 0
            case .s3(let s3): s3.throttle
            case .azure(let azure): azure.throttle
            }
        }
    }

    package init(id: String, location: Location) {
        self.id = id
        self.location = location
    }

    package var description: String {
        switch location {
        case .local(let local): "local destination \(local.path)"
        case .s3(let s3): "s3 destination \(s3.bucket)/\(s3.prefix)"
        case .azure(let azure): "azure destination \(azure.container)/\(azure.subfolder)"
        }
    }
}
