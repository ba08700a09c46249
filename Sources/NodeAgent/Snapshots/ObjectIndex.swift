import GRDB
import Glibc

/// Objects by name with their sizes, in a file because they may be more than memory holds.
///
/// The file has no name: it is gone with this value, however the agent ends.
package final class ObjectIndex: Sendable {
    private let database: DatabaseQueue

    /// - Parameter folder: on whose file system the index lies.
    package init(in folder: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // What is lost in a crash was of no use after it.
            try database.execute(sql: "PRAGMA journal_mode = OFF")
            try database.execute(sql: "PRAGMA synchronous = OFF")
        }
        let path = "\(folder)/.index-\(getpid())-\(UInt64.random(in: .min ... .max))"
        database = try DatabaseQueue(path: path, configuration: configuration)
        try database.write { try IndexedObject.createTable($0) }
        guard unlink(path) == 0 else { throw FileHandleOutput.failure(path) }
    }

    /// Adds objects, a batch at a time; one that is there already stays as it is.
    package func add(_ objects: [IndexedObject]) async throws {
        guard !objects.isEmpty else { return }
        try await database.write { database in
            for object in objects { try object.insert(database) }
        }
    }

    /// The sizes of those of the names that are there. Ask for a batch at a time, up to a thousand.
    package func sizes(of names: [String]) async throws -> [String: Int64] {
        try await database.read { database in
            let found = try IndexedObject.fetchAll(database, keys: names)
            return Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.size) })
        }
    }
}
