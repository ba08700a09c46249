package import AgentProtocol
import BackupModel

extension JobContext {
    /// Has nodes perform operations at the same time; answers results and failures by node.
    ///
    /// - Throws: what is not the node's fault: cancellation, or a database that is away.
    package func everywhere<Operation: OperationParameters>(
        _ nodes: [ClusterNode], stage: String,
        _ operation:
            @escaping @Sendable (ClusterNode) ->
            Operation
    ) async throws -> (
        results: [(ClusterNode, Operation.Result)], failures: [(ClusterNode, NodeFailure)]
    ) {
        try await withThrowingTaskGroup(
            of: (ClusterNode, Result<Operation.Result, OperationFailure>).self
        ) { group in
            for node in nodes {
                group.addTask {
                    do {
                        return (
                            node,
                            .success(try await perform(operation(node), on: node, stage: stage))
                        )
                    } catch let failure as OperationFailure {
                        return (node, .failure(failure))
                    }
                }
            }
            var results: [(ClusterNode, Operation.Result)] = []
            var failures: [(ClusterNode, NodeFailure)] = []
            for try await (node, result) in group {
                switch result {
                case .success(let result): results.append((node, result))
                case .failure(let error): failures.append((node, NodeFailure(error)))
                }
            }
            return (results, failures.sorted { $0.0.address < $1.0.address })
        }
    }
}
