package import AgentProtocol
import BackupModel

extension DeleteSegments: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let store = try context.commitLogStore(of: destination, host: hostID)
        try await store.delete(segments.map { name in try CommitLogSegmentName(name) })
        if try await context.archive.hostID() == hostID {
            try await context.archive.ledger.forget(
                segments, on: destination?.id ?? DestinationID.onServer)
        }
        return NoResult()
    }
}
