import BackupModel
import Destinations

extension AgentContext {
    /// Where commitlog segments are read from.
    ///
    /// - Parameter destination: `nil` for the node's own disk.
    func commitLogs(of destination: DestinationDescription?) throws -> any Destination {
        if let destination { return try open(destination) }
        let folder = "\(configuration.stateDirectory)/commitlog_archive"
        return try LocalDestination(
            path: folder, rules: LocalPathRules(roots: [folder], forbidden: []),
            owner: configuration.cassandra.address, threads: files)
    }
}
