import AgentProtocol
import FoundationEssentials
import Glibc

/// Where everything lies that archiving a node's commitlogs needs.
package struct ArchiveSettings: Sendable {
    /// The program that Cassandra calls for each segment.
    package var program: String
    /// The node's `commitlog_archiving.properties`; `nil` where the agent does not know it.
    package var propertiesPath: String?
    /// Cassandra's `commitlog_directory`.
    package var commitLogFolder: String
    /// Where the agent keeps what it must remember.
    package var stateFolder: String
    /// Where segments lie that are kept on the node itself.
    package var serverFolder: String
    /// Bytes that are to stay free.
    package var floor: Int64

    package init(
        program: String, propertiesPath: String?, commitLogFolder: String, stateFolder: String,
        serverFolder: String, floor: Int64
    ) {
        self.program = program
        self.propertiesPath = propertiesPath
        self.commitLogFolder = commitLogFolder
        self.stateFolder = stateFolder
        self.serverFolder = serverFolder
        self.floor = floor
    }

    /// The node's properties.
    ///
    /// - Throws: `OperationFailure` where the agent does not know them.
    func properties() throws -> ArchivePropertiesFile {
        guard let propertiesPath else {
            throw OperationFailure(
                code: .invalid, object: "cassandra.yaml",
                message: "The agent's settings name neither cassandra.yaml nor "
                    + "cassandra.archiving_properties.")
        }
        return ArchivePropertiesFile(
            path: propertiesPath,
            original: "\(stateFolder)/commitlog_archiving.properties.before.json")
    }

    /// Cassandra splits it at spaces and gives it to no shell.
    func command(into folder: String, links: Bool) -> String {
        "\(program)\(links ? " --link" : "") %path \(folder)/%name"
    }

    func checkProgram() throws {
        guard access(program, X_OK) == 0, !program.contains(where: \.isWhitespace) else {
            throw OperationFailure(
                code: .invalid, object: "archive_program",
                message: "archive_program: \(program) is no program, or its path has spaces.")
        }
    }

    /// Makes the folder to which Cassandra archives, where it is missing: Cassandra's as its
    /// commitlogs are, and the agent's.
    func prepare(_ folder: String) throws {
        guard folder.hasPrefix("/"), !folder.contains(where: { $0.isWhitespace || $0 == "%" })
        else {
            throw OperationFailure(
                code: .invalid, object: folder,
                message: "'\(folder)' is no absolute path without spaces and %.")
        }
        if !FolderReader.isFolder(folder) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            var own = stat()
            // Only root may give it away; Cassandra's group is enough, where the agent is in it.
            guard chmod(folder, 0o770) == 0, stat(commitLogFolder, &own) == 0,
                chown(folder, own.st_uid, own.st_gid) == 0
                    || chown(folder, getuid(), own.st_gid) == 0
            else {
                throw OperationFailure(
                    code: .denied, object: folder,
                    message: "The agent may not share \(folder) with Cassandra: "
                        + String(cString: strerror(errno)))
            }
        }
        guard access(folder, R_OK | W_OK | X_OK) == 0 else {
            throw OperationFailure(
                code: .denied, object: folder,
                message: "The agent may not read and write in \(folder).")
        }
    }

    /// What to say of the room for segments; `nil` where there is enough.
    func warning(of space: FileSystemSpace, in folder: String) -> String? {
        let least = max(2 * floor, space.totalBytes / 10)
        guard space.freeBytes < least else { return nil }
        return "\(folder) has \(space.freeBytes) bytes free of \(space.totalBytes): when it is "
            + "full, Cassandra keeps its commitlogs where it writes them."
    }
}

extension ArchiveSettings {
    /// - Parameter commitLogFolder: what `cassandra.yaml` has; `nil` for Cassandra's own default.
    init(_ configuration: AgentConfiguration, commitLogFolder: String?) throws {
        let cassandra = configuration.cassandra
        self.init(
            program: try configuration.archiveProgram ?? Self.besideAgent("helenus-archive"),
            propertiesPath: cassandra.archivingProperties
                ?? cassandra.yaml.map {
                    "\(URL(filePath: $0).deletingLastPathComponent().path)"
                        + "/commitlog_archiving.properties"
                },
            commitLogFolder: commitLogFolder ?? "/var/lib/cassandra/commitlog",
            stateFolder: configuration.stateDirectory,
            serverFolder: configuration.commitLogArchive
                ?? "\(configuration.stateDirectory)/archive",
            floor: configuration.freeSpaceFloor)
    }

    /// A program in the folder of the agent's own.
    private static func besideAgent(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/\(name)"
    }
}
