import AgentProtocol
import BackupModel
import Destinations
import NodeAgent
import Testing

/// The graphs of a backup, read from where it lies.
@Suite struct DescribeGraphsTests {
    private let repository: RepositoryFixture

    init() throws { repository = try RepositoryFixture() }

    private func graphs(_ source: BackupSource) async throws -> [String: [String]] {
        try await DescribeGraphs(tag: BackupTag("t"), source: source)
            .perform(in: repository.context, progress: OperationProgress { _ in }).graphs
    }

    @Test func `a backup that OpsCenter wrote tells its graph in schema.json`() async throws {
        try await repository.backUpAsOpsCenter("t", ["mc-1-big-Data.db": "123456789"])
        #expect(try await graphs(repository.source) == [:])
        let schema = """
            {"cql": "CREATE KEYSPACE k WITH replication = {} AND graph_engine = 'Core';"}
            """
        try await repository.target.replace(
            BytesSource(Array(schema.utf8)),
            as: repository.layout.schema(BackupTag("t"), keyspace: "k"))
        #expect(try await graphs(repository.source) == ["k": ["k"]])
    }

    @Test func `the snapshot on the node is read from its own manifest`() async throws {
        try repository.snapshot("t", ["nb-1-big-Data.db": "123456789"])
        #expect(try await graphs(.onServer) == [:])
    }

    @Test func `a backup that is not there is told`() async throws {
        let failure = await #expect(throws: OperationFailure.self) {
            _ = try await graphs(.onServer)
        }
        #expect(failure?.code == .notFound)
    }
}
