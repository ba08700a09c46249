import AgentProtocol
package import BackupModel
import Destinations

extension AgentContext {
    /// The commitlog segments of a host.
    ///
    /// - Parameters:
    ///   - destination: `nil` for the node's own disk.
    ///   - throttle: megabytes (10^6) per second; `nil` for no limit.
    package func commitLogStore(
        of destination: DestinationDescription?, host: HostID, throttle: Double? = nil
    ) throws -> CommitLogStore {
        CommitLogStore(
            destination: try destination.map { try open($0, throttle: throttle) }
                ?? openServerArchive(throttle: throttle),
            host: host, spool: spool, threads: files)
    }

    private func openServerArchive(throttle: Double?) throws -> any Destination {
        let folder = archive.settings.serverFolder
        let local = try LocalDestination(
            path: folder,
            rules: LocalPathRules(
                roots: [folder], forbidden: configuration.cassandra.dataDirectories),
            owner: configuration.cassandra.address, threads: files)
        guard let throttle else { return local }
        return Throttled(local, buckets: [TokenBucket(bytesPerSecond: throttle * 1e6)])
    }
}
