package import AgentProtocol
import FoundationEssentials

extension ClearSnapshot: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        // The manifest first: without it the snapshot is no backup any more.
        let folder = "\(context.configuration.stateDirectory)/snapshots/\(tag)"
        if FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.removeItem(atPath: folder)
        }
        let tag = tag
        try await context.database.write { try StoredBytes.forget(tag: tag, in: $0) }
        if try context.directories.hasSnapshot(tag) {
            try await context.nodetool.clearSnapshot(tag: tag, keyspaces: [])
        }
        guard try !context.directories.hasSnapshot(tag) else {
            throw OperationFailure(
                code: .tool, object: tag.text,
                message: "nodetool clearsnapshot left the snapshot \(tag) behind.")
        }
        return NoResult()
    }
}
