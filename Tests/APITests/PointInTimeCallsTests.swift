import API
import Testing

/// What the check and the restore to a moment answer, with the real catalog.
@Suite struct PointInTimeCallsTests {
    private let api: APIFixture

    /// One node, a snapshot that was taken from 1000 to 1005, and segments of 100 s from 900 on.
    init() throws {
        api = try APIFixture()
        try api.run(
            """
            INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
            VALUES ('one', 'd', 'local', '/d', '{"path": "/d"}', 'local:/d');
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret,
                node_state, last_seen, tokens, cassandra_version, keyspaces, table_identities)
            VALUES ('one', '00000000-0000-0000-0000-000000000001', '10.0.0.1', '', '', '', 'up',
                now(), '["7", "-7"]', '1.2.0',
                '{"k": {"tables": ["t"]}, "system": {"tables": ["local"]}}',
                '{"k": {"t": "5"}, "system": {"local": "1"}}');
            INSERT INTO helenus.backup (
                cluster_id, tag, event_time, snapshot_began, snapshot_ended)
            VALUES ('one', 'b', to_timestamp(999), to_timestamp(1000), to_timestamp(1005));
            INSERT INTO helenus.backup_copy (
                cluster_id, tag, destination_id, status, listed, keyspaces)
            VALUES ('one', 'b', 'd', 'success', true,
                '{"k": {"cfs": ["t"], "nodes": ["10.0.0.1"], "size": 1}}');
            INSERT INTO helenus.backup_copy_table (
                cluster_id, tag, destination_id, host_id, keyspace_name, table_name, node_address,
                files, bytes, outcome, table_identity)
            VALUES ('one', 'b', 'd', '00000000-0000-0000-0000-000000000001', 'k', 't', '10.0.0.1',
                2, 7, 'success', '5');
            INSERT INTO helenus.backup_host (cluster_id, tag, host_id, tokens)
            VALUES ('one', 'b', '00000000-0000-0000-0000-000000000001', '["-7", "7"]');
            INSERT INTO helenus.pit_configuration (
                cluster_id, enabled, backup_directory, destinations, sleep, drain_first)
            VALUES ('one', true, '/var/tmp', '{"d": {}}', 0, false);
            INSERT INTO helenus.pit_segment (
                cluster_id, host_id, destination_id, sequence, segment_name, first_write,
                last_write, bytes, stored_bytes, sha256, outcome)
            SELECT 'one', '00000000-0000-0000-0000-000000000001', 'd', number,
                'CommitLog-2-' || number || '.log', to_timestamp(800 + 100 * number),
                to_timestamp(900.5 + 100 * number), 7, 7, sha256('x'), 'stored'
            FROM generate_series(1, 5) AS number;
            """)
    }

    private func check(_ body: String) throws -> APIFixture.Answer {
        try api.ask("POST", "/one/backups/pit_check", body)
    }

    private func run(_ body: String) throws -> APIFixture.Answer {
        try api.ask("POST", "/one/backups/pit/run/", body)
    }

    private func jobs() throws -> [String] { try api.column("SELECT kind FROM helenus.job") }

    @Test func `a moment that can be reached is told with its snapshot and the newest commitlogs`()
        throws
    {
        let answer = try check(#"{"pit": 1300.9, "destination": "d"}"#)
        #expect(answer.status == 200, "\(answer.body)")
        for member in [
            #""brief":"success""#, #""type":"PointInTimeOK""#, #""tag":"b""#, #""pit":1300"#,
            #""nodes":{"10.0.0.1":1400.5}"#,
        ] {
            #expect(answer.body.contains(member), "\(answer.body)")
        }
    }

    @Test func `a check is only a check, whatever else its body holds`() throws {
        let body =
            #"{"pit": 1300, "destination": "d", "pit_destination": "d", "keyspaces": {"k": {}}}"#
        #expect(try check(body).status == 200)
        #expect(try jobs().isEmpty)
    }

    @Test func `a run answers a request id, and its event and its job are there`() throws {
        let answer = try run(
            """
            {"pit": "1300", "destination": "d", "restart_pause": 3,
             "keyspaces": {"k": {"column-families": ["t"], "truncate": false}}}
            """)
        #expect(answer.status == 200 && answer.body.count == 38, "\(answer.body)")
        #expect(
            try api.column("SELECT kind || ' ' || concurrency_key FROM helenus.job")
                == ["pit_restore cluster:one"])
        #expect(
            try api.column(
                """
                SELECT concat_ws(' ', payload ->> 'tag', payload ->> 'pit',
                    payload ->> 'destinationID', payload ->> 'segmentsID',
                    payload ->> 'restartPause') FROM helenus.job
                """) == ["b 1300 d d 3"])
        #expect(
            try api.column("SELECT type || ' ' || backup_id FROM helenus.activity_event")
                == ["pit_restore b"])
    }

    @Test(arguments: [
        ("SELECT", "1004", "No snapshots found before date and time: 01-01-1970 00:16:44 UTC"),
        (
            "UPDATE helenus.pit_configuration SET enabled = false", "1300",
            "Commitlog backups are not enabled"
        ),
        ("DELETE FROM helenus.pit_configuration", "1300", "Commitlog backups are not enabled"),
        (
            "SELECT", "1401",
            "Commitlog backups on node 10.0.0.1 end at 01-01-1970 00:23:20 UTC, before the "
                + "requested time"
        ),
        (
            "DELETE FROM helenus.pit_segment WHERE sequence > 2; INSERT INTO helenus.pit_segment "
                + "VALUES ('one', '00000000-0000-0000-0000-000000000001', 'd', 4, 'c', "
                + "to_timestamp(1200), to_timestamp(1300), 7, 7, sha256('x'), false, '', 'stored')",
            "1300",
            "Commitlog segments are missing on node 10.0.0.1 between 01-01-1970 00:18:20 UTC and "
                + "01-01-1970 00:20:00 UTC"
        ),
        (
            "UPDATE helenus.node SET tokens = '[\"7\"]'", "1300",
            "Topology has changed since snapshot b: node 10.0.0.1 has other tokens"
        ),
        (
            "UPDATE helenus.node SET table_identities = '{\"k\": {\"t\": \"6\"}}'", "1300",
            "Table k.t was re-created after snapshot b"
        ),
        (
            // Made after the snapshot, there at the moment, and dropped.
            "UPDATE helenus.node SET table_identities = '{\"k\": {\"t\": \"5\", \"u\": "
                + "\"1200000000\"}}'; UPDATE helenus.node SET table_identities = "
                + "'{\"k\": {\"t\": \"5\"}}'",
            "1300", "Table k.u was dropped after snapshot b"
        ),
    ])
    func `each reason is told in the contract's words, by the check and by the run`(
        change: String, pit: String, message: String
    ) throws {
        try api.run(change)
        let body = #"{"pit": \#(pit), "destination": "d"}"#
        let answer = try check(body)
        #expect(answer.status == 400)
        #expect(
            answer.body
                == #"{"brief":"error","message":"\#(message)","type":"InvalidArguments"}"#)
        #expect(try run(body) == answer)
        #expect(try jobs().isEmpty)
    }

    @Test func `a table that was made after the moment may be gone`() throws {
        try api.run(
            """
            INSERT INTO helenus.table_lifetime (
                cluster_id, keyspace_name, table_name, identity, seen_at, gone_at)
            VALUES ('one', 'k', 'u', '1301000000', to_timestamp(1302), to_timestamp(1400)),
                ('one', 'k', 'v', '7', to_timestamp(900), to_timestamp(1300))
            """)
        #expect(try check(#"{"pit": 1300, "destination": "d"}"#).status == 200)
    }

    @Test func `a choice of tables that this version cannot make is refused with the reason`()
        throws
    {
        try api.run(
            """
            UPDATE helenus.node SET keyspaces = keyspaces || '{"j": {"tables": ["u"]}}'
            """)
        let answer = try run(#"{"pit": 1300, "destination": "d", "keyspaces": {"k": {}}}"#)
        #expect(answer.status == 400 && answer.body.contains("cassandra.replayList"))
    }

    @Test(arguments: [
        (#"{"destination": "d"}"#, "pit"), (#"{"pit": "soon"}"#, "pit"),
        (#"{"pit": -1}"#, "pit"), (#"{"pit": 1e15}"#, "pit"),
        (#"{"pit": 1, "keyspaces": []}"#, "keyspaces"),
        (#"{"pit": 1, "keyspaces": {"nosuch": {}}}"#, "keyspaces"),
        (#"{"pit": 1, "restart_pause": "x"}"#, "restart_pause"),
    ])
    func `what makes no sense is refused with the name of its key`(body: String, key: String) throws
    {
        let answer = try run(body)
        #expect(answer.status == 400 && answer.body.contains("\(key):"), "\(answer.body)")
    }

    @Test func `a destination that is not known is told`() throws {
        #expect(try check(#"{"pit": 1, "destination": "x"}"#).status == 404)
        #expect(
            try check(#"{"pit": 1, "destination": "d", "pit_destination": "x"}"#).status == 404)
    }
}
