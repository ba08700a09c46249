import Postgres
import TestDatabase
import Testing

@Suite struct ConnectionPoolTests {
    private let database: TestDatabase
    private let pid = Statement(name: "pid", text: "SELECT pg_backend_pid()")

    init() throws {
        database = try TestDatabase()
    }

    @Test func `many calls share a few connections`() async throws {
        let pool = ConnectionPool(conninfo: database.conninfo(as: .executor), size: 3)
        let pid = pid
        let processes = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await pool.withConnection { try $0.run(pid)[0].number(0) }
                }
            }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
        #expect((1...3).contains(processes.count))
    }

    @Test func `a call that throws gives its connection back`() async throws {
        struct Stop: Error {}
        let pool = ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1)
        for _ in 0..<3 {
            await #expect(throws: Stop.self) {
                try await pool.transaction(permitting: .all) { _ in throw Stop() }
            }
        }
        let pid = pid
        #expect(try await pool.withConnection { try $0.run(pid).count } == 1)
    }

    @Test func `a pool whose connections were all cut goes on`() async throws {
        let pool = ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1)
        let pid = pid
        let process = try await pool.transaction(permitting: .all) {
            try $0.run(pid)[0].number(0)
        }
        try database.connect().run(
            Statement(name: "end", text: "SELECT pg_terminate_backend($1::integer, 10000)"),
            .number(process))
        let other = try await pool.transaction(permitting: .all) { try $0.run(pid)[0].number(0) }
        #expect(other != process)
    }
}
