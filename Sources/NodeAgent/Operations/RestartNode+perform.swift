package import AgentProtocol
import BackupModel

extension RestartNode: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let power = NodePower(context: context, timeLimit: .seconds(timeLimit))
        if drains, action != .start, try await power.isUp() { try await context.nodetool.drain() }
        switch action {
        case .stop: try await power.stop()
        case .start: try await power.start()
        case .restart: try await power.restart()
        }
        return NoResult()
    }
}
