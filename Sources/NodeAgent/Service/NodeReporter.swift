package import AgentProtocol
import BackupModel
import Certificates
import FoundationEssentials
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Joins the cluster once and tells the API about the node every ten seconds, and at once of a new table.
///
/// Cassandra's tools are asked only now and then, for each is a Java machine of its own: in between the
/// node is taken for what it was, as long as it takes connections and its keyspaces' folders are the
/// same.
package actor NodeReporter: Service {
    private static let interval = Duration.seconds(10)
    /// From one look at the folders to the next.
    private static let glance = Duration.seconds(1)
    /// What nothing tells of, such as a node that has moved, is known after so long.
    private static let longestBelief = Duration.seconds(30)

    private let context: AgentContext
    private let api: AgentAPI
    private let logger: Logger
    private var lastReport: NodeReport?
    private var believed: Belief?
    private var lastProblem = ""

    /// What Cassandra's tools told, and what the folders were like just before.
    private struct Belief {
        var node: NodeDescription
        var folders: KeyspaceFolders
        var since: ContinuousClock.Instant
    }

    package init(context: AgentContext, api: AgentAPI, logger: Logger) {
        self.context = context
        self.api = api
        self.logger = logger
    }

    /// What the agent keeps of having joined, from the state directory or for the enrolment token;
    /// waits for the API.
    package func membership() async throws -> Membership {
        let configuration = context.configuration
        if let known = try Membership(in: configuration.stateDirectory) { return known }
        guard let tokenFile = configuration.enrolmentTokenFile else {
            throw OperationFailure(
                code: .invalid, object: "enrolment_token_file",
                message: "The agent has not joined yet: enrolment_token_file is missing.")
        }
        let token = EnrolmentToken(
            try String(
                decoding: Data(contentsOf: URL(filePath: tokenFile)), as: UTF8.self
            ).trimmed)
        guard token.authority != nil || !configuration.isSecure else {
            throw OperationFailure(
                code: .invalid, object: tokenFile,
                message: "\(tokenFile): the token names no authority; 'helenusctl agent enroll' "
                    + "prints one that does.")
        }
        while true {
            try Task.checkCancellation()
            do {
                let report = try await report()
                let body = try await api.send(
                    .post, "agents", report, bearer: token.secret.text)
                let joined = Membership(
                    credentials: try JSONDecoder().decode(AgentCredentials.self, from: body),
                    hostID: report.hostID, authority: token.authority)
                // First: whoever has the new credentials has no old certificate.
                try AgentCertificates.forget(in: configuration.stateDirectory)
                try joined.save(in: configuration.stateDirectory)
                logger.info("joined cluster \(configuration.cluster)")
                return joined
            } catch {
                note("cannot join: \(error)")
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    package func run() async throws {
        let membership = try await membership()
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.reportOnce(membership)
                await self.waitForNext()
            }
        }
    }

    /// Until the next report is due, or a table was made.
    private func waitForNext() async {
        let due = ContinuousClock.now + Self.interval
        while ContinuousClock.now < due, !Task.isCancelled, foldersAreAsBelieved() {
            // Cancelled, it ends at once.
            try? await Task.sleep(for: Self.glance)
        }
    }

    private func foldersAreAsBelieved() -> Bool {
        guard let believed else { return true }
        do {
            return try KeyspaceFolders(of: context.directories) == believed.folders
        } catch {
            // The report, when it is due, says what is wrong with them.
            return true
        }
    }

    /// The node, as its tools tell it now or did not long ago.
    private func describe() async throws -> NodeDescription {
        let folders = try KeyspaceFolders(of: context.directories)
        if let believed, believed.folders == folders,
            believed.since.duration(to: .now) < Self.longestBelief, await takesConnections()
        {
            return believed.node
        }
        let isNew = believed?.folders != folders
        believed = nil
        let node = try await asked(readsSchema: isNew)
        believed = Belief(node: node, folders: folders, since: .now)
        return node
    }

    /// What Cassandra's tools tell. One that fails where the node takes connections, for it crashed or
    /// found no memory, says nothing of the node: they are asked once more.
    private func asked(readsSchema: Bool) async throws -> NodeDescription {
        do {
            return try await context.describer.describe(readsSchema: readsSchema)
        } catch {
            guard await takesConnections() else { throw error }
            return try await context.describer.describe(readsSchema: readsSchema)
        }
    }

    /// Whether the node's CQL port does.
    private func takesConnections() async -> Bool {
        let cql = context.configuration.cassandra.cql
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(2)).connect(host: cql.host, port: cql.port).get()
            try await channel.close()
            return true
        } catch {
            // Then the tools are asked, and tell why.
            return false
        }
    }

    /// What the API answers to a report.
    private struct Answer: Decodable {
        /// Tells of a change of what the agent is to do with commitlogs; `nil` where they never
        /// were archived.
        var archive: String?
    }

    private func reportOnce(_ membership: Membership) async {
        do {
            let report = try await report()
            try await context.archive.note(host: report.hostID)
            let answer = try await api.send(
                .put, "agents/\(report.hostID)", report, bearer: membership.token)
            let said = try JSONDecoder().decode(Answer?.self, from: answer)
            await context.archiveBoard.note(stamp: said?.archive)
            if report.nodeState == "up" { note("") }
        } catch {
            note("cannot report: \(error)")
        }
    }

    /// The node as it is now; as it was last known, and down, where Cassandra does not answer.
    package func report() async throws -> NodeReport {
        let configuration = context.configuration
        do {
            let node = try await describe()
            let directories = try context.directories.paths.map {
                NodeReport.DataDirectory(path: $0, freeBytes: try context.freeBytes($0))
            }
            let space = try FileSystemSpace.total(of: context.directories.paths)
            let report = NodeReport(
                hostID: node.hostID, address: configuration.cassandra.address,
                agentURL: configuration.url, datacenter: node.datacenter,
                rack: node.rack, tokens: node.tokens, partitioner: node.partitioner,
                schemaVersion: node.schemaVersion, cassandraVersion: node.cassandraVersion,
                agentVersion: "0.1.0", nodeState: "up", dataDirectories: directories,
                freeBytes: space.freeBytes, totalBytes: space.totalBytes,
                usedBytes: space.usedBytes,
                stagingFreeBytes: try context.freeBytes(configuration.staging),
                keyspaces: node.keyspaces,
                tableIdentities: node.tableIdentities.reduce(into: [:]) {
                    $0[$1.key.keyspace, default: [:]][$1.key.table] = $1.value
                },
                archiveState: await context.archiveBoard.state)
            remember(report)
            return report
        } catch {
            guard var report = try lastReport ?? recalled() else { throw error }
            lastReport = report
            note("Cassandra does not answer: \(error)")
            report.nodeState = "down"
            report.archiveState = await context.archiveBoard.state
            return report
        }
    }

    private var reportPath: String { "\(context.configuration.stateDirectory)/report.json" }

    /// Keeps the report for an agent that starts while Cassandra is down; what changes all the time
    /// is not worth a write.
    private func remember(_ report: NodeReport) {
        defer { lastReport = report }
        var same = report
        if let lastReport {
            same.dataDirectories = lastReport.dataDirectories
            same.freeBytes = lastReport.freeBytes
            same.totalBytes = lastReport.totalBytes
            same.usedBytes = lastReport.usedBytes
            same.stagingFreeBytes = lastReport.stagingFreeBytes
            same.archiveState = lastReport.archiveState
        }
        guard same != lastReport else { return }
        do {
            try JSONEncoder().encode(report).write(
                to: URL(filePath: reportPath), options: .atomic)
        } catch {
            logger.error("cannot keep the report in \(reportPath): \(error)")
        }
    }

    /// What an earlier life of this agent reported last.
    private func recalled() throws -> NodeReport? {
        guard FileManager.default.fileExists(atPath: reportPath) else { return nil }
        return try JSONDecoder().decode(
            NodeReport.self, from: Data(contentsOf: URL(filePath: reportPath)))
    }

    /// Logs a state of affairs once, until it changes.
    private func note(_ problem: String) {
        guard problem != lastProblem else { return }
        lastProblem = problem
        if problem.isEmpty { logger.info("reporting") } else { logger.warning("\(problem)") }
    }
}
