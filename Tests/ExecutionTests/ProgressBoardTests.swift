import BackupModel
import Execution
import Logging
import Postgres
import Statements
import TestDatabase
import Testing

/// What a request shows of a node while it runs.
@Suite struct ProgressBoardTests {
    private static let request = "00000000-0000-0000-0000-000000000009"
    private let database: TestDatabase
    private let board: ProgressBoard

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
        try database.connect().runScript(
            """
            INSERT INTO helenus.request (cluster_id, id, type)
            VALUES ('a', '\(Self.request)', 'restore');
            """)
        board = ProgressBoard(
            pool: ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1),
            clusterID: "a", requestID: Self.request, logger: Logger(label: "test"))
    }

    /// A member of the node's document, in `details`.
    private func shown(_ path: String) throws -> String? {
        try database.connect().run(
            Statement(
                name: path,
                text: "SELECT document #>> '{details,\(path)}' FROM helenus.request_progress")
        ).first?.optionalText(0)
    }

    private func update(done: Int64) async {
        await board.update(
            node: "10.0.0.1", operation: "stage",
            ["k": ["t": TableProgress(doneFiles: 1, totalFiles: 1, doneSize: done, totalSize: 100)]]
        )
    }

    @Test func `the end of a stage is not the end while another is told to come`() async throws {
        await board.expect(node: "10.0.0.1", bytes: 200)
        await update(done: 100)
        #expect(try shown("rate") != nil && shown("eta") != nil)
        #expect(try shown("sstables,k,t,done_size") == "100")
    }

    @Test func `without another, all that is named is all there is`() async throws {
        await board.expect(node: "10.0.0.1", bytes: 100)
        await update(done: 100)
        #expect(try shown("rate") != nil && shown("eta") == nil)
    }
}
