import Execution
import Logging
import Postgres
import TestDatabase
import Testing

/// What an executor does once an hour, with the real catalog.
@Suite struct HousekeeperTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
    }

    private func column(_ query: String) throws -> [String] {
        try database.connect().run(Statement(name: query, text: query)).map { try $0.text(0) }
    }

    @Test func `what is old is removed, nothing else is, and the month that is missing is made`()
        async throws
    {
        try database.connect().runScript(
            """
            INSERT INTO helenus.list_change (cluster_id, transaction_id, noted_at)
            VALUES ('a', '1', now() - interval '25 hours'), ('a', '2', now() - interval '23 hours');
            INSERT INTO helenus.job (cluster_id, kind, payload, state, finished_at, concurrency_key)
            SELECT 'a', 'probe', '{}', 'succeeded', now() - age * interval '1 day', age
            FROM unnest(ARRAY[1, 400]) AS age;
            DO $$
            BEGIN
                EXECUTE 'DROP TABLE helenus.activity_event_' || to_char(
                    now() AT TIME ZONE 'UTC' + interval '3 months', 'YYYYMM');
            END
            $$
            """)
        let pool = ConnectionPool(conninfo: database.conninfo(as: .executor), size: 1)
        try await Housekeeper(pool: pool, logger: Logger(label: "test")).tidyUp()
        #expect(try column("SELECT transaction_id::text FROM helenus.list_change") == ["2"])
        #expect(try column("SELECT concurrency_key FROM helenus.job") == ["1"])
        let months = try column(
            """
            SELECT to_regclass('helenus.activity_event_' || to_char(
                now() AT TIME ZONE 'UTC' + interval '3 months', 'YYYYMM')) IS NOT NULL
            """)
        #expect(months == ["t"])
    }
}
