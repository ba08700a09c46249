import ArgumentParser
import FoundationEssentials
import Logging
import NodeAgent
import ServiceLifecycle

/// The agent of one Cassandra node.
@main
struct HelenusAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helenus-agent", abstract: "Backs up and restores one Cassandra node.")

    @Option(help: "The configuration file, YAML.")
    var config: String

    func run() async throws {
        let configuration = try AgentConfiguration(file: config)
        // Before anything is done: threads and tools inherit it.
        try configuration.priority?.apply()
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "agent")
        logger.logLevel = configuration.logLevel.flatMap { Logger.Level(rawValue: $0) } ?? .info
        if let pidFile = configuration.pidFile {
            try Data("\(ProcessInfo.processInfo.processIdentifier)\n".utf8)
                .write(to: URL(filePath: pidFile))
        }
        let context = try AgentContext(configuration: configuration)
        let table = try OperationTable(context: context, logger: logger)
        let reporter = NodeReporter(context: context, logger: logger)
        let credentials = try await reporter.credentials()
        let service = AgentService(table: table, secret: credentials.executorSecret) {
            try await reporter.report()
        }
        let server = service.application(
            host: configuration.listenHost, port: configuration.listenPort ?? 0, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: server), .init(service: reporter),
                    .init(
                        service: ArchiveService(
                            context: context,
                            api: ClusterAPI(configuration, bearer: credentials.token),
                            logger: logger)),
                    .init(service: AgentHousekeeper(context: context, logger: logger)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
