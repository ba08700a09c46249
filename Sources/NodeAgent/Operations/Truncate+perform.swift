package import AgentProtocol
import BackupModel

extension Truncate: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        for table in tables {
            try await context.cql.truncate(table)
        }
        return NoResult()
    }
}
