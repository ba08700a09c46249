import AgentProtocol
import BackupModel
import FoundationEssentials
import Glibc
package import Logging
import ServiceLifecycle

/// Has the node's commitlogs on their way as long as the agent runs: takes in what Cassandra
/// archived, ships it, removes what is on every destination, and tells the API.
package actor ArchiveService: Service {
    private static let pause = Duration.seconds(1)
    /// Segments that are removed or reported at a time.
    private static let batch = 500

    private let context: AgentContext
    private let api: ClusterAPI
    private let logger: Logger
    private var order: ArchiveOrder?
    private var shippers: [String: SegmentShipper] = [:]
    /// By destination, while it ships.
    private var shipping: [String: Task<Void, Never>] = [:]
    private var lastProblem = ""
    private var lastWarnings: [String] = []

    package init(context: AgentContext, api: ClusterAPI, logger: Logger) {
        self.context = context
        self.api = api
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.pass()
                do { try await Task.sleep(for: Self.pause) } catch { break }
            }
        }
        await stopShipping()
    }

    private func stopShipping() async {
        let tasks = shipping.values
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Each step for itself: one that fails holds up no other.
    private func pass() async {
        let problem = [
            await problem { try await self.follow() }, await problem { try await self.collect() },
            await problem { try await self.ship() }, await problem { try await self.drop() },
            await problem { try await self.report() }, await problem { try await self.watch() },
        ].compactMap { $0 }.joined(separator: "; ")
        guard problem != lastProblem else { return }
        lastProblem = problem
        if problem.isEmpty {
            logger.info("commitlogs are archived")
        } else {
            logger.warning("commitlogs: \(problem)")
        }
    }

    /// Why a step failed; `nil` where it did not, or the agent stops.
    private func problem(_ step: () async throws -> Void) async -> String? {
        do {
            try await step()
            return nil
        } catch is CancellationError {
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Asks what is to be done, if the API says that this has changed.
    private func follow() async throws {
        guard let host = try await context.archive.hostID(),
            let stamp = await context.archiveBoard.stamp, stamp != order?.stamp
        else { return }
        let answer = try await api.get("agents/\(host)/archive")
        let order = try JSONDecoder().decode(ArchiveOrder.self, from: answer)
        try await context.archive.accept(order)
        await stopShipping()
        shippers = Dictionary(
            order.targets.map {
                ($0.id, SegmentShipper($0, context: context, logger: logger))
            }, uniquingKeysWith: { $1 })
        self.order = order
    }

    private func collect() async throws {
        while try await context.archive.collect() { try Task.checkCancellation() }
    }

    private func ship() async throws {
        guard let host = try await context.archive.hostID() else { return }
        for (id, shipper) in shippers where shipping[id] == nil {
            shipping[id] = Task {
                await shipper.ship(host: host)
                shipping[id] = nil
            }
        }
    }

    /// Removes what every destination has from where Cassandra archived it to.
    private func drop() async throws {
        while true {
            let complete = try await context.archive.ledger.complete(limit: Self.batch)
            guard !complete.isEmpty else { return }
            for segment in complete {
                guard unlink(segment.path) == 0 || errno == ENOENT else {
                    throw OperationFailure(
                        code: .denied, object: segment.path,
                        message: "The agent may not delete \(segment.path).")
                }
            }
            try await context.archive.ledger.shipped(complete.map(\.sequence))
        }
    }

    private func report() async throws {
        guard let host = try await context.archive.hostID() else { return }
        while true {
            let entries = try await context.archive.ledger.unreported(limit: Self.batch)
            guard !entries.isEmpty else { return }
            _ = try await api.post("agents/\(host)/segments", entries)
            try await context.archive.ledger.reported(entries)
        }
    }

    /// Keeps what the agent reports of it, and says in the log what it warns of.
    private func watch() async throws {
        var problems: [String: String] = [:]
        for (id, shipper) in shippers { problems[id] = await shipper.problem }
        let state = try await context.archive.state(problems: problems)
        await context.archiveBoard.put(state)
        let warnings = state?.warnings ?? []
        for warning in warnings where !lastWarnings.contains(warning) {
            logger.warning("commitlogs: \(warning)")
        }
        lastWarnings = warnings
    }
}
