package import AgentProtocol
import BackupModel
package import Destinations

extension DeleteBackup: PerformableOperation {
    /// Objects that are removed by one call: what S3 and Azure take at once.
    private static let batch = 1_000

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        try await remove(
            from: context.open(destination), stateDirectory: context.configuration.stateDirectory)
    }

    /// In this order, so that whatever ends it leaves every other backup whole, and the next
    /// deletion removes the rest:
    ///
    /// 1. Every other manifest is read. One that cannot be read stops it before anything is gone.
    /// 2. The backup's own manifest goes: from then on the backup is gone, what it used is garbage.
    /// 3. What lies beside that manifest goes.
    /// 4. Every object goes that no manifest names, that of an earlier deletion that was
    ///    interrupted as well.
    package func remove(
        from target: any Destination, stateDirectory: String
    ) async throws -> Result {
        let layout = RepositoryLayout(hostID: hostID)
        let needed = try ObjectIndex(in: stateDirectory)
        for folder in try await otherBackups(target, layout) {
            try await note("\(folder)/backup.json", on: target, in: needed)
        }
        try await target.delete([layout.manifest(tag)])
        try await removeFolder(target, layout)
        return try await sweep(target, layout, keeping: needed)
    }

    /// The folders beside the backup's that may be backups, whoever named them.
    private func otherBackups(
        _ target: any Destination, _ layout: RepositoryLayout
    ) async throws -> [String] {
        var folders: [String] = []
        for try await entry in target.list(layout.root + "/", depth: .children) {
            guard case .folder(let folder) = entry, folder != layout.sstables,
                folder != layout.backup(tag)
            else { continue }
            folders.append(folder)
        }
        return folders
    }

    /// Notes every object that a manifest names. A folder without manifest is no backup.
    private func note(
        _ manifest: String, on target: any Destination, in needed: ObjectIndex
    ) async throws {
        var batch: [IndexedObject] = []
        do {
            _ = try await ManifestReader(target.read(manifest)).read { entry in
                batch.append(IndexedObject(name: entry.name))
                if batch.count == Self.batch {
                    try await needed.add(batch)
                    batch = []
                }
            }
            try await needed.add(batch)
        } catch let error as DestinationError where error.code == .notThere {
            return
        } catch let error as ManifestError {
            throw OperationFailure(
                code: .corrupt, object: manifest,
                message: "Nothing was removed for \(tag), because another backup's manifest, "
                    + "\(manifest) on \(target.label), cannot be read: \(error)")
        }
    }

    private func removeFolder(_ target: any Destination, _ layout: RepositoryLayout) async throws {
        var names: [String] = []
        for try await entry in target.list(layout.backup(tag) + "/", depth: .all) {
            guard case .object(let name, _) = entry else { continue }
            names.append(name)
            if names.count == Self.batch {
                try await target.delete(names)
                names = []
            }
        }
        if !names.isEmpty { try await target.delete(names) }
    }

    private func sweep(
        _ target: any Destination, _ layout: RepositoryLayout, keeping needed: ObjectIndex
    ) async throws -> Result {
        var result = Result(removedObjects: 0, removedBytes: 0)
        var found: [IndexedObject] = []
        var garbage: [IndexedObject] = []
        func remove(atLeast count: Int) async throws {
            while garbage.count >= max(1, count) {
                try Task.checkCancellation()
                let batch = garbage.prefix(Self.batch)
                try await target.delete(batch.map { layout.object(named: $0.name) })
                result.removedObjects += batch.count
                result.removedBytes += batch.reduce(0) { $0 + $1.size }
                garbage.removeFirst(batch.count)
            }
        }
        func sort() async throws {
            let kept = try await needed.sizes(of: found.map(\.name))
            garbage += found.filter { kept[$0.name] == nil }
            found = []
        }
        for try await entry in target.list(layout.sstables + "/", depth: .all) {
            guard case .object(let name, let size) = entry else { continue }
            found.append(
                IndexedObject(name: String(name.dropFirst(layout.sstables.count + 1)), size: size))
            guard found.count == Self.batch else { continue }
            try await sort()
            try await remove(atLeast: Self.batch)
        }
        try await sort()
        try await remove(atLeast: 1)
        return result
    }
}
