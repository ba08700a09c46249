import AgentProtocol
import BackupModel
import Catalog
import FoundationEssentials
import JobQueue
package import Postgres

/// Removes commitlog segments that no snapshot needs any more, the oldest first: the objects, then
/// the catalog's rows. What cannot be removed now is looked at again within the hour.
package struct TrimArchiveDriver: Sendable {
    /// Segments of one node on one destination that are removed at once.
    private static let batch = 500

    private let context: JobContext

    package init(context: JobContext) throws {
        self.context = context
    }

    /// Segments of a host on a destination.
    private struct Share: Hashable, Sendable {
        var host: HostID
        var destinationID: String
    }

    private struct Surplus: Sendable {
        var sequence: Int64
        /// `nil` for one that was lost.
        var name: String?
    }

    package func run() async throws {
        let live = try await context.nodes().live
        var failed: Set<Share> = []
        var round = 0
        while true {
            let surplus = try await surplus().filter { !failed.contains($0.key) }
            guard !surplus.isEmpty else { break }
            for (share, segments) in surplus {
                // Each order has a name of its own, of this claim of the job.
                round += 1
                let stage = "trim-\(context.job.epoch)-\(round)"
                if try await !remove(segments, share, live: live, stage: stage) {
                    failed.insert(share)
                }
            }
        }
        try await context.finish(.succeeded(result: nil))
    }

    private func surplus() async throws -> [Share: [Surplus]] {
        let cluster = context.job.clusterID
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            var found: [Share: [Surplus]] = [:]
            for row in try connection.run(
                ArchiveStatement.surplus, .text(cluster), .number(Self.batch))
            {
                let share = Share(host: try HostID(row.text(0)), destinationID: try row.text(1))
                found[share, default: []].append(
                    Surplus(
                        sequence: try row.number(2),
                        name: try row.text(4) == "stored" ? try row.text(3) : nil))
            }
            return found
        }
    }

    /// - Returns: whether they are gone.
    private func remove(
        _ segments: [Surplus], _ share: Share, live: [ClusterNode], stage: String
    ) async throws -> Bool {
        let isOnServer = share.destinationID == DestinationID.onServer
        let (shares, _) = PartShare.assign([share.host], live: live, isOnServer: isOnServer)
        let destination = isOnServer ? nil : try await context.destination(share.destinationID)
        guard let node = shares.first?.node, isOnServer || destination != nil else { return false }
        do {
            _ = try await context.perform(
                DeleteSegments(
                    destination: destination, hostID: share.host,
                    segments: segments.compactMap(\.name)),
                on: node, stage: stage)
        } catch let failure as OperationFailure {
            context.logger.warning(
                "segments are left on \(share.destinationID): \(failure.message)")
            return false
        }
        let cluster = context.job.clusterID
        try await context.pool.transaction(permitting: .only(cluster)) { connection in
            _ = try connection.run(
                ArchiveStatement.deleteSegments, .text(cluster), .text(share.host.text),
                .text(share.destinationID), .array(segments.map { String($0.sequence) }))
        }
        return true
    }

    /// Has segments removed that nobody needs, from the caller's transaction's commit on.
    ///
    /// - Parameter cluster: `nil` for all that the transaction sees.
    package static func enqueueDue(_ connection: Connection, cluster: String?) throws {
        for row in try connection.run(ArchiveStatement.trimDue, .text(cluster)) {
            let payload = String(
                decoding: try JSONEncoder().encode(TrimArchiveJob()), as: UTF8.self)
            _ = try JobQueue(connection).enqueue(
                NewJob(
                    clusterID: row.text(0), requestID: nil, kind: .trimArchive,
                    payload: .plain(json: payload),
                    // What somebody asks for goes first.
                    priority: -10))
        }
    }
}
