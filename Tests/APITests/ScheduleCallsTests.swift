import API
import BackupModel
import Foundation
import Testing

/// `job-schedules`, with the real catalog.
@Suite struct ScheduleCallsTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
        try api.addBackup()
    }

    private static let daily = [
        #""first_run_date": "2999-01-31""#, #""first_run_time": "02:30:00""#,
        #""timezone": "Europe/Berlin""#, #""interval": 1"#, #""interval_unit": "days""#,
        #""job_params": {"type": "backup"}"#,
    ]

    /// The body of a daily schedule in which these members take the place of their like.
    private static func body(_ members: String...) -> String {
        let names = members.map { $0.prefix { $0 != ":" } }
        let rest = daily.filter { line in !names.contains { line.hasPrefix($0) } }
        return "{\((rest + members.filter { !$0.hasSuffix(":") }).joined(separator: ", "))}"
    }

    private func add(_ body: String) throws -> String {
        let answer = try api.ask("POST", "/one/job-schedules", body)
        #expect(answer.status == 201, "\(answer.body)")
        return String(answer.body.dropFirst().dropLast())
    }

    private func show(_ id: String) throws -> JSONValue { try api.get("/one/job-schedules/\(id)") }

    @Test func `a schedule is answered as it was given, with the time of its next run`() throws {
        #expect(try api.get("/one/job-schedules") == .list([]))
        let id = try add(
            Self.body(
                #""job_params": {"type": "backup", "keyspaces": ["k"], "cleanup_age": 7, "#
                    + #""cleanup_age_unit": "weeks", "destinations": {"d": {"throttle": "5"}}, "own": 1}"#
            ))
        let shown = try show(id)
        #expect(try api.get("/one/job-schedules") == .list([shown]))
        #expect(shown["id"] == .text(id) && shown["first_run_date"] == .text("2999-01-31"))
        #expect(shown["first_run_time"] == .text("02:30:00"))
        #expect(shown["timezone"] == .text("Europe/Berlin"))
        #expect(shown["interval"] == .number(1) && shown["interval_unit"] == .text("days"))
        #expect(shown["job_params"]["own"] == .number(1))
        #expect(shown["job_params"]["keyspaces"] == .list([.text("k")]))
        #expect(shown["next_run"] == .number(32_474_741_400) && shown["last_run"] == .null)
        #expect(
            try api.column("SELECT plan::text || retention::text FROM helenus.schedule") == [
                #"{"selection": {"keyspaces": {"k": []}}, "destinations": {"d": {"throttle": 5, "#
                    + #""compressed": false, "deleteAfterwards": false}}}"#
                    + #"{"OPSC_ON_SERVER": {"age": 4233600}}"#
            ])
    }

    @Test func `what a schedule does is what run does`() throws {
        _ = try add(
            Self.body(
                #""job_params": {"type": "backup", "keyspaces": ["k"], "tables": {"k": ["c"]}, "#
                    + #""destinations": {"d": {"compressed": true}, "OPSC_ON_SERVER": {}}, "#
                    + #""pre_snapshot_script": "freeze", "post_snapshot_script": ""}"#))
        try api.run(
            """
            SELECT helenus.begin_backups(jsonb_agg(jsonb_build_object(
                'cluster_id', cluster_id, 'schedule_id', id, 'event_time', to_timestamp(0),
                'plan', plan))) FROM helenus.schedule
            """)
        let payload = try api.column("SELECT payload::text FROM helenus.job")[0]
        let job = try JSONDecoder().decode(BackupJob.self, from: Data(payload.utf8))
        let id = try api.column("SELECT id::text FROM helenus.schedule")[0]
        #expect(job.tag == (try BackupTag.scheduled(by: id, at: 0)))
        #expect(job.scheduleID == id && job.eventTime == 0)
        #expect(job.selection == TableSelection(keyspaces: ["k": ["c"]]))
        #expect(job.destinations == ["d": TransferOptions(compressed: true)])
        #expect(job.preSnapshotScript?.text == "freeze" && job.postSnapshotScript == nil)
        #expect(try api.get("/one/backup-activity").list.count == 2)
    }

    @Test func `without a date it runs at the next such time there`() throws {
        for time in ["00:00:00", "12:00:00", "23:59:59"] {
            let id = try add(Self.body(#""first_run_date":"#, #""first_run_time": "\#(time)""#))
            #expect(
                try api.column(
                    """
                    SELECT (next_run > now() AND next_run <= now() + interval '25 hours'
                        AND to_char(next_run AT TIME ZONE 'Europe/Berlin', 'YYYY-MM-DD HH24:MI:SS')
                            = first_run_date || ' ' || first_run_time)::text
                    FROM helenus.schedule WHERE id = '\(id)'
                    """) == ["true"])
        }
    }

    @Test func `a single run has no unit, and is refused when it is over`() throws {
        let once = #""interval": -1"#
        let id = try add(Self.body(once, #""interval_unit": null"#))
        #expect(try show(id)["interval_unit"] == .null)
        for members in [
            Self.body(once),
            Self.body(once, #""interval_unit": null"#, #""first_run_date": "2020-01-01""#),
        ] {
            #expect(try api.ask("POST", "/one/job-schedules", members).status == 400)
        }
        #expect(try api.column("SELECT count(*) FROM helenus.schedule") == ["1"])
    }

    @Test(arguments: [
        (#""interval": 0"#, 400, "interval"),
        (#""interval": 1.5"#, 400, "interval"),
        (#""interval":"#, 400, "interval: is missing"),
        (#""interval_unit": "months""#, 400, "minutes, hours, days or weeks"),
        (#""interval_unit": null"#, 400, "interval_unit"),
        (#""timezone": "Mars/Olympus""#, 400, "time zone database"),
        (#""timezone": "UTC+3""#, 400, "timezone"),
        (#""first_run_time": "25:00:00""#, 400, "hh:mm:ss"),
        (#""first_run_time":"#, 400, "first_run_time"),
        (#""first_run_date": "2026-02-29""#, 400, "YYYY-MM-DD"),
        (#""job_params": {"type": "best-practice"}"#, 400, "job_params.type"),
        (#""job_params":"#, 400, "job_params.type"),
        (#""job_params": {"type": "backup", "keyspaces": ["a/b"]}"#, 400, "a/b"),
        (#""job_params": {"type": "backup", "destinations": {"x": {}}}"#, 404, "NoSuchDestination"),
        (
            #""job_params": {"type": "backup", "pre_snapshot_script": "../x"}"#, 400,
            "is no script"
        ),
        (#""job_params": {"type": "backup", "cleanup_age": -1}"#, 400, "cleanup_age"),
        (
            #""job_params": {"type": "backup", "cleanup_age": 1, "cleanup_age_unit": "years"}"#,
            400,
            "cleanup_age_unit"
        ),
        (#""job_params": {"type": "backup", "keep": {"dayly": 7}}"#, 400, "dayly"),
        (#""job_params": {"type": "backup", "keep": {}}"#, 400, "job_params.keep"),
        (
            #""job_params": {"type": "backup", "destinations": {"d": {"keep": {"last": "x"}}}}"#,
            400, "job_params.destinations.d.keep.last"
        ),
    ])
    func `a schedule that makes no sense is refused and not kept`(
        member: String, status: Int, words: String
    ) throws {
        let answer = try api.ask("POST", "/one/job-schedules", Self.body(member))
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(try api.column("SELECT count(*) FROM helenus.schedule") == ["0"])
    }

    @Test func `a change keeps what it does not name, and the next run unless times change`() throws
    {
        let id = try add(Self.body())
        let path = "/one/job-schedules/\(id)"
        try api.run("UPDATE helenus.schedule SET next_run = to_timestamp(7), last_run = now()")
        let changed = try api.ask(
            "PUT", path, #"{"job_params": {"type": "backup", "keyspaces": ["k"]}, "next_run": 3}"#)
        #expect(changed == .init(status: 200, body: "\"\(id)\""))
        #expect(try show(id)["next_run"] == .number(7))
        #expect(try show(id)["job_params"]["keyspaces"] == .list([.text("k")]))
        #expect(try api.ask("PUT", path, #"{"first_run_time": "03:00"}"#).status == 200)
        #expect(try show(id)["next_run"] == .number(32_474_743_200))
        #expect(try show(id)["first_run_time"] == .text("03:00:00"))
        #expect(try api.ask("PUT", path, #"{"interval": 0}"#).status == 400)
        // What a client has read it may send back.
        #expect(try api.ask("PUT", path, try show(id).encoded()).status == 200)
    }

    @Test func `a schedule is removed, and what is not there is a 404`() throws {
        let id = try add(Self.body())
        #expect(try api.ask("DELETE", "/one/job-schedules/\(id)").status == 200)
        for path in [id, "x", "00000000-0000-0000-0000-000000000000"] {
            for method in ["GET", "PUT", "DELETE"] {
                let answer = try api.ask(method, "/one/job-schedules/\(path)", "{}")
                #expect(answer.status == 404 && answer.body.contains("NoSuchSchedule"))
            }
            #expect(try api.ask("GET", "/one/job-schedules/\(path)/retention").status == 404)
        }
    }

    @Test func `another cluster's schedules are not to be seen or changed`() throws {
        let id = try add(Self.body())
        try api.database.addCluster("two")
        #expect(try api.get("/two/job-schedules") == .list([]))
        for (method, path) in [
            ("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/retention"),
        ] {
            #expect(try api.ask(method, "/two/job-schedules/\(id)\(path)", "{}").status == 404)
        }
        #expect(try show(id)["id"] == .text(id))
    }

    @Test func `a dry run tells what would go and why the others stay`() throws {
        let id = try add(
            Self.body(
                #""job_params": {"type": "backup", "cleanup_age": 3, "#
                    + #""destinations": {"d": {"keep": {"last": 1}}}}"#))
        try api.run(
            """
            INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
            SELECT 'one', 's' || age, '\(id)', date_trunc('second', now()) - age * interval '1 day'
            FROM unnest(ARRAY[1, 5, 6]) AS age;
            INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)
            SELECT 'one', tag, place, 'success', true
            FROM helenus.backup, unnest(ARRAY['OPSC_ON_SERVER', 'd']) AS place
            WHERE schedule_id IS NOT NULL;
            UPDATE helenus.backup_copy SET problems = '[{}]' WHERE tag = 's1' AND destination_id = 'd';
            UPDATE helenus.backup_copy SET origin = '{}' WHERE tag = 's6' AND destination_id = 'd';
            """)
        let answer = try api.get("/one/job-schedules/\(id)/retention?dry_run=1")
        let onServer = answer["destinations"]["OPSC_ON_SERVER"]
        #expect(onServer["rule"]["age"] == .number(259_200))
        #expect(onServer["stays"].list.map { $0["tag"] } == [.text("s1")])
        #expect(
            onServer["stays"].list[0]["why"]
                == .list([.text("it is the last good backup"), .text("it is younger than 3 days")]))
        #expect(onServer["goes"].list.map { $0["tag"] } == [.text("s5"), .text("s6")])
        // A fault was found in the newest there, and the oldest is another cluster's.
        let d = answer["destinations"]["d"]
        #expect(d["stays"].list.map { $0["whole"] } == [.flag(false), .flag(true)])
        #expect(d["goes"] == .list([]))
        #expect(try api.column("SELECT count(*) FROM helenus.job") == ["0"])
    }

    @Test func `every time zone that is listed is taken`() throws {
        let zones = try api.get("/meta/timezones").list
        #expect(zones.contains(.text("US/Pacific")) && zones.contains(.text("Europe/Berlin")))
        #expect(zones.count > 300 && !zones.contains(.text("localtime")))
    }
}
