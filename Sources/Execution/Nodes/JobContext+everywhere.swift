package import AgentProtocol
import BackupModel

extension JobContext {
    /// Has nodes perform operations at the same time; answers results and failures by node.
    ///
    /// - Throws: what is not the node's fault: cancellation, or a database that is away.
    package func everywhere<Operation: OperationParameters>(
        _ nodes: [ClusterNode], stage: String,
        _ operation:
            @escaping @Sendable (ClusterNode) -> Operation
    ) async throws -> (
        results: [(ClusterNode, Operation.Result)], failures: [(ClusterNode, NodeFailure)]
    ) {
        let (results, failures) = try await together(nodes) { node in
            try await perform(operation(node), on: node, stage: stage)
        }
        return (
            results,
            failures.map { ($0.0, NodeFailure($0.1)) }.sorted { $0.0.address < $1.0.address }
        )
    }
}
