import BackupModel
import Destinations

extension AgentContext {
    /// Where commitlog segments are read from.
    ///
    /// - Parameter destination: `nil` for the node's own disk.
    func commitLogs(of destination: DestinationDescription?) throws -> any Destination {
        try destination.map { try open($0) } ?? openServerArchive(throttle: nil)
    }
}
