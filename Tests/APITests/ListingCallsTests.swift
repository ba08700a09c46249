import API
import Postgres
import Statements
import Testing

/// `GET backups` with its parameters, on a catalog that is known.
@Suite struct ListingCallsTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
        try api.run(
            """
            INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
            VALUES ('one', 'a', NULL, to_timestamp(1000)), ('one', 'b', 's', to_timestamp(2000)),
                ('one', 'c', NULL, to_timestamp(3000)), ('one', 'd', NULL, to_timestamp(4000));
            INSERT INTO helenus.backup_copy (
                cluster_id, tag, destination_id, status, listed, deleted_at, keyspaces)
            SELECT 'one', tag, place, status, listed, deleted, jsonb_build_object(
                keyspace, '{"cfs": ["t"], "nodes": ["10.0.0.1"], "size": 7}'::jsonb)
            FROM (VALUES
                ('a', 'OPSC_ON_SERVER', 'success', true, NULL::timestamptz, 'k'),
                ('a', 'x', 'success', true, NULL, 'k'),
                ('b', 'x', 'partial', true, NULL, 'pit'),
                ('c', 'OPSC_ON_SERVER', 'error', false, NULL, 'k'),
                ('d', 'OPSC_ON_SERVER', 'success', false, now(), 'k')
            ) AS seed (tag, place, status, listed, deleted, keyspace)
            """)
    }

    @Test func `what can be restored is listed, and nothing that failed or was deleted`() throws {
        let listed = try api.get("/one/backups")
        #expect(listed.names == ["a", "b"])
        #expect(listed["a"]["id"] == .text("adhoc") && listed["b"]["id"] == .text("s"))
        #expect(listed["a"]["time"] == .number(1000))
        #expect(listed["a"]["keyspaces"]["k"]["cfs"] == .list([.text("t")]))
        #expect(listed["a"]["keyspaces"]["k"]["size"] == .number(7))
        #expect(listed["a"]["destinations"] == .list([.text("OPSC_ON_SERVER"), .text("x")]))
    }

    @Test func `a list shows each copy as it is at that moment`() throws {
        func keyspaces(_ query: String) throws -> JSONValue {
            try api.get("/one/backups\(query)")["a"]["keyspaces"]
        }
        try api.run(
            #"""
            UPDATE helenus.backup_copy SET keyspaces = '{"q\"uoted": {"size": 1}}'
            WHERE tag = 'a' AND destination_id = 'x'
            """#)
        // Where there is one, the copy on the nodes says what is in it.
        #expect(try keyspaces("").names == ["k"])
        let quoted = try keyspaces("?destination=x")
        #expect(quoted == .object(["q\"uoted": .object(["size": .number(1)])]))
        try api.run(
            """
            UPDATE helenus.backup_copy SET listed = false, deleted_at = now()
            WHERE tag = 'a' AND destination_id = 'OPSC_ON_SERVER'
            """)
        #expect(try keyspaces("").names == ["q\"uoted"])
        #expect(try api.get("/one/backups")["a"]["destinations"] == .list([.text("x")]))
        try api.run(
            """
            UPDATE helenus.backup_copy
            SET listed = true, deleted_at = NULL, keyspaces = '{"new": {}}'
            WHERE tag = 'a' AND destination_id = 'OPSC_ON_SERVER'
            """)
        #expect(try keyspaces("").names == ["new"])
        #expect(try api.get("/one/backups/new").names == ["a"])
    }

    @Test func `the newest verification, that of each copy, and the newest drill are shown`() throws
    {
        try api.run(
            """
            UPDATE helenus.backup_copy
            SET verified_at = to_timestamp(7), verified_mode = 'full', unverified = 2,
                drill = '{"time": 5, "outcome": "success"}'
            WHERE tag = 'a' AND destination_id = 'OPSC_ON_SERVER';
            UPDATE helenus.backup_copy
            SET verified_at = to_timestamp(9), verified_mode = 'sample',
                problems = '[{"node": "n"}]'
            WHERE tag = 'a' AND destination_id = 'x';
            """)
        let both = try api.get("/one/backups")["a"]
        #expect(both["verified_at"] == .number(9) && both["problems"].list.count == 1)
        #expect(both["verified"]["OPSC_ON_SERVER"]["verified_at"] == .number(7))
        #expect(both["verified"].names == ["OPSC_ON_SERVER", "x"])
        #expect(both["drill"]["time"] == .number(5) && both["time"] == .number(1000))
        let one = try api.get("/one/backups?destination=x")["a"]
        #expect(one["verified"].names == ["x"] && !one.names.contains("drill"))
        #expect(!(try api.get("/one/backups")["b"].names.contains("verified_at")))
    }

    @Test func `the first page is read in order, however much there is behind it`() throws {
        try api.run(
            """
            INSERT INTO helenus.cluster (cluster_id, name)
            SELECT 'many_' || number, '' FROM generate_series(1, 20) AS number;
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            SELECT 'many_' || number % 20 + 1, 'tag_' || number, to_timestamp(number)
            FROM generate_series(1, 6000) AS number;
            INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)
            SELECT cluster_id, tag, 'OPSC_ON_SERVER', 'success', true
            FROM helenus.backup WHERE cluster_id LIKE 'many%';
            INSERT INTO helenus.activity_event (
                cluster_id, event_time, backup_id, type, destination_id, status, destination,
                finished_at)
            SELECT cluster_id, event_time, tag, 'backup', 'OPSC_ON_SERVER', 'success', '{}', now()
            FROM helenus.backup WHERE cluster_id LIKE 'many%';
            ANALYZE helenus.backup, helenus.backup_copy, helenus.activity_event,
                helenus.backup_listing;
            """)
        let connection = try api.database.connect(as: .api)
        for (name, arguments) in [
            ("api_backups", "'many_7', NULL, NULL, 100"),
            ("api_backups_filtered", "'many_7', NULL, NULL, 100, 'OPSC_ON_SERVER', NULL"),
            ("api_activity", "'many_7', NULL, NULL, false, false, NULL, NULL, 100"),
            ("api_activity_reverse", "'many_7', NULL, NULL, false, false, NULL, NULL, 100"),
        ] {
            let text = try SQLText.statement(name).text
            try connection.runScript("PREPARE \(name) AS \(text)")
            let plan = try connection.run(
                Statement(name: "plan_\(name)", text: "EXPLAIN EXECUTE \(name) (\(arguments))")
            ).map { try $0.text(0) }
            #expect(!plan[..<8].contains { $0.contains("Sort") }, "\(plan.joined(separator: "\n"))")
        }
    }

    @Test func `a list whose statement fails is answered as an error, not as 200`() throws {
        try api.run("REVOKE SELECT ON helenus.backup_listing FROM helenus_api")
        var answer: [UInt8] = []
        try api.service.answer(try api.request("GET", "/one/backups")) { answer += $0 }
        let text = String(decoding: answer, as: UTF8.self)
        #expect(text.hasPrefix("Status: 500 Internal Server Error\r\n"))
        #expect(text.contains("InternalError") && !text.contains("200"))
    }

    @Test func `schedule, time, number, place and keyspace narrow the list`() throws {
        #expect(try api.get("/one/backups?match=s").names == ["b"])
        #expect(try api.get("/one/backups?last_seen=2000").names == ["a"])
        #expect(try api.get("/one/backups?amount=1").names == ["b"])
        #expect(try api.get("/one/backups?amount=0").names == [])
        #expect(try api.get("/one/backups?destination=OPSC_ON_SERVER").names == ["a"])
        #expect(try api.get("/one/backups/k/").names == ["a"])
        #expect(try api.get("/one/backups?keyspace=pit").names == ["b"])
        #expect(try api.get("/one/backups/nosuch").names == [])
    }
}
