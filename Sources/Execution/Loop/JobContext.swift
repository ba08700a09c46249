package import AgentProtocol
package import BackupModel
import Catalog
import Certificates
import FoundationEssentials
package import JobQueue
package import Logging
package import Postgres
package import Sealing
import Statements

/// What a driver works with: the job, the database, the agents.
package struct JobContext: Sendable {
    package let job: ClaimedJob
    package let pool: ConnectionPool
    package let sealer: Sealer
    package let identity: ExecutorIdentity
    package let logger: Logger
    package let progress: ProgressBoard
    private let stop: StopReason
    private let end: @Sendable (JobEnding) async throws -> Void

    /// - Parameter end: ends the job, and returns when that is stored.
    package init(
        job: ClaimedJob, pool: ConnectionPool, sealer: Sealer, identity: ExecutorIdentity,
        logger: Logger, stop: StopReason, end: @escaping @Sendable (JobEnding) async throws -> Void
    ) {
        self.stop = stop
        self.end = end
        self.identity = identity
        self.job = job
        self.pool = pool
        self.sealer = sealer
        self.logger = logger
        progress = ProgressBoard(
            pool: pool, clusterID: job.clusterID, requestID: job.requestID ?? "", logger: logger)
    }

    /// The payload, unsealed where it is sealed.
    package func payload<Payload: Decodable>(_ type: Payload.Type) throws -> Payload {
        let json: Data =
            switch job.payload {
            case .plain(let text): Data(text.utf8)
            case .sealed(let bytes):
                Data(try sealer.unseal(bytes, for: SealingPlace.job(cluster: job.clusterID)))
            }
        return try JSONDecoder().decode(type, from: json)
    }

    /// The run as it was saved, or a new one.
    package func run<Run: Decodable>(_ type: Run.Type, new: () -> Run) throws -> Run {
        guard let saved = job.runState else { return new() }
        return try JSONDecoder().decode(type, from: Data(saved.utf8))
    }

    /// Ends the job, together with others that end in this moment. For a job that has something else
    /// to store with its end there is `JobQueue.finish`, in the same transaction.
    ///
    /// - Throws: `LeaseLost`.
    package func finish(_ ending: JobEnding) async throws {
        try await end(ending)
    }

    /// Saves a run before its next stage.
    ///
    /// - Throws: `LeaseLost`.
    package func save(_ run: some Encodable) async throws {
        let state = String(decoding: try JSONEncoder().encode(run), as: UTF8.self)
        let job = job
        try await pool.transaction(permitting: .only(job.clusterID)) { connection in
            try JobQueue(connection).save(runState: state, of: job)
        }
    }

    /// The cluster's name in Cassandra.
    package func clusterName() async throws -> String {
        let cluster = job.clusterID
        return try await pool.transaction(permitting: .only(cluster)) { connection in
            try connection.run(ExecutionStatement.clusterName, .text(cluster)).first?.text(0)
                ?? cluster
        }
    }

    /// A destination with its secrets; `nil` where it is not known.
    package func destination(_ id: String) async throws -> DestinationDescription? {
        let cluster = job.clusterID
        let sealer = sealer
        return try await pool.transaction(permitting: .only(cluster)) { connection in
            guard
                let row = try connection.run(
                    ExecutionStatement.destination, .text(cluster), .text(id)
                ).first
            else { return nil }
            return try DestinationDescription(
                id: id, provider: row.text(0), settings: row.text(1),
                secrets: sealer.secrets(ofDestination: id, in: cluster, row.optionalBytes(2)))
        }
    }

    /// The agent of a node, unless it was revoked. It must show the certificate of its enrolment.
    package func agent(of node: ClusterNode) async throws -> AgentClient {
        let (cluster, sealer, identity) = (job.clusterID, sealer, identity)
        let host = node.hostID.text
        return try await pool.transaction(permitting: .only(cluster)) { connection in
            guard
                let row = try connection.run(
                    ExecutionStatement.agent, .text(cluster), .text(host)
                ).first, let sealed = try row.optionalBytes(1)
            else {
                throw OperationFailure(
                    code: .unreachable, object: node.address,
                    message: "The agent of \(node.address) has left the cluster.")
            }
            let secret = try sealer.unseal(
                sealed, for: SealingPlace.agent(cluster: cluster, host: host))
            let url = try row.text(0)
            let name = AgentName(cluster: cluster, host: host, enrolment: try row.text(2))
            return AgentClient(secret: String(decoding: secret, as: UTF8.self)) {
                try identity.connection(url: url, to: name)
            }
        }
    }

    /// Has a node's agent perform an operation under this job's fence, with progress; failures that
    /// may pass are tried again, with growing pauses.
    ///
    /// - Parameter attempts: one where somebody waits for the answer.
    package func perform<Operation: OperationParameters>(
        _ operation: Operation, on node: ClusterNode, stage: String, attempts: Int = 4
    ) async throws -> Operation.Result {
        let id = "\(job.id):\(stage):\(node.hostID)"
        var pause = 1.0
        for _ in 1..<attempts {
            do {
                return try await performOnce(operation, on: node, id: id)
            } catch let failure as OperationFailure where failure.code.mayPass {
                logger.warning("will try again: \(failure.message)")
                try await Task.sleep(for: .seconds(pause))
                pause *= 3
            }
        }
        return try await performOnce(operation, on: node, id: id)
    }

    private func performOnce<Operation: OperationParameters>(
        _ operation: Operation, on node: ClusterNode, id: String
    ) async throws -> Operation.Result {
        let (progress, stop) = (progress, stop)
        return try await agent(of: node).perform(
            operation, id: id, fence: Fence(jobID: job.id, epoch: job.epoch),
            requestID: job.requestID ?? "", trace: job.trace, isCalledOff: { stop.isCalledOff }
        ) { tables in
            await progress.update(node: node.address, operation: id, tables)
        }
    }
}
