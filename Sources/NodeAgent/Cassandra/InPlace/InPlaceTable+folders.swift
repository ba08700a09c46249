import AgentProtocol
import Destinations
import Glibc
import SystemPackage

extension InPlaceTable {
    /// Begins the names of folders in data directories that are ours; hidden, so that neither
    /// Cassandra nor we take it for a keyspace.
    static let importRoot = ".helenus-import"

    /// The live table's folders, with the room there is.
    func liveRooms() throws -> [PlacementPlan.Room] {
        guard let live = try context.directories.newestTables(of: table.keyspace)[table] else {
            throw OperationFailure(
                code: .notFound, object: "\(table)",
                message: "No data directory has a folder of the table \(table).")
        }
        return try live.paths.map { path in
            let space = try FileSystemSpace(path: path)
            return PlacementPlan.Room(folder: path, device: space.device, free: space.freeBytes)
        }
    }

    func names(in folders: [String]) throws -> [String] {
        var names: [String] = []
        for folder in folders {
            try FolderReader.forEach(in: folder) { entry in
                if entry.kind == .file { names.append(entry.name) }
            }
        }
        return names
    }

    /// Where SSTables are moved from: beside the data, on the staging's file system where one data
    /// directory is, so that nothing is copied.
    func importFolder() throws -> String {
        let staging = try FileSystemSpace(path: context.configuration.staging).device
        let spaces = try context.directories.paths.map { ($0, try FileSystemSpace(path: $0)) }
        let best =
            spaces.first { $0.1.device == staging }
            ?? spaces.max { $0.1.freeBytes < $1.1.freeBytes }
        guard let best else {
            throw OperationFailure(
                code: .invalid, object: "data_directories", message: "No data directory is named.")
        }
        return "\(best.0)/\(Self.importRoot)/\(stagingID)/\(table.keyspace)/\(table.table)"
    }

    /// Makes a folder for Cassandra's user, with those above it that are missing.
    static func makeFolder(_ path: String) throws {
        guard !FolderReader.isFolder(path) else { return }
        let parent = FilePath(path).removingLastComponent().string
        try makeFolder(parent)
        var found = stat()
        guard mkdir(path, 0o755) == 0 || errno == EEXIST, stat(parent, &found) == 0,
            chown(path, found.st_uid, found.st_gid) == 0
        else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "make the folder \(path)")
        }
    }
}
