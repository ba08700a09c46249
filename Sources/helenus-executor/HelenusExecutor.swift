import ArgumentParser
import Certificates
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
        let authority = try CertificateAuthority(
            folder: settings.string(forKey: "helenus.ca.folder", default: "/etc/helenus/ca"))
        if authority.certificate.expires.timeIntervalSinceNow < 365 * 86_400 {
            logger.warning("the authority ends at \(authority.certificate.expires)")
        }
        let identity = ExecutorIdentity(
            authority: authority,
            agentLifetime: settings.double(
                forKey: "helenus.agent.certificate.seconds", default: 30 * 86_400))
        let sealer = try Sealer(keyFile: try settings.requiredString(forKey: "helenus.key.file"))
        let executor = ExecutorLoop(
            pool: pool,
            listener: ConnectionPool(conninfo: database, size: 1),
            sealer: sealer,
            identity: identity, logger: logger,
            name: "\(process.hostName):\(process.processIdentifier)",
            slots: settings.int(forKey: "helenus.job.slots", default: 8),
            clusterJobs: settings.int(forKey: "helenus.cluster.jobs", default: 4),
            leaseSeconds: settings.double(forKey: "helenus.lease.seconds", default: 30))
        let timeLimit = settings.double(forKey: "helenus.webhook.time.limit", default: 20)
        // Theirs alone: no job waits behind a webhook, nor a webhook behind jobs.
        let webhooks = ConnectionPool(conninfo: database, size: 1)
        let courier = WebhookCourier(
            pool: webhooks, sealer: sealer,
            sender: try WebhookClient(
                caFile: settings.string(forKey: "helenus.webhook.ca.file"), timeLimit: timeLimit),
            pauses: try WebhookPauses(
                settings.string(
                    forKey: "helenus.webhook.pauses", default: WebhookPauses.recommended)),
            timeLimit: timeLimit, logger: logger)
        let group = ServiceGroup(
            services: [
                // The first is the last to stop: the jobs are handed back by then.
                courier, LatenessWatch(pool: webhooks, logger: logger), executor,
                Housekeeper(pool: pool, logger: logger),
                ArchiveKeeper(pool: pool, logger: logger),
                // A connection of its own, which knows its statement and never waits for a seat.
                Scheduler(pool: ConnectionPool(conninfo: database, size: 1), logger: logger),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
    }
}
