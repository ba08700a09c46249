package import AgentProtocol
import BackupModel

extension PlaceForReplay: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let folders = try ReplayFolders(context, stagingID: stagingID)
        var mark = try await context.replayMark(stagingID)
        guard mark.stage < .replayed else { return NoResult() }
        guard try await !NodePower(context: context, timeLimit: .seconds(60)).answers() else {
            throw OperationFailure(
                code: .conflict, object: context.configuration.cassandra.address,
                message: "Cassandra is running: its files cannot be replaced.")
        }
        let swap = TableSwap(folders: folders, directories: context.directories)
        let (tables, staging) = (tables, context.stagingFolder(stagingID, host: hostID))
        if mark.stage < .emptied {
            mark.stage = .emptying
            try await context.note(mark)
            try await context.archive.beginReplay()
            try await context.files.run { try swap.putAside(tables) }
            mark.stage = .emptied
            try await context.note(mark)
        } else {
            try await context.files.run { try swap.takeOut(tables) }
        }
        try await context.files.run { try swap.place(tables, from: staging) }
        try await order(folders, &mark, context)
        mark.stage = .placed
        try await context.note(mark)
        return NoResult()
    }

    /// Has the segments replayed at the next start. What the properties said is remembered first.
    private func order(
        _ folders: ReplayFolders, _ mark: inout ReplayMark, _ context: AgentContext
    ) async throws {
        let now = try await context.files.run { try folders.properties.read() ?? "" }
        if mark.properties == nil {
            mark.properties = now
            try await context.note(mark)
        }
        var properties = ArchiveProperties(now)
        properties.replay(
            from: folders.replayed, upTo: RestoreMoment.text(pit, version: version))
        let text = properties.text
        try await context.files.run { try folders.properties.write(text) }
    }
}
