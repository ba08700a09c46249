package import AgentProtocol
import BackupModel

extension DescribeGraphs: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let header = try await context.withSourceManifest(source, tag: tag) { manifest in
            try await manifest.header()
        }
        let schema = try await context.storedSchema(
            header, source: source, tag: tag, selection: .everything)
        return Result(
            graphs: GraphKeyspaces(
                Set(header.tables.map(\.keyspace)).union(schema.keys),
                made: schema.values.flatMap(\.self)
            ).byGraph)
    }
}
