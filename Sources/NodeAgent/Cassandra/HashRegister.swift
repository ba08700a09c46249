package import GRDB
import Glibc

/// The hashes of files that were read before, so that each is read once in its life.
///
/// A file is known by device, inode, size and modification time. Not by its change time: every new
/// hard link to it changes that.
package struct HashRegister: Sendable {
    private let database: DatabaseQueue

    package init(database: DatabaseQueue) {
        self.database = database
    }

    /// Makes the register's table where it is missing.
    package static func createTable(_ database: Database) throws {
        try database.create(table: Entry.databaseTableName, options: [.ifNotExists]) { table in
            table.column("device", .integer).notNull()
            table.column("inode", .integer).notNull()
            table.column("size", .integer).notNull()
            table.column("modified", .integer).notNull()
            table.column("sha256", .text).notNull()
            table.primaryKey(["device", "inode"], onConflict: .replace)
        }
    }

    /// What identifies a file's content without reading it.
    package struct Identity: Hashable, Sendable {
        var device: Int64
        var inode: Int64
        /// Bytes.
        package var size: Int64
        /// Nanoseconds since 1970.
        var modified: Int64

        /// `nil` where there is no such file.
        package init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = Int64(truncatingIfNeeded: status.st_dev)
            inode = Int64(truncatingIfNeeded: status.st_ino)
            size = Int64(status.st_size)
            modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        }
    }

    private struct Entry: Codable, FetchableRecord, PersistableRecord {
        static let databaseTableName = "file_hash"
        var device: Int64
        var inode: Int64
        var size: Int64
        var modified: Int64
        var sha256: String
    }

    /// The SHA-256 of a file that was read before and has not changed since.
    package func sha256(of identity: Identity) async throws -> String? {
        try await database.read { database in
            let entry = try Entry.fetchOne(
                database, key: ["device": identity.device, "inode": identity.inode])
            guard let entry, entry.size == identity.size, entry.modified == identity.modified
            else { return nil }
            return entry.sha256
        }
    }

    /// Remembers a batch of hashes.
    package func record(_ hashes: [(Identity, String)]) async throws {
        guard !hashes.isEmpty else { return }
        try await database.write { database in
            for (identity, sha256) in hashes {
                try Entry(
                    device: identity.device, inode: identity.inode, size: identity.size,
                    modified: identity.modified, sha256: sha256
                ).insert(database)
            }
        }
    }
}
