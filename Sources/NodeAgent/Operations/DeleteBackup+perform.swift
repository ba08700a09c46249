package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials
import GRDB

extension DeleteBackup: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let target = try context.open(destination)
        let layout = RepositoryLayout(hostID: hostID)
        // The manifest first: from then on the backup is gone, and what it used is garbage.
        let own = try await names(target, under: layout.backup(tag) + "/")
        try await target.delete([layout.manifest(tag)])
        try await target.delete(own)
        // What the other manifests name is kept in a file, because it may be more than memory holds.
        let path = "\(context.configuration.stateDirectory)/.referenced-\(UUID().uuidString)"
        let referenced = try DatabaseQueue(path: path)
        let result: Result
        do {
            try await referenced.write { try ReferencedObject.createTable($0) }
            for manifest in try await names(target, under: layout.root + "/")
            where manifest.hasSuffix("/backup.json") {
                try await note(manifest, on: target, in: referenced, context)
            }
            result = try await sweep(target, layout, keeping: referenced)
        } catch {
            try referenced.close()
            try FileManager.default.removeItem(atPath: path)
            throw error
        }
        try referenced.close()
        try FileManager.default.removeItem(atPath: path)
        return result
    }

    private func note(
        _ manifest: String, on target: any Destination, in referenced: DatabaseQueue,
        _ context: AgentContext
    ) async throws {
        let parts = manifest.split(separator: "/")
        let source = BackupSource.destination(destination, host: hostID)
        let local = try await SourceManifest(
            source, tag: BackupTag(String(parts[parts.count - 2])), in: context)
        try await context.readManifest(local.path) { entry in
            try await referenced.write { try ReferencedObject(name: entry.name).insert($0) }
        }
        try local.discard()
    }

    private func sweep(
        _ target: any Destination, _ layout: RepositoryLayout, keeping referenced: DatabaseQueue
    ) async throws -> Result {
        var result = Result(removedObjects: 0, removedBytes: 0)
        var garbage: [String] = []
        for try await entry in target.list(layout.sstables + "/", depth: .all) {
            guard case .object(let name, let size) = entry else { continue }
            let object = ReferencedObject(name: String(name.dropFirst(layout.sstables.count + 1)))
            guard try await referenced.read({ try !object.exists($0) }) else { continue }
            garbage.append(name)
            result.removedObjects += 1
            result.removedBytes += size
            if garbage.count == 1_000 {
                try await target.delete(garbage)
                garbage = []
            }
        }
        try await target.delete(garbage)
        return result
    }

    private func names(_ target: any Destination, under prefix: String) async throws -> [String] {
        var names: [String] = []
        for try await entry in target.list(prefix, depth: .all) {
            if case .object(let name, _) = entry, !name.contains("/sstables/") {
                names.append(name)
            }
        }
        return names
    }
}

/// The name of an object that some manifest still needs.
private struct ReferencedObject: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "referenced"
    var name: String

    static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName, options: [.ifNotExists]) { table in
            table.primaryKey("name", .text, onConflict: .ignore)
        }
    }
}
