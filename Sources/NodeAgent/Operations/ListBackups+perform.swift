package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension ListBackups: PerformableOperation {
    /// Manifests that are asked for at once.
    private static let width = 8

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        try checkFolder()
        let target = try context.open(destination)
        var parts: [BackupPart] = []
        for host in try await hosts(target) {
            var candidates = try await tags(of: host, on: target)[...]
            while !candidates.isEmpty, parts.count < limit {
                let batch = candidates.prefix(Self.width)
                candidates = candidates.dropFirst(batch.count)
                parts += try await existing(batch.map { (host, $0) }, on: target)
            }
        }
        return Result(parts: Array(parts.prefix(limit)))
    }

    /// A folder that is not there is not mounted, rather than empty: its backups are not gone.
    private func checkFolder() throws {
        guard case .local(let location) = destination.location else { return }
        guard FileManager.default.fileExists(atPath: location.path) else {
            throw OperationFailure(
                code: .notFound, object: location.path,
                message: "The folder \(location.path) is not there.")
        }
    }

    /// Hosts of this page, sorted. What is named otherwise is not ours.
    private func hosts(_ target: any Destination) async throws -> [HostID] {
        var hosts: [HostID] = []
        for name in try await folders(in: "snapshots/", target) {
            guard let host = Self.hostID(name), host >= after?.hostID ?? host else { continue }
            hosts.append(host)
        }
        return hosts.sorted()
    }

    private func tags(of host: HostID, on target: any Destination) async throws -> [BackupTag] {
        var tags: [BackupTag] = []
        for name in try await folders(in: RepositoryLayout(hostID: host).root + "/", target) {
            guard name != "sstables", let tag = Self.tag(name) else { continue }
            if let after, after.hostID == host, tag.text <= after.tag.text { continue }
            tags.append(tag)
        }
        return tags.sorted { $0.text < $1.text }
    }

    /// Those that have a manifest: without it they are no backups.
    private func existing(
        _ candidates: [(HostID, BackupTag)], on target: any Destination
    ) async throws -> [BackupPart] {
        try await withThrowingTaskGroup(of: BackupPart?.self) { group in
            for (host, tag) in candidates {
                group.addTask {
                    try await target.size(of: RepositoryLayout(hostID: host).manifest(tag)).map {
                        BackupPart(hostID: host, tag: tag, manifestBytes: $0)
                    }
                }
            }
            var parts: [BackupPart] = []
            for try await part in group { if let part { parts.append(part) } }
            return parts.sorted()
        }
    }

    private func folders(in prefix: String, _ target: any Destination) async throws -> [String] {
        var names: [String] = []
        for try await entry in target.list(prefix, depth: .children) {
            guard case .folder(let folder) = entry else { continue }
            names.append(String(folder.dropFirst(prefix.count)))
        }
        return names
    }

    /// `nil` where the folder's name is no host id as we write it.
    private static func hostID(_ name: String) -> HostID? {
        do {
            let host = try HostID(name)
            return host.text == name ? host : nil
        } catch {
            return nil
        }
    }

    private static func tag(_ name: String) -> BackupTag? {
        do { return try BackupTag(name) } catch { return nil }
    }
}
