package import AgentProtocol
import BackupModel

extension RestartNode: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        switch action {
        case .stop, .start: try await act(in: context)
        // What is stopped to be started again is started, whoever calls it off meanwhile.
        case .restart: try await Task { try await act(in: context) }.value
        }
        return NoResult()
    }

    private func act(in context: AgentContext) async throws {
        let power = NodePower(context: context, timeLimit: .seconds(timeLimit))
        if drains, action != .start, try await power.isUp() { try await drain(context) }
        switch action {
        case .stop: try await power.stop()
        case .start: try await power.start()
        case .restart: try await power.restart()
        }
    }

    private func drain(_ context: AgentContext) async throws {
        do {
            try await context.nodetool.drain()
        } catch is NodetoolError where action == .restart {
            // Half drained it serves nobody any more, and the commitlog has what is not flushed: it
            // is better started again than left. (Version 1.2 cannot drain once a segment could not
            // be archived.)
        }
    }
}
