package import AgentProtocol
import BackupModel

extension InspectReplay: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let folders = try ReplayFolders(context, stagingID: stagingID)
        let cassandra = context.configuration.cassandra
        for (key, command) in [("stop", cassandra.stop), ("start", cassandra.start)]
        where command == nil {
            throw OperationFailure(
                code: .invalid, object: "cassandra.\(key)",
                message: "A point-in-time restore needs the command cassandra.\(key) in the "
                    + "agent's settings.")
        }
        let seeds = folders.configuration.seeds
        let addresses = [cassandra.address, folders.configuration.address].compactMap { $0 }
        return Result(
            stage: try await context.replayMark(stagingID).stage,
            isUp: try await NodePower(context: context, timeLimit: .seconds(60)).isUp(),
            isSeed: seeds.contains { addresses.contains($0) },
            staging: try Self.room(context.configuration.staging),
            commitLog: try Self.room(folders.commitLog))
    }

    private static func room(_ path: String) throws -> FileSystemRoom {
        let space = try FileSystemSpace(path: path)
        return FileSystemRoom(device: space.device, freeBytes: space.freeBytes)
    }
}
