import AgentProtocol
import BackupModel
import FoundationEssentials
import JobQueue
import Postgres

/// Has an agent read what lies on destinations, and brings the catalog in line with it.
///
/// A destination is read page by page: which parts of backups there are, and for those that are not
/// known yet what their manifests say. The catalog follows at the end of each destination, in one
/// transaction. Commitlog segments are read of nodes of which it knows none there, as after its loss:
/// what the agents report keeps it in line from then on.
package struct ReadDestinationsDriver: Sendable {
    /// Parts, or segments, in a page.
    private static let pageSize = 500
    /// Manifests that one operation is asked to read.
    private static let batchSize = 100

    private let context: JobContext
    private let order: ReadDestinationsJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(ReadDestinationsJob.self)
    }

    package func run() async throws {
        var answer = ReadDestinationsJob.Answer()
        if let node = try await context.nodes().live.first {
            for (number, id) in try await destinations().enumerated() {
                do {
                    try await follow(id, number: number, on: node)
                } catch let failure as OperationFailure {
                    answer.problems[id] = "node \(node.address): \(failure.message)"
                }
            }
        } else {
            answer.isAgentMissing = true
        }
        let result = String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
        let job = context.job
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            try JobQueue(connection).finish(job, .succeeded(result: result))
        }
    }

    private func destinations() async throws -> [String] {
        let (cluster, id) = (context.job.clusterID, order.destinationID)
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            try connection.run(ExecutionStatement.destinations, .text(cluster), .text(id))
                .map { try $0.text(0) }
        }
    }

    /// - Parameter number: tells the destination from others in the operations' names.
    private func follow(_ id: String, number: Int, on node: ClusterNode) async throws {
        // It may just have been removed.
        guard let destination = try await context.destination(id) else { return }
        let catalog = FoundParts(
            pool: context.pool, clusterID: context.job.clusterID, destinationID: id,
            since: try await now())
        var after: BackupPart?
        var page = 0
        repeat {
            // The epoch is in the name: a new holder of the job reads anew.
            let stage = "list-\(context.job.epoch)-\(number)-\(page)"
            let parts = try await context.perform(
                ListBackups(destination: destination, after: after, limit: Self.pageSize),
                on: node, stage: stage
            ).parts
            let unknown = try await catalog.see(parts)
            try await describe(unknown, of: destination, on: node, stage: stage, into: catalog)
            after = parts.count == Self.pageSize ? parts.last : nil
            page += 1
        } while after != nil
        try await catalog.follow()
        try await learnSegments(on: destination, number: number, from: node)
    }

    private func learnSegments(
        on destination: DestinationDescription, number: Int, from node: ClusterNode
    ) async throws {
        let ledger = FoundSegments(
            pool: context.pool, clusterID: context.job.clusterID, destinationID: destination.id)
        let hosts = try await ledger.begin()
        guard !hosts.isEmpty else { return }
        var after: ListSegments.Place?
        var page = 0
        repeat {
            let found = try await context.perform(
                ListSegments(
                    destination: destination, hosts: hosts, after: after, limit: Self.pageSize),
                on: node, stage: "segments-\(context.job.epoch)-\(number)-\(page)")
            try await ledger.put(found.segments)
            for segment in found.unreadable {
                // A number is missing for it, which a restore does not go past.
                context.logger.warning(
                    "no document tells of a commitlog segment",
                    metadata: [
                        "destination": "\(destination.id)", "host": "\(segment.hostID)",
                        "segment": "\(segment.name)",
                    ])
            }
            after = found.last
            page += 1
        } while after != nil
        try await ledger.learn()
    }

    private func describe(
        _ parts: [BackupPart], of destination: DestinationDescription, on node: ClusterNode,
        stage: String, into catalog: FoundParts
    ) async throws {
        var left = parts[...]
        while !left.isEmpty {
            let found = try await context.perform(
                DescribeBackups(
                    destination: destination, parts: Array(left.prefix(Self.batchSize))),
                on: node, stage: "\(stage):\(parts.count - left.count)"
            ).found
            guard !found.isEmpty else {
                throw OperationFailure(
                    code: .internalError, object: destination.id,
                    message: "The agent described none of \(left.count) backups.")
            }
            try await catalog.put(found)
            left = left.dropFirst(found.count)
        }
    }

    /// The database's clock, as text.
    private func now() async throws -> String {
        let cluster = context.job.clusterID
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            try connection.run(ExecutionStatement.clock)[0].text(0)
        }
    }
}
