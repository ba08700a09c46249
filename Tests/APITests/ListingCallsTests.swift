import API
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

    @Test func `a list whose statement fails is answered as an error, not as 200`() throws {
        try api.run("REVOKE SELECT ON helenus.backup_copy FROM helenus_api")
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
