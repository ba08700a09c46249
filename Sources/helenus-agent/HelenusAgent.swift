import ArgumentParser
import FoundationEssentials
import Logging
import NodeAgent
import ServiceLifecycle
import Settings

/// The agent of one Cassandra node.
@main
struct HelenusAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helenus-agent", abstract: "Backs up and restores one Cassandra node.")

    @Option(help: "The configuration file, YAML.")
    var config: String

    @Flag(help: "Check the configuration, tell what is wrong with it, and do nothing else.")
    var check = false

    func run() async throws {
        if check {
            SettingsReport { try AgentConfiguration.report(on: config) }.tellAndExit()
        }
        HeapArenas.limit()
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
        let api = AgentAPI(configuration)
        let reporter = NodeReporter(context: context, api: api, logger: logger)
        let membership = try await reporter.membership()
        let certificates =
            configuration.isSecure
            ? AgentCertificates(
                membership: membership, configuration: configuration, api: api, logger: logger)
            : nil
        let service = AgentService(table: table, secret: membership.executorSecret) {
            try await reporter.report()
        }
        let server = service.application(
            host: configuration.listenHost, port: configuration.listenPort ?? 0,
            certificate: try await certificates?.ready(), logger: logger)
        var services: [any Service] = [
            server, reporter,
            ArchiveService(context: context, api: api, token: membership.token, logger: logger),
            AgentHousekeeper(context: context, logger: logger),
        ]
        if let certificates { services.append(certificates) }
        let group = ServiceGroup(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
    }
}
