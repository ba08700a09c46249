import Postgres
import Statements
import TestDatabase

/// A database with the clusters `one` and `two` in every table. They have the same tags, ids and
/// keys, so that nothing but the cluster's id tells their rows apart; and wherever the first of
/// some rows is asked for, that is one of cluster `one`.
struct TwinClusters {
    let database: TestDatabase
    let connection: Connection

    /// The tables with a `cluster_id`, their schema before their name.
    let tables: [String]

    static let request = "00000000-0000-0000-0000-000000000001"
    static let restore = "00000000-0000-0000-0000-000000000002"
    static let failed = "00000000-0000-0000-0000-000000000003"
    static let ending = "00000000-0000-0000-0000-000000000004"
    static let job = "00000000-0000-0000-0000-000000000011"
    static let ended = "00000000-0000-0000-0000-000000000012"
    static let leased = "00000000-0000-0000-0000-000000000013"
    static let schedule = "00000000-0000-0000-0000-000000000021"
    static let enrolment = "00000000-0000-0000-0000-000000000031"
    static let webhook = "00000000-0000-0000-0000-000000000051"
    static let message = "00000000-0000-0000-0000-000000000052"

    init() throws {
        database = try TestDatabase()
        for cluster in ["one", "two"] { try database.addCluster(cluster) }
        connection = try database.connect()
        try connection.runScript(
            Self.places + Self.requests + Self.backups + Self.archive + Self.webhooks)
        tables = try connection.run(
            Statement(
                name: "tables_of_clusters",
                text: """
                    SELECT class.oid::regclass::text
                    FROM pg_class AS class
                    JOIN pg_attribute AS attribute
                        ON attribute.attrelid = class.oid AND attribute.attname = 'cluster_id'
                    WHERE class.relnamespace = 'helenus'::regnamespace
                        AND class.relkind IN ('r', 'p') AND NOT class.relispartition
                    ORDER BY 1
                    """)
        ).map { try $0.text(0) }
    }

    private static let places = """
        ALTER TABLE helenus.request DROP CONSTRAINT request_id_key;
        ALTER TABLE helenus.job DROP CONSTRAINT job_id_key;
        ALTER TABLE helenus.enrolment_token DROP CONSTRAINT enrolment_token_hash_key;
        UPDATE helenus.cluster
        SET config = jsonb_build_object('of', cluster_id), sealed_secrets = '\\x00';
        INSERT INTO helenus.cluster_limit (cluster_id, requests_per_minute, running_jobs)
        SELECT cluster_id, length(cluster_id || name) + (cluster_id = 'one')::integer, 9
        FROM helenus.cluster;
        INSERT INTO helenus.enrolment_token (cluster_id, token_hash, expires_at)
        SELECT cluster_id, '\\x01', now() + interval '1 day' FROM helenus.cluster;
        INSERT INTO helenus.audit_log (
            cluster_id, actor, remote_address, http_request_id, method, path, outcome)
        SELECT cluster_id, 'a', '', '', 'PUT', cluster_id, '200' FROM helenus.cluster;
        INSERT INTO helenus.destination (
            cluster_id, id, provider, path, settings, sealed_secrets, location_key)
        SELECT
            cluster_id, id, 'local', cluster_id, jsonb_build_object('of', cluster_id), '\\x00',
            'local:/' || id
        FROM helenus.cluster, unnest(ARRAY['d', 'unused']) AS id;
        INSERT INTO helenus.destination (cluster_id, id, provider, path, location_key)
        VALUES ('one', 'foreign', 'local', '/f', 'local:/f');
        INSERT INTO helenus.node (
            cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret,
            enrolment_id, last_seen, node_state, archive_state, tokens, table_identities, keyspaces)
        SELECT
            cluster_id, host_id, host_id || '.' || cluster_id, cluster_id, '\\x01', '\\x00',
            '\(enrolment)', now() + (CASE cluster_id WHEN 'one' THEN 2 ELSE 1 END) * interval '1 h',
            CASE host_id WHEN 'h' THEN 'up' ELSE 'down' END, '{"epoch": 0, "in_place": false}',
            jsonb_build_array(cluster_id),
            jsonb_build_object('of', jsonb_build_object(cluster_id, 'x', 'dropped', 'x')),
            jsonb_build_object('k', jsonb_build_object('replication', cluster_id))
                || CASE cluster_id WHEN 'one' THEN '{"foreign": {}}' ELSE '{}' END::jsonb
        FROM helenus.cluster, unnest(ARRAY['h', 'i']) AS host_id;
        INSERT INTO helenus.table_lifetime (
            cluster_id, keyspace_name, table_name, identity, seen_at, gone_at)
        SELECT cluster_id, 'of', held.name, 'x', '2019-01-01', held.gone::timestamptz
        FROM helenus.cluster, (VALUES
            ('dropped', NULL), ('gone', '2030-01-01'), ('forgotten', '2019-01-02')
        ) AS held (name, gone);
        INSERT INTO helenus.table_lifetime (cluster_id, keyspace_name, table_name, identity)
        VALUES ('one', 'of', 'new', 'x');
        INSERT INTO helenus.schedule (
            cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit,
            job_params, plan, retention, next_run, retention_at, updated_at)
        SELECT
            cluster_id, '\(schedule)', '2020-01-01', '02:30', 'UTC', 1, 'days',
            jsonb_build_object('of', cluster_id), '{"destinations": {"d": {}}, "selection": {"keyspaces": {}}}',
            jsonb_build_object('d', jsonb_build_object('of', cluster_id)), now(), now(),
            '2020-01-02 00:00Z'
        FROM helenus.cluster;

        """

    private static let requests = """
        INSERT INTO helenus.request (
            cluster_id, id, type, status, tag, keyspaces, destinations, created_at, finished_at)
        SELECT
            cluster_id, id::uuid, type, status, tag, jsonb_build_object('of', cluster_id),
            '["OPSC_ON_SERVER", "d"]', now() - interval '3 h',
            CASE WHEN status <> 'running' THEN now() - interval '2 h' END
        FROM helenus.cluster, (VALUES
            ('\(request)', 'sync', 'running', 'v'), ('\(restore)', 'restore', 'success', 't'),
            ('\(failed)', 'backup', 'error', 'u'), ('\(ending)', 'backup', 'running', 't'))
            AS asked (id, type, status, tag);
        INSERT INTO helenus.request (cluster_id, type, destinations)
        VALUES ('one', 'backup', '["foreign"]');
        INSERT INTO helenus.request (cluster_id, id, type, status, tag, finished_at)
        SELECT
            cluster_id, ('00000000-0000-0000-0000-00000000004' || (cluster_id = 'one')::integer)::uuid,
            'pit_restore', 'success', 't',
            now() - (CASE cluster_id WHEN 'one' THEN 50 ELSE 60 END) * interval '1 minute'
        FROM helenus.cluster;
        INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
        SELECT
            cluster_id, '\(request)', cluster_id, '{"state": "running", "details": {"rate": 1}}'
        FROM helenus.cluster;
        INSERT INTO helenus.job (cluster_id, id, request_id, kind, payload, sealed_payload)
        SELECT cluster_id, '\(job)', '\(request)', 'sync', jsonb_build_object('of', cluster_id), '\\x00'
        FROM helenus.cluster;
        INSERT INTO helenus.job (
            cluster_id, id, kind, payload, awaited, state, result, finished_at)
        SELECT cluster_id, '\(ended)', 'list', '{}', true, 'succeeded', to_jsonb(cluster_id), now()
        FROM helenus.cluster;
        INSERT INTO helenus.job (
            cluster_id, id, kind, payload, state, lease_owner, lease_epoch, lease_expires_at)
        SELECT cluster_id, '\(leased)', 'list', '{}', 'running', 'other', 1, '2100-01-01 00:00Z'
        FROM helenus.cluster;

        """

    private static let backups = """
        INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time, request_id)
        SELECT
            cluster_id, tag, '\(schedule)', made + length(cluster_id || name) * interval '1 s'
                + (cluster_id = 'one')::integer * interval '1 s',
            CASE tag WHEN 'u' THEN '\(failed)'::uuid END
        FROM helenus.cluster, (VALUES
            ('t', '2020-01-01 00:00Z'::timestamptz), ('u', '2020-01-02 00:00Z'),
            ('v', '2020-01-03 00:00Z')) AS made (tag, made);
        INSERT INTO helenus.backup_copy (
            cluster_id, tag, destination_id, status, listed, retries, message, keyspaces, finished_at)
        SELECT
            cluster_id, tag, destination_id, status, status = 'success',
            (cluster_id = 'one')::integer, cluster_id,
            jsonb_build_object('k', jsonb_build_object('cfs', jsonb_build_array(cluster_id))),
            '2020-01-04 00:00Z'
        FROM helenus.cluster, (VALUES
            ('t', 'OPSC_ON_SERVER', 'success'), ('t', 'd', 'success'),
            ('u', 'OPSC_ON_SERVER', 'success'), ('u', 'd', 'error'),
            ('v', 'd', 'running')) AS kept (tag, destination_id, status);
        INSERT INTO helenus.backup_copy_table (
            cluster_id, tag, destination_id, host_id, keyspace_name, table_name, node_address,
            files, bytes, outcome)
        SELECT cluster_id, tag, destination_id, 'h', 'k', table_name, cluster_id, 1, 1, 'success'
        FROM helenus.cluster,
            (VALUES ('t', 'OPSC_ON_SERVER'), ('t', 'd'), ('u', 'OPSC_ON_SERVER'))
                AS kept (tag, destination_id),
            unnest(ARRAY['same', 'of_' || cluster_id]) AS table_name;
        INSERT INTO helenus.backup_copy_node (
            cluster_id, tag, destination_id, host_id, node_address, files, bytes, new_bytes)
        SELECT cluster_id, 't', 'd', 'h', cluster_id, 1, 1, 1 FROM helenus.cluster;
        INSERT INTO helenus.backup_host (cluster_id, tag, host_id, tokens)
        SELECT cluster_id, 't', 'h', jsonb_build_array(cluster_id) FROM helenus.cluster;
        INSERT INTO helenus.found_backup (
            cluster_id, destination_id, tag, host_id, manifest_bytes, seen_at, run_key, written_by,
            origin_cluster, origin_cluster_name, node_address, event_time, host_count,
            absent_count, tables, tokens, written_at)
        SELECT
            cluster_id, 'd', tag, 'h', 1, now(), 'r', 'Helenus', cluster_id, cluster_id, cluster_id,
            '2020-01-05 00:00Z', 1, 0,
            jsonb_build_array(jsonb_build_object(
                'keyspace', 'k', 'cf', 'of_' || cluster_id, 'outcome', 'success', 'files', 1,
                'size', 1, 'identity', cluster_id)),
            jsonb_build_array(cluster_id), '2020-01-05 01:00Z'
        FROM helenus.cluster, unnest(ARRAY['t', 'f']) AS tag;
        INSERT INTO helenus.found_segment (
            cluster_id, destination_id, host_id, sequence, segment_name, entry)
        SELECT cluster_id, 'unused', 'h', 1, 'of_' || cluster_id, jsonb_build_object(
            'first_write', 1, 'last_write', 2, 'outcome', 'stored', 'bytes', 1, 'stored_bytes', 1,
            'sha256', repeat('0', 64), 'compressed', false, 'version', '', 'stored_at', 3)
        FROM helenus.cluster;
        INSERT INTO helenus.activity_event (
            cluster_id, event_time, backup_id, type, destination_id, status, message, request_id,
            keyspaces, destination)
        SELECT
            cluster_id, '2020-01-01 00:00Z', tag, type, 'd', status, cluster_id, '\(request)',
            jsonb_build_object('of', cluster_id), '{}'
        FROM helenus.cluster, (VALUES
            ('t', 'backup', 'success'), ('v', 'sync', 'running')) AS asked (tag, type, status);
        INSERT INTO helenus.activity_event (
            cluster_id, event_time, backup_id, type, destination_id, status, destination)
        SELECT cluster_id, '2030-01-01 00:00Z', 't', 'delete', 'd', 'success', '{}'
        FROM helenus.cluster WHERE cluster_id = 'one';
        INSERT INTO helenus.list_change (cluster_id, transaction_id)
        SELECT cluster_id, (CASE cluster_id WHEN 'one' THEN '9000000000' ELSE '1' END)::xid8
        FROM helenus.cluster;

        """

    private static let archive = """
        INSERT INTO helenus.pit_configuration (
            cluster_id, enabled, backup_directory, destinations, sleep, drain_first, epoch,
            request_id)
        SELECT
            cluster_id, true, '/' || cluster_id,
            jsonb_build_object('d', jsonb_build_object('of', cluster_id)), 0, false,
            1 + (cluster_id = 'one')::integer, '\(restore)'
        FROM helenus.cluster;
        INSERT INTO helenus.pit_segment (
            cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write,
            bytes, stored_bytes, sha256, outcome)
        SELECT
            cluster_id, 'h', 'd', sequence, 's' || sequence, day, day + interval '1 day',
            length(cluster_id || name) + (cluster_id = 'one')::integer, 1,
            sha256(cluster_id::bytea), 'stored'
        FROM helenus.cluster
        CROSS JOIN LATERAL generate_series(
            1, CASE cluster_id WHEN 'one' THEN 3 ELSE 2 END) AS sequence
        CROSS JOIN LATERAL (
            SELECT '2019-12-01 00:00Z'::timestamptz + sequence * interval '1 day') AS times (day);
        """
    private static let webhooks = """
        INSERT INTO helenus.webhook (cluster_id, id, url, events, sealed_secret)
        SELECT
            cluster_id, '\(webhook)', 'https://' || cluster_id,
            '{backup.failed,backup.partial,backup.late}', '\\x00'
        FROM helenus.cluster;
        INSERT INTO helenus.webhook_delivery (
            cluster_id, id, webhook_id, type, occasion, body, status, finished_at)
        SELECT
            cluster_id, id::uuid, '\(webhook)', 'backup.failed', id,
            jsonb_build_object('of', cluster_id), status,
            CASE status WHEN 'failed' THEN '2020-01-01 00:00Z'::timestamptz END
        FROM helenus.cluster, (VALUES
            ('\(message)', 'pending'), ('00000000-0000-0000-0000-000000000053', 'failed'))
            AS told (id, status);
        """
}
