package import AgentProtocol
import BackupModel
import FoundationEssentials
package import Logging
import ServiceLifecycle

/// Joins the cluster once and tells the API about the node every ten seconds.
package actor NodeReporter: Service {
    private let context: AgentContext
    private let logger: Logger
    private var lastReport: NodeReport?
    private var lastProblem = ""

    package init(context: AgentContext, logger: Logger) {
        self.context = context
        self.logger = logger
    }

    /// The credentials, from the state directory or for the enrolment token; waits for the API.
    package func credentials() async throws -> AgentCredentials {
        let path = "\(context.configuration.stateDirectory)/credentials.json"
        if FileManager.default.fileExists(atPath: path) {
            return try JSONDecoder().decode(
                AgentCredentials.self, from: Data(contentsOf: URL(filePath: path)))
        }
        guard let tokenFile = context.configuration.enrolmentTokenFile else {
            throw OperationFailure(
                code: .invalid, object: "enrolment_token_file",
                message: "The agent has not joined yet: enrolment_token_file is missing.")
        }
        let token = try String(
            decoding: Data(contentsOf: URL(filePath: tokenFile)), as: UTF8.self
        ).trimmed
        while true {
            try Task.checkCancellation()
            do {
                let body = try await ClusterAPI(context.configuration, bearer: token)
                    .post("agents", try await report())
                let credentials = try JSONDecoder().decode(AgentCredentials.self, from: body)
                try body.write(to: URL(filePath: path), options: .atomic)
                chmodPrivate(path)
                logger.info("joined cluster \(context.configuration.cluster)")
                return credentials
            } catch {
                note("cannot join: \(error)")
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    package func run() async throws {
        let api = ClusterAPI(context.configuration, bearer: try await credentials().token)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.reportOnce(api)
                try? await Task.sleep(for: .seconds(10))
            }
        }
    }

    /// What the API answers to a report.
    private struct Answer: Decodable {
        /// Tells of a change of what the agent is to do with commitlogs; `nil` where they never
        /// were archived.
        var archive: String?
    }

    private func reportOnce(_ api: ClusterAPI) async {
        do {
            let report = try await report()
            try await context.archive.note(host: report.hostID)
            let answer = try await api.put("agents/\(report.hostID)", report)
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
            let node = try await context.describer.describe()
            let directories = try context.directories.paths.map {
                NodeReport.DataDirectory(path: $0, freeBytes: try context.freeBytes($0))
            }
            let space = try FileSystemSpace.total(of: context.directories.paths)
            let report = NodeReport(
                hostID: node.hostID, address: configuration.cassandra.address,
                agentURL: "http://\(configuration.listen)", datacenter: node.datacenter,
                rack: node.rack, tokens: node.tokens, partitioner: node.partitioner,
                schemaVersion: node.schemaVersion, cassandraVersion: node.cassandraVersion,
                agentVersion: "0.1.0", nodeState: "up", dataDirectories: directories,
                freeBytes: space.freeBytes, totalBytes: space.totalBytes,
                usedBytes: space.usedBytes,
                stagingFreeBytes: try context.freeBytes(configuration.staging),
                keyspaces: node.keyspaces,
                tableIdentities: node.tableIdentities.reduce(into: [:]) {
                    $0[$1.key.keyspace, default: [:]][$1.key.table] = $1.value
                }, archiveState: await context.archiveBoard.state)
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

    private nonisolated func chmodPrivate(_ path: String) {
        do {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            logger.error("cannot close \(path) to others: \(error)")
        }
    }
}
