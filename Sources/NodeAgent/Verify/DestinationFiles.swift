import BackupModel
import Destinations

/// The files of a host on a destination. Their sizes come from one listing.
struct DestinationFiles: StoredFiles {
    private let target: any Destination
    private let layout: RepositoryLayout
    private let listed: ObjectIndex

    /// Lists what the host has.
    init(of host: HostID, on target: any Destination, in context: AgentContext) async throws {
        self.target = target
        layout = RepositoryLayout(hostID: host)
        listed = try ObjectIndex(in: context.configuration.stateDirectory)
        try await listed.add(objectsOf: layout, on: target)
    }

    func name(of entry: ManifestEntry) -> String { entry.name }

    func sizes(of entries: [ManifestEntry]) async throws -> [Int64?] {
        let sizes = try await listed.sizes(of: entries.map(\.name))
        return entries.map { sizes[$0.name] }
    }

    func open(_ entry: ManifestEntry) async throws -> ObjectBody {
        try await target.read(layout.object(named: entry.name))
    }
}
