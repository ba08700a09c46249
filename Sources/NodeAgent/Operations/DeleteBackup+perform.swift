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
        try await referenced.write { database in
            try ManifestReader(path: local.path).entries { entry in
                try ReferencedObject(name: entry.name).insert(database)
            }
        }
        try local.discard()
    }

    private func sweep(
        _ target: any Destination, _ layout: RepositoryLayout, keeping referenced: DatabaseQueue
    ) async throws -> Result {
        let sum = Removal()
        try await target.list(layout.sstables + "/") { page in
            let garbage = try await referenced.read { database in
                try page.filter { object in
                    let name = String(object.name.dropFirst(layout.sstables.count + 1))
                    return try !ReferencedObject(name: name).exists(database)
                }
            }
            try await target.delete(garbage.map(\.name))
            await sum.add(objects: garbage.count, bytes: garbage.reduce(0) { $0 + $1.size })
        }
        return await Result(removedObjects: sum.objects, removedBytes: sum.bytes)
    }

    private func names(_ target: any Destination, under prefix: String) async throws -> [String] {
        let found = Found()
        try await target.list(prefix) { page in
            await found.add(page.map(\.name).filter { !$0.contains("/sstables/") })
        }
        return await found.names
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

private actor Removal {
    private(set) var objects = 0
    private(set) var bytes: Int64 = 0

    func add(objects: Int, bytes: Int64) {
        self.objects += objects
        self.bytes += bytes
    }
}

private actor Found {
    private(set) var names: [String] = []

    func add(_ more: [String]) {
        names += more
    }
}
