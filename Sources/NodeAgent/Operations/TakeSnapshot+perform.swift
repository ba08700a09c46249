package import AgentProtocol
import BackupModel
import FoundationEssentials

extension TakeSnapshot: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let floor = context.configuration.freeSpaceFloor
        for directory in context.directories.paths {
            let free = try context.freeBytes(directory)
            guard free >= floor else {
                throw OperationFailure(
                    code: .noSpace, object: directory,
                    message: "\(directory) has \(free) bytes free, less than the floor of \(floor)."
                )
            }
        }
        // The schema's, not the folders': those of a keyspace that was dropped may still lie there.
        let keyspaces = try await context.describer.describe().keyspaces.keys
            .filter { selection.contains(keyspace: $0) }.sorted()
        guard !keyspaces.isEmpty else {
            throw OperationFailure(
                code: .notFound, object: tag.text, message: "The node has none of the keyspaces.")
        }
        try await takeSnapshot(of: keyspaces, in: context)
        return NoResult()
    }

    /// Takes the snapshot, again where a nodetool of an interrupted attempt, which its agent's death
    /// does not end, has come in between.
    private func takeSnapshot(of keyspaces: [String], in context: AgentContext) async throws {
        for _ in 0..<5 {
            try await clear(in: context)
            do {
                return try await context.nodetool.snapshot(tag: tag, keyspaces: keyspaces)
            } catch let error as NodetoolError where error.code == .snapshotExists {
                try await Task.sleep(for: .seconds(1))
            }
        }
        try await clear(in: context)
        try await context.nodetool.snapshot(tag: tag, keyspaces: keyspaces)
    }

    /// What lies there under our tag is what an interrupted attempt left: it may be incomplete.
    private func clear(in context: AgentContext) async throws {
        if try context.directories.hasSnapshot(tag) {
            try await context.nodetool.clearSnapshot(tag: tag, keyspaces: [])
        }
    }
}
