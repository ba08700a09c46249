import API
import Testing

/// `backup-activity` with all its parameters, on a catalog that is known.
@Suite struct ActivityCallsTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
        try api.database.addCluster("two")
        try api.run(
            """
            INSERT INTO helenus.activity_event (
                cluster_id, event_time, backup_id, type, destination_id, status, message,
                destination, deleted_at, finished_at, full_status)
            SELECT cluster, to_timestamp(at), tag, type, place, status, message,
                jsonb_build_object('id', place), to_timestamp(deleted), now(), '{"known": true}'
            FROM (VALUES
                ('one', 1000, 'a', 'backup', 'OPSC_ON_SERVER', 'success', NULL, NULL),
                ('one', 1000, 'a', 'backup', 'd', 'success', NULL, NULL),
                ('one', 2000, 'b', 'backup', 'OPSC_ON_SERVER', 'error', 'node 10.0.0.1: x', NULL),
                ('one', 3000, 'c', 'backup', 'OPSC_ON_SERVER', 'success', NULL, 3500),
                ('one', 4000, 'a', 'restore', 'OPSC_ON_SERVER', 'success', NULL, NULL),
                ('two', 5000, 'z', 'backup', 'OPSC_ON_SERVER', 'success', NULL, NULL)
            ) AS seed (cluster, at, tag, type, place, status, message, deleted)
            """)
    }

    /// Each event as `time tag type destination`.
    private func events(_ query: String) throws -> [String] {
        try api.get("/one/backup-activity\(query)").list.map { event in
            guard case .number(let time) = event["event_time"],
                case .text(let tag) = event["backup_id"], case .text(let type) = event["type"],
                case .text(let place) = event["destination"]["id"]
            else { return "?" }
            return "\(Int(time)) \(tag) \(type) \(place == "d" ? "d" : "nodes")"
        }
    }

    private static let all = [
        "4000 a restore nodes", "3000 c backup nodes", "2000 b backup nodes", "1000 a backup d",
        "1000 a backup nodes",
    ]

    @Test func `events come newest first in a total order, and no other cluster's`() throws {
        #expect(try events("") == Self.all)
        #expect(try events("?reverse=1") == Self.all.reversed())
        #expect(try events("/?count=5000") == Self.all)
    }

    @Test func `count takes the first so many`() throws {
        #expect(try events("?count=2") == Array(Self.all.prefix(2)))
        #expect(try events("?count=0") == [])
        #expect(try api.ask("GET", "/one/backup-activity?count=x").body.contains("count"))
        #expect(try api.ask("GET", "/one/backup-activity?count=-1").status == 400)
    }

    @Test func `timestamp takes those up to it, in reverse those from it`() throws {
        #expect(try events("?timestamp=2000") == Array(Self.all.suffix(3)))
        #expect(
            try events("?timestamp=2000&reverse=1") == [
                "2000 b backup nodes", "3000 c backup nodes", "4000 a restore nodes",
            ])
    }

    @Test func `filters leave out other types, what was deleted, and what failed`() throws {
        #expect(try events("?filter_type=restore") == ["4000 a restore nodes"])
        #expect(!(try events("?filter_live=1").contains("3000 c backup nodes")))
        #expect(try events("?filter_live=1").count == 4)
        #expect(!(try events("?filter_success=1").contains("2000 b backup nodes")))
        #expect(try events("?filter_success=1").count == 4)
    }

    @Test func `first_backup_id begins the list at that backup`() throws {
        #expect(try events("?first_backup_id=b") == Array(Self.all.suffix(3)))
        #expect(
            try events("?first_backup_id=b&reverse=1") == [
                "2000 b backup nodes", "3000 c backup nodes", "4000 a restore nodes",
            ])
        #expect(try events("?first_backup_id=a&filter_type=backup") == Array(Self.all.suffix(2)))
        #expect(try events("?first_backup_id=nosuch") == [])
        #expect(try events("?first_backup_id=nosuch&reverse=1") == [])
        #expect(try events("?first_backup_id=z") == [])
        #expect(try events("?first_backup_id=b&filter_type=restore") == [])
        // Of a backup with several events it is the first that comes.
        #expect(try events("?first_backup_id=a") == Self.all)
        #expect(try events("?first_backup_id=a&reverse=1") == Self.all.reversed())
    }

    @Test func `first_backup_id and timestamp together begin at the later of both`() throws {
        #expect(try events("?first_backup_id=b&timestamp=1500") == Array(Self.all.suffix(2)))
        #expect(try events("?first_backup_id=b&timestamp=9000") == Array(Self.all.suffix(3)))
        #expect(
            try events("?first_backup_id=b&timestamp=2500&reverse=1") == [
                "3000 c backup nodes", "4000 a restore nodes",
            ])
    }

    @Test func `events that run yet stand among the others, as they are now`() throws {
        try api.run(
            """
            INSERT INTO helenus.request (cluster_id, id, type)
            VALUES ('one', '00000000-0000-0000-0000-000000000001', 'backup');
            UPDATE helenus.activity_event
            SET status = 'running', finished_at = NULL,
                request_id = '00000000-0000-0000-0000-000000000001'
            WHERE cluster_id = 'one' AND backup_id = 'b';
            """)
        let listed = try api.get("/one/backup-activity").list
        #expect(listed[2]["status"] == .text("running"))
        #expect(listed[2]["full_status"]["state"] == .text("running"))
        #expect(listed[1]["status"] == .text("success") && listed[3]["status"] == .text("success"))
        try api.run("UPDATE helenus.activity_event SET status = 'error' WHERE backup_id = 'b'")
        #expect(try api.get("/one/backup-activity").list[2]["status"] == .text("error"))
    }

    @Test func `an event has the members of the contract`() throws {
        let events = try api.get("/one/backup-activity").list
        #expect(events[2]["week"] == .text("197001"))
        #expect(events[2]["status"] == .text("error"))
        #expect(events[2]["message"] == .text("node 10.0.0.1: x"))
        #expect(events[0].names.contains("deleted_at") && events[0]["deleted_at"] == .null)
        #expect(events[1]["deleted_at"] == .number(3500))
        #expect(!events[0].names.contains("message"))
    }

    @Test func `the full status of an event is found by its key`() throws {
        let path = "/one/backup-activity/full_status?week=197001&event_time=2000&backup_id=b"
        #expect(
            try api.get("\(path)&type=backup&destination=OPSC_ON_SERVER")["known"] == .flag(true))
        #expect(try api.ask("GET", "\(path)&type=restore").status == 404)
        #expect(try api.ask("GET", "/one/backup-activity/full_status").status == 400)
    }
}
