import AgentProtocol
import BackupModel
import SystemPackage

/// Where a point-in-time restore finds and puts things on this node.
struct ReplayFolders: Sendable {
    /// Tables of Cassandra's that hold what other nodes, or a later start, would write again: hints,
    /// unfinished batches and light-weight transactions; and the compactions after which a start
    /// removes SSTables by their numbers.
    static let pendingWork: Set<String> = [
        "hints", "batchlog", "batches", "paxos", "compactions_in_progress",
    ]

    let stagingID: String
    let configuration: CassandraConfiguration
    /// Where segments are staged.
    let staged: String
    /// From where Cassandra restores them.
    let replayed: String
    let properties: ConfigurationFile

    /// - Throws: `OperationFailure` that names what the settings lack.
    init(_ context: AgentContext, stagingID: String) throws {
        guard let yaml = context.configuration.cassandra.yaml else {
            throw Self.missing("yaml")
        }
        guard let data = context.directories.paths.first else {
            throw Self.missing("data_directories")
        }
        self.stagingID = stagingID
        configuration = try CassandraConfiguration(path: yaml)
        staged = "\(context.configuration.staging)/\(stagingID)/commitlog"
        replayed = "\(data)/\(InPlaceTable.importRoot)/\(stagingID)/commitlog"
        properties = ConfigurationFile(
            path: context.archive.settings.propertiesPath
                ?? FilePath(yaml).removingLastComponent()
                .appending("commitlog_archiving.properties").string)
        guard !replayed.contains(where: { $0 == "," || $0.isWhitespace }) else {
            throw OperationFailure(
                code: .invalid, object: replayed,
                message: "restore_directories cannot name \(replayed): it holds a space or a comma."
            )
        }
    }

    private static func missing(_ key: String) -> OperationFailure {
        OperationFailure(
            code: .invalid, object: "cassandra.\(key)",
            message: "A point-in-time restore needs cassandra.\(key) in the agent's settings.")
    }

    var commitLog: String { configuration.commitLogDirectory ?? "/var/lib/cassandra/commitlog" }
    var savedCaches: String {
        configuration.savedCachesDirectory ?? "/var/lib/cassandra/saved_caches"
    }

    /// The folder beside the files in `folder` that they are put aside to: a snapshot's, so that
    /// Cassandra and its operators know what it is.
    func aside(of folder: String) -> String { "\(folder)/snapshots/replaced-\(stagingID)" }

    /// Where the live commitlog is put aside to.
    var commitLogAside: String { "\(commitLog)/.replaced-\(stagingID)" }

    /// Every folder that may hold what was put aside.
    func everyAside(_ directories: DataDirectories) throws -> [String] {
        var found = [commitLogAside]
        for keyspace in try directories.keyspaces() {
            for table in try directories.tables(of: keyspace) {
                found += table.paths.map(aside)
            }
        }
        return found.filter(FolderReader.isFolder)
    }
}
