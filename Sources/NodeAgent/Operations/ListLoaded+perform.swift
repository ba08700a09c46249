package import AgentProtocol
import BackupModel

extension ListLoaded: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        Result(loaded: try await context.loadedParts(of: stagingID))
    }
}
