import AgentProtocol
package import BackupModel
package import Destinations
import FoundationEssentials
package import GRDB
import Glibc

/// What every operation of an agent works with.
package struct AgentContext: Sendable {
    package let configuration: AgentConfiguration
    package let nodetool: Nodetool
    package let cql: CQLShell
    package let loader: SSTableLoader
    package let directories: DataDirectories
    package let register: HashRegister
    package let describer: NodeDescriber
    package let database: DatabaseQueue
    /// For all calls that block on files.
    package let files = FileThreads(count: filesAtOnce)
    /// Files that are read or written at once.
    package static let filesAtOnce = 4
    /// Where files are compressed.
    package let spool: SpoolRoom
    /// The archiving of the node's commitlogs.
    package let archive: CommitLogArchive
    package let archiveBoard = ArchiveBoard()
    private let throttles = Throttles()
    /// The agent writes under its own node's folder, and nobody else does.
    private let uploads = S3UploadsAtWork()
    /// Of the snapshot that was captured last.
    let acknowledged = AcknowledgedObjects()

    /// Opens the state directory, making it where it is missing.
    package init(configuration: AgentConfiguration) throws {
        self.configuration = configuration
        let cassandra = configuration.cassandra
        let environment = cassandra.environment ?? [:]
        nodetool = Nodetool(
            command: ToolCommand(argv: cassandra.nodetool, environment: environment),
            options: JMXOptions(
                user: cassandra.jmx?.user, passwordFile: cassandra.jmx?.passwordFile,
                ssl: cassandra.jmx?.ssl ?? false))
        loader = SSTableLoader(
            command: ToolCommand(argv: cassandra.sstableloader, environment: environment))
        directories = DataDirectories(cassandra.dataDirectories)
        for folder in [configuration.stateDirectory, configuration.staging] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            chmod(folder, 0o700)
        }
        spool = SpoolRoom(
            folder: configuration.staging, floor: configuration.freeSpaceFloor)
        database = try DatabaseQueue(path: "\(configuration.stateDirectory)/agent.sqlite")
        try database.write { database in
            try OperationRecord.createTable(database)
            try LoadedTable.createTable(database)
            try PlacedSSTable.createTable(database)
            try StoredBytes.createTable(database)
            try ReplayMark.createTable(database)
        }
        register = try HashRegister(path: "\(configuration.stateDirectory)/hashes.sqlite") {
            Int64(Date().timeIntervalSince1970)
        }
        let yaml = try cassandra.yaml.map { try CassandraConfiguration(path: $0) }
        archive = try CommitLogArchive(
            settings: try ArchiveSettings(configuration, commitLogFolder: yaml?.commitLogDirectory),
            files: files
        ) { Int64(Date().timeIntervalSince1970 * 1e6) }
        cql = CQLShell(
            command: ToolCommand(argv: cassandra.cqlsh, environment: environment),
            host: cassandra.cql.host,
            port: cassandra.cql.port, cqlshrc: try Self.cqlshrc(configuration))
        describer = NodeDescriber(
            nodetool: nodetool, shell: cql,
            configuration: yaml
                ?? CassandraConfiguration(
                    clusterName: "", partitioner: "", dataDirectories: cassandra.dataDirectories,
                    commitLogDirectory: nil, address: cassandra.address, rpcAddress: nil,
                    nativePort: cassandra.cql.port),
            directories: directories)
    }

    /// The cqlshrc that is named, or one that is made of user, password file and TLS files.
    private static func cqlshrc(_ configuration: AgentConfiguration) throws -> String? {
        let cql = configuration.cassandra.cql
        if let named = cql.cqlshrc { return named }
        guard cql.user != nil || cql.tls != nil else { return nil }
        return try CQLSHRC(user: cql.user, passwordFile: cql.passwordFile, tls: cql.tls)
            .write(into: configuration.stateDirectory)
    }

    /// The node's own manifest of an on-server snapshot.
    package func manifestPath(_ tag: BackupTag) -> String {
        "\(configuration.stateDirectory)/snapshots/\(tag)/backup.json"
    }

    /// The staging folder of a restore for one host's set of files.
    package func stagingFolder(_ stagingID: String, host: HostID) -> String {
        "\(configuration.staging)/\(stagingID)/\(host)"
    }

    /// The driver for a destination, at the rates that it and the run permit.
    ///
    /// - Parameters:
    ///   - throttle: megabytes (10^6) per second for this run; `nil` for no limit.
    ///   - policy: how often a call to a store is made that failed in a way that may pass.
    package func open(
        _ destination: DestinationDescription, throttle: Double? = nil,
        policy: RetryPolicy = RetryPolicy()
    ) throws -> any Destination {
        switch destination.location {
        case .local(let location):
            let local = try LocalDestination(
                path: location.path,
                rules: LocalPathRules(
                    roots: configuration.roots,
                    forbidden: configuration.cassandra.dataDirectories),
                owner: configuration.cassandra.address, threads: files)
            let buckets = buckets(of: destination, throttle)
            // Without a rate it stays what it is, and takes files while they are hashed.
            return buckets.isEmpty ? local : Throttled(local, buckets: buckets)
        case .s3(let location):
            return Retrying(
                Throttled(
                    try S3Destination(
                        location, environment: ProcessInfo.processInfo.environment,
                        settings: S3Settings(largestWhole: configuration.largestWholeObject),
                        soleUploads: uploads),
                    buckets: buckets(of: destination, throttle)), policy)
        case .azure(let location):
            return Retrying(
                Throttled(
                    try AzureDestination(location), buckets: buckets(of: destination, throttle)),
                policy)
        }
    }

    private func buckets(
        of destination: DestinationDescription, _ throttle: Double?
    ) -> [TokenBucket] {
        [
            throttles.bucket(of: destination.id, rate: destination.location.throttle),
            throttle.map { TokenBucket(bytesPerSecond: $0 * 1e6) },
        ].compactMap { $0 }
    }

    /// Bytes free in the file system that holds `path`.
    package func freeBytes(_ path: String) throws -> Int64 {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else {
            throw OperationFailure(
                code: .internalError, object: path,
                message: "\(path): \(String(cString: strerror(errno)))")
        }
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }

    /// Reads a manifest on the node's disk: each entry in its order, then the header.
    ///
    /// - Throws: `OperationFailure` where it is none of ours or is cut off.
    @discardableResult
    package func readManifest(
        _ path: String, entry: (ManifestEntry) async throws -> Void
    ) async throws -> ManifestHeader {
        try await header(of: path) { try await $0.read(entry: entry) }
    }

    /// Reads a manifest on the node's disk no further than its header goes.
    ///
    /// - Throws: `OperationFailure` where it is none of ours or its header is cut off.
    package func readManifestHeader(_ path: String) async throws -> ManifestHeader {
        try await header(of: path) { try await $0.readHeader() }
    }

    private func header(
        of path: String, _ read: (ManifestReader) async throws -> ManifestReader.Header
    ) async throws -> ManifestHeader {
        do {
            let body = try await FileSource(path: path, threads: files).open()
            switch try await read(ManifestReader(body)) {
            case .complete(let header): return header
            case .missing:
                throw OperationFailure(
                    code: .invalid, object: path,
                    message: "\(path) was written by OpsCenter; this version restores its own.")
            }
        } catch let error as ManifestError {
            throw OperationFailure(
                code: .corrupt, object: path, message: "\(path): \(error)")
        }
    }
}
