import ArgumentParser
import Certificates
import Execution
import FoundationEssentials
import Logging
import Postgres
import Sealing
import ServiceLifecycle
import Settings

/// Does the jobs of the queue.
@main
struct HelenusExecutor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helenus-executor",
        abstract: "Claims jobs from the queue and drives the agents.")

    @Option(help: "The settings, a file of KEY=VALUE lines; the environment overrides it.")
    var settings: String

    @Flag(help: "Check the settings, tell what is wrong with them, and do nothing else.")
    var check = false

    func run() async throws {
        if check {
            SettingsReport { try ExecutorSettings(file: self.settings).check() }.tellAndExit()
        }
        let settings = try ExecutorSettings(file: self.settings)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "executor")
        logger.logLevel = settings.logLevel
        let process = ProcessInfo.processInfo
        if let pidFile = settings.pidFile {
            try Data("\(process.processIdentifier)\n".utf8).write(to: URL(filePath: pidFile))
        }
        let pool = ConnectionPool(conninfo: settings.database, size: 5)
        let authority = try CertificateAuthority(folder: settings.authorityFolder)
        if authority.certificate.expires.timeIntervalSinceNow < 365 * 86_400 {
            logger.warning("the authority ends at \(authority.certificate.expires)")
        }
        let sealer = try Sealer(keyFile: settings.keyFile)
        let executor = ExecutorLoop(
            pool: pool,
            queue: ConnectionPool(conninfo: settings.database, size: 1),
            listener: ConnectionPool(conninfo: settings.database, size: 1), sealer: sealer,
            identity: ExecutorIdentity(
                authority: authority, agentLifetime: settings.agentLifetime),
            logger: logger,
            name: "\(process.hostName):\(process.processIdentifier)",
            slots: settings.slots, clusterJobs: settings.clusterJobs,
            leaseSeconds: settings.leaseSeconds)
        // A connection of its own, which knows its statement and never waits for a seat.
        let scheduling = ConnectionPool(conninfo: settings.database, size: 1)
        // Theirs alone: no job waits behind a webhook, nor a webhook behind jobs.
        let webhooks = ConnectionPool(conninfo: settings.database, size: 1)
        let courier = WebhookCourier(
            pool: webhooks, sealer: sealer,
            sender: try WebhookClient(
                caFile: settings.webhookCAFile, timeLimit: settings.webhookTimeLimit),
            pauses: settings.webhookPauses, timeLimit: settings.webhookTimeLimit, logger: logger)
        let group = ServiceGroup(
            services: [
                // The first is the last to stop: the jobs are handed back by then.
                courier, LatenessWatch(pool: webhooks, logger: logger), executor,
                Housekeeper(pool: pool, logger: logger),
                ArchiveKeeper(pool: pool, logger: logger),
                Scheduler(pool: scheduling, logger: logger),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
    }
}
