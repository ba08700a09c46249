package import AgentProtocol
import BackupModel

extension ConfigureArchive: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let commands = context.configuration.cassandra
        guard commands.restart != nil || (commands.stop != nil && commands.start != nil) else {
            throw OperationFailure(
                code: .invalid, object: "cassandra.restart",
                message: "The agent's settings name no command cassandra.restart.")
        }
        let info = try await context.nodetool.info()
        try await context.archive.note(host: HostID(info.hostID))
        return Result(
            needsRestart: try await context.archive.configure(
                self, cassandraVersion: context.nodetool.version(), uptime: info.uptimeSeconds))
    }
}
