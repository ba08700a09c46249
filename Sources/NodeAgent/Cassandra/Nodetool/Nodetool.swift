package import BackupModel

/// nodetool of one node: a method for each command, which throws `NodetoolError` where nodetool did
/// not do it, `ToolFailure` where it could not be run.
package struct Nodetool: Sendable {
    private let command: ToolCommand
    private let options: JMXOptions
    private let timeLimit: Duration
    private let longTimeLimit: Duration

    /// - Parameters:
    ///   - timeLimit: for commands that only ask.
    ///   - longTimeLimit: for those that flush, link or load.
    package init(
        command: ToolCommand, options: JMXOptions = JMXOptions(),
        timeLimit: Duration = .seconds(60), longTimeLimit: Duration = .seconds(3600)
    ) {
        self.command = command
        self.options = options
        self.timeLimit = timeLimit
        self.longTimeLimit = longTimeLimit
    }

    /// Takes a snapshot of whole keyspaces; of all of them where none is named. Flushes first.
    package func snapshot(tag: BackupTag, keyspaces: [String]) async throws {
        try await ask(["snapshot", "-t", tag.text] + keyspaces, limit: longTimeLimit)
            .snapshotTaken(tag: tag.text)
    }

    /// Removes a snapshot from the keyspaces, or from all. One that is not there is removed; the
    /// keyspaces have to exist.
    package func clearSnapshot(tag: BackupTag, keyspaces: [String]) async throws {
        try await ask(["clearsnapshot", "-t", tag.text] + keyspaces, limit: longTimeLimit)
            .succeeded()
    }

    /// Snapshots of every table, whoever took them.
    package func listSnapshots() async throws -> [SnapshotListing] {
        try await ask(["listsnapshots"]).snapshots()
    }

    /// The node itself, with its tokens.
    package func info() async throws -> NodeInfo {
        try await ask(["info", "-T"]).info()
    }

    /// Every node as this one sees it.
    package func status() async throws -> [NodeStatus] {
        try await ask(["status"]).status()
    }

    package func ring() async throws -> [RingEntry] {
        try await ask(["ring"]).ring()
    }

    package func version() async throws -> String {
        try await ask(["version"]).releaseVersion()
    }

    package func describeCluster() async throws -> ClusterDescription {
        try await ask(["describecluster"]).clusterDescription()
    }

    package func gossipInfo() async throws -> [GossipState] {
        try await ask(["gossipinfo"]).gossip()
    }

    /// Writes memtables to disk: those of the table, of the keyspace, or all.
    package func flush(keyspace: String, tables: [String] = []) async throws {
        try await ask(["flush", keyspace] + tables, limit: longTimeLimit).succeeded()
    }

    /// Flushes everything and stops serving. JMX still answers.
    package func drain() async throws {
        try await ask(["drain"], limit: longTimeLimit).succeeded()
    }

    /// Takes in SSTables that were put into the table's own folder.
    package func refresh(_ table: TableName) async throws {
        try await ask(["refresh", table.keyspace, table.table], limit: longTimeLimit).succeeded()
    }

    /// Takes in (moves) the SSTables of directories; version 4.0 and newer.
    ///
    /// - Parameter copy: leave the files where they are. Their Statistics.db may still be changed.
    package func importSSTables(
        _ table: TableName, directories: [String], copy: Bool
    ) async throws {
        let option = copy ? ["--copy-data"] : []
        try await ask(
            ["import"] + option + [table.keyspace, table.table] + directories,
            limit: longTimeLimit
        ).imported()
    }

    /// Builds indexes of a table anew.
    ///
    /// - Parameter names: as this version calls them.
    package func rebuildIndexes(of table: TableName, _ names: [String]) async throws {
        try await ask(
            ["rebuild_index", table.keyspace, table.table] + names, limit: longTimeLimit
        ).succeeded()
    }

    private func ask(_ arguments: [String], limit: Duration? = nil) async throws -> NodetoolReply {
        let output = try await command.run(
            options.arguments + arguments, timeLimit: limit ?? timeLimit)
        return NodetoolReply(command: arguments[0], output: output)
    }
}
