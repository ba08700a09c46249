package import AgentProtocol
import AsyncHTTPClient
import BackupModel
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
    private let logger: Logger
    private let client = HTTPClient.shared
    private var lastReport: NodeReport?
    private var believed: Belief?
    private var lastProblem = ""

    /// What Cassandra's tools told, and what the folders were like just before.
    private struct Belief {
        var node: NodeDescription
        var folders: KeyspaceFolders
        var since: ContinuousClock.Instant
    }

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
                let body = try await send(.POST, "agents", try await report(), bearer: token)
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
        let credentials = try await credentials()
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.reportOnce(credentials)
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
        let node = try await context.describer.describe(readsSchema: isNew)
        believed = Belief(node: node, folders: folders, since: .now)
        return node
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

    private func reportOnce(_ credentials: AgentCredentials) async {
        do {
            let report = try await report()
            _ = try await send(
                .PUT, "agents/\(report.hostID)", report, bearer: credentials.token)
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
                agentURL: "http://\(configuration.listen)", datacenter: node.datacenter,
                rack: node.rack, tokens: node.tokens, partitioner: node.partitioner,
                schemaVersion: node.schemaVersion, cassandraVersion: node.cassandraVersion,
                agentVersion: "0.1.0", nodeState: "up", dataDirectories: directories,
                freeBytes: space.freeBytes, totalBytes: space.totalBytes,
                usedBytes: space.usedBytes,
                stagingFreeBytes: try context.freeBytes(configuration.staging),
                keyspaces: node.keyspaces)
            lastReport = report
            return report
        } catch {
            guard var report = lastReport else { throw error }
            note("Cassandra does not answer: \(error)")
            report.nodeState = "down"
            return report
        }
    }

    private func send(
        _ method: HTTPMethodName, _ path: String, _ body: some Encodable, bearer: String
    ) async throws -> Data {
        let configuration = context.configuration
        var request = HTTPClientRequest(
            url: "\(configuration.api)/\(configuration.cluster)/\(path)")
        request.method = method == .POST ? .POST : .PUT
        request.headers.add(name: "Authorization", value: "Bearer \(bearer)")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        let response = try await client.execute(request, timeout: .seconds(30))
        let answer = Data((try await response.body.collect(upTo: 1 << 20)).readableBytesView)
        guard response.status.code < 300 else {
            throw OperationFailure(
                code: .unreachable, object: request.url,
                message: "the API answers \(response.status.code): "
                    + String(decoding: answer.prefix(300), as: UTF8.self))
        }
        return answer
    }

    private enum HTTPMethodName { case POST, PUT }

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
