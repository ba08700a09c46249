package import AgentProtocol
package import BackupModel
import Postgres
import Statements

extension JobContext {
    /// Has every share looked after at the same time; answers results and failures by host.
    ///
    /// - Throws: what is not a node's fault: cancellation, or a database that is away.
    package func forEachPart<Operation: OperationParameters>(
        _ shares: [PartShare], stage: String,
        _ operation: @escaping @Sendable (HostID) -> Operation
    ) async throws -> (
        results: [(PartShare, Operation.Result)], failures: [(PartShare, OperationFailure)]
    ) {
        let (results, failures) = try await together(shares) { share in
            try await perform(
                operation(share.host), on: share.node, stage: "\(stage):\(share.host)")
        }
        return (
            results.sorted { $0.0.host < $1.0.host }, failures.sorted { $0.0.host < $1.0.host }
        )
    }

    /// The hosts that hold a part of a copy, by what the catalog knows, with their addresses then.
    package func hosts(
        of tag: BackupTag, on destination: String
    ) async throws -> [(hostID: HostID, address: String)] {
        let cluster = job.clusterID
        return try await pool.transaction(permitting: .only(cluster)) { connection in
            try connection.run(
                ExecutionStatement.copyHosts, .text(cluster), .text(tag.text), .text(destination)
            ).map { (try HostID($0.text(0)), try $0.text(1)) }
        }
    }
}
