import BackupModel
import Destinations

extension ObjectIndex {
    /// Adds all objects of a host, named as in its manifests: one listing, never a call per object.
    func add(objectsOf layout: RepositoryLayout, on target: any Destination) async throws {
        var batch: [IndexedObject] = []
        for try await entry in target.list(layout.sstables + "/", depth: .all) {
            guard case .object(let name, let size) = entry else { continue }
            batch.append(
                IndexedObject(name: String(name.dropFirst(layout.sstables.count + 1)), size: size))
            if batch.count == 1_000 {
                try await add(batch)
                batch = []
            }
        }
        try await add(batch)
    }
}
