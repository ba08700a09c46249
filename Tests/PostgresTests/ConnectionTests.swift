import Postgres
import TestDatabase
import Testing

@Suite struct ConnectionTests {
    private let database: TestDatabase
    private let connection: Connection

    init() throws {
        database = try TestDatabase()
        connection = try database.connect(as: .api)
    }

    private func statement(_ text: String) -> Statement { Statement(name: text, text: text) }

    @Test func `parameters of every type come back as they went`() throws {
        let bytes = (0...255).map { UInt8($0) }
        let row = try connection.run(
            statement(
                "SELECT $1::text, $2::bytea, $3::bigint, $4::boolean, $5::float8, $6::text[]"),
            .text("O'Brien \\ \"ü\" 🐘"), .bytes(bytes), .number(Int64.min), .flag(true),
            .number(0.25), .array(["a,b", "{\"}", "\\", "", nil, "NULL"]))[0]
        #expect(try row.text(0) == "O'Brien \\ \"ü\" 🐘")
        #expect(try row.optionalBytes(1) == bytes)
        #expect(try row.number(2) == Int64.min)
        #expect(try row.flag(3))
        #expect(try row.text(4) == "0.25")
        #expect(try row.text(5) == #"{"a,b","{\"}","\\","",NULL,"NULL"}"#)
    }

    @Test func `an empty text is not NULL and NULL is not an empty text`() throws {
        let row = try connection.run(
            statement("SELECT $1::text, $2::text, $3::bytea"), "", .null, .bytes([]))[0]
        #expect(row.optionalText(0) == "")
        #expect(row.optionalText(1) == nil)
        #expect(try row.optionalBytes(2) == [])
    }

    @Test func `a text with U+0000 in it is refused, not cut off`() throws {
        let error = #expect(throws: PostgresError.self) {
            try connection.run(statement("SELECT $1::text"), "Test\u{0}_Cluster")
        }
        #expect(error?.sqlstate == "22021")
        #expect(try connection.run(statement("SELECT 1"))[0].number(0) == 1)
    }

    @Test func `an error tells its SQLSTATE, its constraint and its statement`() throws {
        let add = statement("INSERT INTO helenus.cluster (cluster_id, name) VALUES ('a', 'A')")
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction(permitting: .all) { connection in
                try connection.run(add)
                try connection.run(add)
            }
        }
        #expect(error?.isUniqueViolation == true)
        #expect(error?.constraint == "cluster_pkey")
        #expect(error?.statement == add.name)
        #expect(error?.isConnectionLost == false)
    }

    @Test func `a transaction that throws leaves nothing behind`() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try connection.transaction(permitting: .all) { connection in
                try connection.run(
                    statement("INSERT INTO helenus.cluster (cluster_id, name) VALUES ('a', 'A')"))
                throw Stop()
            }
        }
        let rows = try connection.transaction(permitting: .all) { connection in
            try connection.run(statement("SELECT FROM helenus.cluster"))
        }
        #expect(rows.isEmpty)
    }

    @Test func `a transaction whose failed statement was hushed up does not count as committed`()
        throws
    {
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction(permitting: .all) { connection in
                do {
                    try connection.run(statement("SELECT 1 / 0"))
                } catch {
                    // As careless code would.
                }
            }
        }
        #expect(error?.sqlstate == "25P02")
    }

    @Test func `what is run at once is one transaction that sees what it was permitted`() throws {
        try database.addCluster("one")
        try database.addCluster("two")
        let list = BoundStatement(statement("SELECT cluster_id FROM helenus.cluster"))
        let name = BoundStatement(
            statement("UPDATE helenus.cluster SET name = $1"), [.text("Other")])
        let rows = try connection.runAtOnce([list, name], permitting: .only("one"))
        #expect(try rows[0].map { try $0.text(0) } == ["one"])
        #expect(rows[1].affected == 1)
        let fails = BoundStatement(statement("SELECT 1 / $1::integer"), [.number(0)])
        let again = BoundStatement(
            statement("UPDATE helenus.cluster SET name = $1"), [.text("Never")])
        let error = #expect(throws: PostgresError.self) {
            try connection.runAtOnce([again, fails, list], permitting: .only("one"))
        }
        #expect(error?.sqlstate == "22012" && error?.statement == fails.statement.name)
        let names = statement("SELECT name FROM helenus.cluster")
        #expect(try connection.read(names, [], permitting: .only("one"))[0].text(0) == "Other")
    }

    @Test func `a commit that the server refuses is an error, also of what is run at once`() throws
    {
        let connection = try database.connect()
        try connection.runScript(
            "CREATE TABLE line (number integer UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let add = BoundStatement(statement("INSERT INTO line VALUES (1)"))
        #expect(try connection.runAtOnce([add], permitting: .all).count == 1)
        let error = #expect(throws: PostgresError.self) {
            try connection.runAtOnce([add], permitting: .all)
        }
        #expect(error?.isUniqueViolation == true && error?.isConnectionLost == false)
        #expect(try connection.run(statement("SELECT count(*) FROM line"))[0].number(0) == 1)
    }

    @Test func `what is run at once finds another connection where the server closed this one`()
        throws
    {
        let process = statement("SELECT pg_backend_pid()")
        let before = try connection.run(process)[0].number(0)
        try cut(before)
        let after = try connection.runAtOnce([BoundStatement(process)], permitting: .all)
        #expect(try after[0][0].number(0) != before)
    }

    @Test func `what is run at the commit runs last, or nothing does`() throws {
        let connection = try database.connect()
        try connection.runScript("CREATE TABLE line (number integer UNIQUE)")
        let add = statement("INSERT INTO line VALUES ($1)")
        let count = statement("SELECT count(*) FROM line")
        try connection.transaction(permitting: .all) { connection in
            try connection.run(add, .number(1))
            try connection.runAtCommit(add, [.number(2)])
            #expect(try connection.run(count)[0].number(0) == 1)
        }
        #expect(try connection.run(count)[0].number(0) == 2)
        // The only one of its transaction.
        try connection.transaction(permitting: .all) { try $0.runAtCommit(add, [.number(3)]) }
        #expect(try connection.run(count)[0].number(0) == 3)
        #expect(throws: PostgresError.self) {
            try connection.transaction(permitting: .all) { connection in
                try connection.run(add, .number(4))
                try connection.runAtCommit(add, [.number(1)])
            }
        }
        // Nor does it stay for the next transaction.
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try connection.transaction(permitting: .all) { connection in
                try connection.run(count)
                try connection.runAtCommit(add, [.number(5)])
                throw Refusal()
            }
        }
        try connection.transaction(permitting: .all) { try $0.run(count) }
        #expect(try connection.run(count)[0].number(0) == 3)
    }

    @Test func `permissions end with their transaction`() throws {
        try database.addCluster("a")
        let count = statement("SELECT count(*) FROM helenus.cluster")
        let inside = try connection.transaction(permitting: .only("a")) { connection in
            try connection.run(count)[0].number(0)
        }
        #expect(inside == 1)
        #expect(try connection.run(count)[0].number(0) == 0)
    }

    @Test func `a transaction inside a transaction is refused`() throws {
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction(permitting: .all) { connection in
                try connection.transaction(permitting: .all) { _ in }
            }
        }
        #expect(error?.sqlstate == "25001")
    }

    @Test func `what only reads is one transaction with its permission, and leaves none behind`()
        throws
    {
        try database.addCluster("a")
        try database.addCluster("b")
        let names = statement("SELECT cluster_id FROM helenus.cluster WHERE cluster_id <> $1")
        let seen = try connection.read(names, ["b"], permitting: .these(["a", "b"]))
        #expect(try seen.map { try $0.text(0) } == ["a"])
        #expect(try connection.read(names, ["b"], permitting: .only("b")).isEmpty)
        #expect(try connection.run(names, "x").isEmpty)
        // And it works among others.
        try connection.transaction(permitting: .all) { connection in
            let all = try connection.run(names, "x")
            #expect(all.count == 2)
            let error = #expect(throws: PostgresError.self) {
                try connection.read(names, ["x"], permitting: .all)
            }
            #expect(error?.sqlstate == "25001")
        }
    }

    @Test func `a read that would change something, or fails, tells why and harms nothing`() throws
    {
        let add = statement("INSERT INTO helenus.cluster (cluster_id, name) VALUES ('a', 'A')")
        let refused = #expect(throws: PostgresError.self) {
            try connection.read(add, [], permitting: .all)
        }
        #expect(refused?.sqlstate == "25006")
        let divide = statement("SELECT 1 / $1::integer")
        let failed = #expect(throws: PostgresError.self) {
            try connection.read(divide, [.number(0)], permitting: .all)
        }
        #expect(failed?.sqlstate == "22012" && failed?.statement == divide.name)
        #expect(try connection.read(divide, [.number(1)], permitting: .all)[0].number(0) == 1)
        #expect(try connection.transaction(permitting: .all) { try $0.run(add).affected } == 1)
    }

    @Test func `a connection that was cut is made again at the next read`() throws {
        let process = statement("SELECT pg_backend_pid()")
        let first = try connection.read(process, [], permitting: .all)[0].number(0)
        try cut(first)
        #expect(try connection.read(process, [], permitting: .all)[0].number(0) != first)
    }

    @Test func `rows are streamed one by one, and a reader who has enough stops the server`() throws
    {
        struct Enough: Error {}
        var seen: [Int64] = []
        let series = statement("SELECT generate_series(1, $1::bigint)")
        try connection.stream(series, [.number(1000)]) { row in seen.append(try row.number(0)) }
        #expect(seen == Array(1...1000))

        let clock = ContinuousClock()
        let start = clock.now
        #expect(throws: Enough.self) {
            try connection.stream(series, [.number(1_000_000_000)]) { _ in throw Enough() }
        }
        #expect(start.duration(to: clock.now) < .seconds(20))
        #expect(try connection.run(statement("SELECT 1"))[0].number(0) == 1)
    }

    @Test func `a statement over its time limit ends with an error that says so`() throws {
        let hasty = try database.connect(settings: SessionSettings(statementTimeout: 1))
        let error = #expect(throws: PostgresError.self) {
            try hasty.run(statement("SELECT pg_sleep(60)"))
        }
        #expect(error?.isTimeLimit == true)
        #expect(hasty.isUsable)
    }

    @Test func `a connection that was cut is made again at the next transaction`() throws {
        let process = try connection.run(statement("SELECT pg_backend_pid()"))[0].number(0)
        try cut(process)
        let other = try connection.transaction(permitting: .all) { connection in
            try connection.run(statement("SELECT pg_backend_pid()"))[0].number(0)
        }
        #expect(other != process)
    }

    @Test func `a connection that is cut inside a transaction says that it is lost`() throws {
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction(permitting: .all) { connection in
                try cut(try connection.run(statement("SELECT pg_backend_pid()"))[0].number(0))
                try connection.run(statement("SELECT 1"))
            }
        }
        #expect(error?.isConnectionLost == true)
        #expect(!connection.isUsable)
        try connection.reconnect()
        #expect(try connection.run(statement("SELECT 1"))[0].number(0) == 1)
    }

    /// Ends a server process and waits until it is gone.
    private func cut(_ process: Int64) throws {
        let ended = try database.connect().run(
            statement("SELECT pg_terminate_backend($1::integer, 10000)"), .number(process))
        #expect(try ended[0].flag(0))
    }

    @Test func `no server there is a lost connection`() {
        let error = #expect(throws: PostgresError.self) {
            try Connection(conninfo: "host=/nonexistent dbname=x")
        }
        #expect(error?.isConnectionLost == true)
    }

    @Test func `a notification wakes the listener`() throws {
        try connection.runScript("LISTEN a_channel")
        #expect(try connection.notifications(waiting: 0).isEmpty)
        try database.connect().runScript("NOTIFY a_channel, 'hello'")
        let heard = try connection.notifications(waiting: 10_000)
        #expect(heard == [Notification(channel: "a_channel", payload: "hello")])
    }

    @Test func `no plan is compiled to machine code, which takes longer than any statement here`()
        throws
    {
        #expect(try connection.run(statement("SHOW jit"))[0].text(0) == "off")
    }

    @Test func `what the connection string says goes before the settings`() throws {
        let named = try Connection(
            conninfo: database.conninfo() + " application_name=mine",
            settings: SessionSettings(applicationName: "theirs"))
        let show = statement("SELECT current_setting('application_name')")
        #expect(try named.run(show)[0].text(0) == "mine")
        let plans = statement("SELECT current_setting('plan_cache_mode')")
        #expect(try named.run(plans)[0].text(0) == "force_generic_plan")
    }
}
