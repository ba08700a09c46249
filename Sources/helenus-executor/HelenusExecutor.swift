import ArgumentParser
import Configuration
import Execution
import FoundationEssentials
import Logging
import Postgres
import Sealing
import ServiceLifecycle
import SystemPackage

/// Does the jobs of the queue.
@main
struct HelenusExecutor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helenus-executor",
        abstract: "Claims jobs from the queue and drives the agents.")

    @Option(help: "The settings, a file of KEY=VALUE lines; the environment overrides it.")
    var settings: String

    func run() async throws {
        let settings = ConfigReader(providers: [
            EnvironmentVariablesProvider(),
            try await EnvironmentVariablesProvider(environmentFilePath: FilePath(self.settings)),
        ])
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "executor")
        logger.logLevel =
            settings.string(forKey: "helenus.log.level").flatMap { Logger.Level(rawValue: $0) }
            ?? .info
        let process = ProcessInfo.processInfo
        if let pidFile = settings.string(forKey: "helenus.pid.file") {
            try Data("\(process.processIdentifier)\n".utf8).write(to: URL(filePath: pidFile))
        }
        let database = try settings.requiredString(forKey: "helenus.database")
        let pool = ConnectionPool(conninfo: database, size: 6)
        let executor = ExecutorLoop(
            pool: pool,
            listener: ConnectionPool(conninfo: database, size: 1),
            sealer: try Sealer(keyFile: try settings.requiredString(forKey: "helenus.key.file")),
            logger: logger, name: "\(process.hostName):\(process.processIdentifier)",
            slots: settings.int(forKey: "helenus.job.slots", default: 8),
            leaseSeconds: settings.double(forKey: "helenus.lease.seconds", default: 30))
        let group = ServiceGroup(
            services: [
                executor, Housekeeper(pool: pool, logger: logger),
                ArchiveKeeper(pool: pool, logger: logger),
                // A connection of its own, which knows its statement and never waits for a seat.
                Scheduler(pool: ConnectionPool(conninfo: database, size: 1), logger: logger),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
    }
}
