import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials
import GRDB
import Glibc
import SystemPackage

/// What a restore that failed past the barrier has staged stays, so that the same restore asked for
/// again goes on from there. Where nobody asks for long enough, it goes.
extension AgentContext {
    /// Notes that a restore uses its staging folder now; makes it where it is missing.
    func noteUse(ofStaging stagingID: String) throws {
        let folder = "\(configuration.staging)/\(stagingID)"
        try LocalFile.makeFolders(folder)
        guard utimensat(AT_FDCWD, folder, nil, 0) == 0 else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: folder, doing: "note the use of \(folder)")
        }
    }

    /// Restores whose staging was not used since a moment, and those of which something is remembered
    /// although somebody has removed what they staged.
    ///
    /// - Parameter moment: seconds since 1970.
    /// - Returns: their ids, sorted.
    package func abandonedStaging(notUsedSince moment: Int64) async throws -> [String] {
        let known = try await stagingIDs()
        return try await files.run {
            try known.filter { id in
                let folder = "\(configuration.staging)/\(id)"
                var found = stat()
                if stat(folder, &found) == 0 { return Int64(found.st_mtim.tv_sec) < moment }
                guard errno == ENOENT else {
                    throw DestinationError(
                        errno: Errno(rawValue: errno), object: folder, doing: "look at \(folder)")
                }
                return true
            }
        }
    }

    /// Removes what a restore has staged, and all that is remembered of it. Files that were put beside
    /// Cassandra's own and not taken in are taken out again.
    package func clearAbandonedStaging(_ stagingID: String) async throws {
        let progress = OperationProgress { _ in }
        let tables = try await database.read { database in
            try PlacedSSTable.filter(Column("stagingID") == stagingID).fetchAll(database)
        }.map { TableName(keyspace: $0.keyspace, table: $0.tableName) }
        if !tables.isEmpty {
            _ = try await ForgetLoaded(stagingID: stagingID, tables: Set(tables).sorted())
                .perform(in: self, progress: progress)
        }
        _ = try await ClearStaging(stagingID: stagingID).perform(in: self, progress: progress)
    }

    /// Of every restore that has a folder here or of which something is remembered.
    private func stagingIDs() async throws -> [String] {
        let marks = try await database.read { database in
            try LoadedTable.select(Column("stagingID"), as: String.self).distinct()
                .fetchAll(database)
                + PlacedSSTable.select(Column("stagingID"), as: String.self).distinct()
                .fetchAll(database)
        }
        let roots =
            [configuration.staging]
            + directories.paths.map { "\($0)/\(InPlaceTable.importRoot)" }
        var folders: [String] = []
        for root in roots where FolderReader.isFolder(root) {
            // Other files of the agent's lie there too.
            try FolderReader.forEach(in: root) { entry in
                if entry.kind == .folder, Self.isStagingID(entry.name) {
                    folders.append(entry.name)
                }
            }
        }
        return Set(marks + folders).sorted()
    }

    private static func isStagingID(_ name: String) -> Bool {
        name.utf8.count == 32
            && name.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
