import AgentProtocol
import BackupModel
import Destinations
import Glibc
import SystemPackage

/// Puts the files of a stopped node's tables aside, and staged ones in their place. All of it blocks.
struct TableSwap: Sendable {
    let folders: ReplayFolders
    let directories: DataDirectories

    /// Puts aside what the node holds: the files of these tables, what would be written again, and
    /// the live commitlog. What an interrupted attempt has put aside stays there.
    func putAside(_ tables: [PlaceForReplay.Table]) throws {
        try durably {
            for folder in try live(tables) { try move(from: folder, to: folders.aside(of: folder)) }
            try move(from: folders.commitLog, to: folders.commitLogAside)
            if let hints = folders.configuration.hintsDirectory { try remove(filesIn: hints) }
            try remove(filesIn: folders.savedCaches)
        }
    }

    /// Removes what an earlier attempt at this restore put in place, and what Cassandra made of it.
    func takeOut(_ tables: [PlaceForReplay.Table]) throws {
        try durably {
            for folder in try live(tables) { try remove(filesIn: folder) }
            try remove(filesIn: folders.commitLog)
            try remove(filesIn: folders.savedCaches)
        }
    }

    /// Links or copies the staged SSTables of each table into its folder, which is made where it is
    /// missing, and the staged segments to where Cassandra restores them from.
    ///
    /// - Parameter staging: of the node's own files.
    func place(_ tables: [PlaceForReplay.Table], from staging: String) throws {
        try durably {
            for table in tables {
                let staged = "\(staging)/\(table.name.keyspace)/\(table.name.table)"
                guard FolderReader.isFolder(staged) else { continue }
                try place(filesIn: staged, into: try target(of: table))
            }
            try place(filesIn: folders.staged, into: folders.replayed)
        }
    }

    /// Has all that is done on the disk when it returns.
    private func durably(_ body: () throws -> Void) throws {
        // Before anything is written, so that no failure of the disk is missed.
        let flushes = try (directories.paths + [folders.commitLog]).map {
            try FileSystemFlush(path: $0)
        }
        try body()
        for flush in flushes { try flush.flush() }
    }

    /// The folders of these tables, and of Cassandra's own that hold what is still to be done.
    private func live(_ tables: [PlaceForReplay.Table]) throws -> [String] {
        let pending = try directories.tables(of: "system").filter {
            ReplayFolders.pendingWork.contains($0.table.table)
        }
        let own = tables.flatMap { table in
            directories.paths.map { "\($0)/\(Self.folder(of: table))" }
        }
        return (own + pending.flatMap(\.paths)).filter(FolderReader.isFolder)
    }

    private static func folder(of table: PlaceForReplay.Table) -> String {
        let name = table.name
        return "\(name.keyspace)/\(table.id.map { "\(name.table)-\($0)" } ?? name.table)"
    }

    /// Where most room is, of the folders that there are; of all data directories where there is
    /// none.
    private func target(of table: PlaceForReplay.Table) throws -> String {
        let all = directories.paths.map { ($0, "\($0)/\(Self.folder(of: table))") }
        let present = all.filter { FolderReader.isFolder($0.1) }
        let rooms = try (present.isEmpty ? all : present).map { data, folder in
            (folder, try FileSystemSpace(path: data).freeBytes)
        }
        guard let best = rooms.max(by: { $0.1 < $1.1 }) else {
            throw OperationFailure(
                code: .invalid, object: "data_directories", message: "No data directory is named.")
        }
        return best.0
    }

    private func place(filesIn source: String, into target: String) throws {
        try InPlaceTable.makeFolder(target)
        let placer = try FilePlacer(into: target)
        for entry in try files(in: source) {
            try placer.place("\(source)/\(entry.name)", as: entry.name)
        }
    }

    /// Moves every file, and every hidden folder, which is an index's.
    private func move(from folder: String, to aside: String) throws {
        let entries = try files(in: folder)
        guard !entries.isEmpty else { return }
        try InPlaceTable.makeFolder(aside)
        for entry in entries where "\(folder)/\(entry.name)" != aside {
            guard rename("\(folder)/\(entry.name)", "\(aside)/\(entry.name)") == 0 else {
                throw failure("\(folder)/\(entry.name)", "put aside")
            }
        }
    }

    private func remove(filesIn folder: String) throws {
        for entry in try files(in: folder) {
            let path = "\(folder)/\(entry.name)"
            if entry.kind == .folder {
                guard path != folders.commitLogAside else { continue }
                try remove(filesIn: path)
                guard rmdir(path) == 0 else { throw failure(path, "remove") }
            } else {
                guard unlink(path) == 0 || errno == ENOENT else { throw failure(path, "remove") }
            }
        }
    }

    /// Files and hidden folders; a folder that is not there has none.
    private func files(in folder: String) throws -> [FolderEntry] {
        var found: [FolderEntry] = []
        try FolderReader.forEach(in: folder) { entry in
            if entry.kind == .file || entry.kind == .folder && entry.name.hasPrefix(".") {
                found.append(entry)
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    private func failure(_ path: String, _ what: String) -> DestinationError {
        DestinationError(errno: Errno(rawValue: errno), object: path, doing: "\(what) \(path)")
    }
}
