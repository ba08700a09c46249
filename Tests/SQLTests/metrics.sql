-- What GET /metrics asks is counted where it changes, and no scrape reads history.
BEGIN;
SELECT plan(23);
\set queue `sed -n '/^-- name: metrics_queue/,/^-- name: metrics_job_counts/p' sql/queries/metrics.sql`
\set counts `sed -n '/^-- name: metrics_job_counts/,/^-- name: metrics_backups/p' sql/queries/metrics.sql`
\set backups `sed -n '/^-- name: metrics_backups/,/^-- name: metrics_nodes/p' sql/queries/metrics.sql`
\set nodes `sed -n '/^-- name: metrics_nodes/,/^-- name: metrics_transfers/p' sql/queries/metrics.sql`
\set transfers `sed -n '/^-- name: metrics_transfers/,$p' sql/queries/metrics.sql`
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SET LOCAL timezone = 'UTC';
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('c', 'C');

-- ── Jobs ────────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION pg_temp.job(kind text, request uuid DEFAULT NULL) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO helenus.job (cluster_id, kind, request_id, payload, state, lease_owner,
        lease_expires_at, started_at)
    VALUES ('c', kind, request, '{}', 'running', 'e', now(), now())
    RETURNING id
$$;
CREATE FUNCTION pg_temp.end_job(ended uuid, ending text) RETURNS void LANGUAGE sql AS $$
    UPDATE helenus.job SET state = ending, finished_at = now(), lease_owner = NULL,
        lease_expires_at = NULL
    WHERE id = ended
$$;
SELECT count(pg_temp.end_job(pg_temp.job(kind), ending)) AS ended
FROM (VALUES ('backup', 'succeeded'), ('backup', 'succeeded'), ('backup', 'failed'),
    ('restore', 'cancelled')) AS job (kind, ending) \gset
INSERT INTO helenus.request (cluster_id, type, status, finished_at)
VALUES ('c', 'backup', 'partial', now()) RETURNING id AS request \gset
SELECT count(pg_temp.end_job(pg_temp.job('backup', :'request'), 'succeeded')) AS ended \gset
-- A request that goes on after this job.
INSERT INTO helenus.request (cluster_id, type) VALUES ('c', 'backup') RETURNING id AS going_on \gset
SELECT count(pg_temp.end_job(pg_temp.job('clear_snapshot', :'going_on'), 'succeeded')) AS ended \gset
UPDATE helenus.job SET state = state WHERE finished_at IS NOT NULL;
-- Several that end in one statement.
CREATE TEMPORARY TABLE together AS SELECT pg_temp.job(kind) AS id
FROM (VALUES ('sync'), ('sync'), ('sync'), ('verify_backup')) AS job (kind);
UPDATE helenus.job SET state = 'succeeded', finished_at = now(), lease_owner = NULL,
    lease_expires_at = NULL
WHERE id IN (SELECT id FROM together);
SELECT results_eq(
    'SELECT kind, outcome, jobs FROM helenus.job_count ORDER BY kind, outcome',
    $$ VALUES ('backup', 'error', 1::bigint), ('backup', 'partial', 1), ('backup', 'success', 2),
        ('clear_snapshot', 'success', 1), ('restore', 'cancelled', 1), ('sync', 'success', 3),
        ('verify_backup', 'success', 1) $$,
    'jobs are counted once by what they came to, a request that ended in part as that');
DELETE FROM helenus.job;
SELECT pg_temp.job('sync') AS job \gset
UPDATE helenus.job SET lease_expires_at = now() + interval '1 minute' WHERE id = :'job';
UPDATE helenus.job SET state = 'retryable', lease_owner = NULL, lease_expires_at = NULL
WHERE id = :'job';
UPDATE helenus.job SET state = 'running', lease_owner = 'e', lease_expires_at = now()
WHERE id = :'job';
UPDATE helenus.job
SET state = 'available', crashes = crashes + 1, lease_owner = NULL, lease_expires_at = NULL
WHERE id = :'job';
SELECT results_eq(
    $$ SELECT outcome, jobs FROM helenus.job_count WHERE kind = 'sync' ORDER BY outcome $$,
    $$ VALUES ('lapsed', 1::bigint), ('retried', 1), ('success', 3) $$,
    'and how often one is put back or loses its executor; a lease that is renewed is nothing');
SELECT is(
    (SELECT sum(jobs) FROM helenus.job_count), 12::numeric,
    'what leaves the queue stays counted');

DELETE FROM helenus.job;
INSERT INTO helenus.job (cluster_id, kind, payload, run_at, concurrency_key, key_held, state,
    lease_owner, lease_expires_at, started_at)
VALUES
    ('c', 'backup', '{}', now(), 'k', true, 'running', 'e', now(), now() - interval '20 seconds'),
    ('c', 'restore', '{}', now() - interval '9 seconds', 'k', false, 'available', NULL, NULL, NULL),
    ('c', 'sync', '{}', now() + interval '1 hour', 'k', false, 'retryable', NULL, NULL, NULL),
    ('c', 'verify_backup', '{}', now() - interval '5 seconds', NULL, false, 'available', NULL,
        NULL, NULL),
    ('c', 'verify_backup', '{}', now() - interval '7 seconds', NULL, false, 'available', NULL,
        NULL, NULL);
SELECT results_eq(
    :'queue',
    $$ VALUES ('c', 'backup', 'running', 1::bigint, 20::numeric), ('c', 'restore', 'blocked', 1, 9),
        ('c', 'sync', 'delayed', 1, 0), ('c', 'verify_backup', 'ready', 2, 7) $$,
    'the queue by kind and standing, with the age of the oldest');
DELETE FROM helenus.job;

-- ── Backups ─────────────────────────────────────────────────────────────────────────────────────

INSERT INTO helenus.destination (cluster_id, id, provider, path, location_key)
VALUES ('c', 'd', 's3', 'd', 'd'), ('c', 'f', 's3', 'f', 'f');
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, keyspaces, last_seen)
VALUES
    ('c', 'h', '10.0.0.1', '', '', '', '{"k": {}, "l": {}, "n": {}, "system_auth": {}}', now()),
    ('c', 'i', '10.0.0.2', '', '', '', '{"dropped": {}}', now() - interval '1 hour');
INSERT INTO helenus.backup (cluster_id, tag, event_time)
SELECT 'c', 't' || run, '2030-01-01Z'::timestamptz + run * interval '1 s'
FROM generate_series(1, 4) AS run;
CREATE FUNCTION pg_temp.newest() RETURNS text LANGUAGE sql AS $$
    SELECT COALESCE(string_agg(keyspace_name || '@' || destination_id || '=' || tag, ' '
        ORDER BY keyspace_name, destination_id), '')
    FROM helenus.newest_good_copy
$$;
-- By the same definition.
CREATE FUNCTION pg_temp.reported() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', point.keyspace_name, point.backup_time, point.sent_backup_time)
    FROM report.recovery_points AS point
    WHERE NOT point.is_system AND point.keyspace_name <> 'dropped'
    ORDER BY point.keyspace_name
$$;
PREPARE backups AS :backups;
CREATE FUNCTION pg_temp.scraped() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line record;
BEGIN
    FOR line IN EXECUTE 'EXECUTE backups' LOOP
        RETURN NEXT concat_ws(' ', line.name,
            to_timestamp(NULLIF(GREATEST(line.on_nodes, line.sent), 0)),
            to_timestamp(NULLIF(line.sent, 0)));
    END LOOP;
END
$$;
INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed, keyspaces)
VALUES
    ('c', 't1', 'OPSC_ON_SERVER', 'success', true, '{"k": {}, "l": {}}'),
    ('c', 't1', 'd', 'success', true, '{"k": {}, "l": {}}'),
    ('c', 't2', 'd', 'success', true, '{"k": {}}'),
    ('c', 't3', 'd', 'running', false, '{}'),
    ('c', 't4', 'f', 'success', true, '{"k": {}}'),
    ('c', 't2', 'f', 'success', true, '{"k": {}}');
SELECT is(
    pg_temp.newest(), 'k@OPSC_ON_SERVER=t1 k@d=t2 k@f=t4 l@OPSC_ON_SERVER=t1 l@d=t1',
    'each keyspace''s newest good copy on each destination is known');
SELECT set_eq('SELECT pg_temp.scraped()', 'SELECT pg_temp.reported()', 'as in recovery_points');
UPDATE helenus.backup_copy SET status = 'partial', listed = true, keyspaces = '{"k": {}, "l": {}}'
WHERE tag = 't3';
SELECT is(
    pg_temp.newest(), 'k@OPSC_ON_SERVER=t1 k@d=t2 k@f=t4 l@OPSC_ON_SERVER=t1 l@d=t1',
    'one that ended in part is not good');
UPDATE helenus.backup_copy SET status = 'success' WHERE tag = 't3';
SELECT is(
    pg_temp.newest(), 'k@OPSC_ON_SERVER=t1 k@d=t3 k@f=t4 l@OPSC_ON_SERVER=t1 l@d=t3',
    'a copy that becomes good is the newest');
UPDATE helenus.backup_copy SET problems = '["x"]' WHERE tag = 't3';
SELECT is(
    pg_temp.newest(), 'k@OPSC_ON_SERVER=t1 k@d=t2 k@f=t4 l@OPSC_ON_SERVER=t1 l@d=t1',
    'one in which a problem was found gives way to the one before');
UPDATE helenus.backup_copy SET listed = false, deleted_at = now()
WHERE (tag, destination_id) IN (('t1', 'd'), ('t2', 'd'));
SELECT is(
    pg_temp.newest(), 'k@OPSC_ON_SERVER=t1 k@f=t4 l@OPSC_ON_SERVER=t1',
    'of those that were deleted none is left');
UPDATE helenus.destination SET removed_at = now() WHERE id = 'f';
SELECT set_eq(
    'SELECT pg_temp.scraped()', 'SELECT pg_temp.reported()',
    'as in recovery_points, where a destination that was removed counts for nothing');
SELECT results_eq(
    'backups', $$ VALUES ('c', 'k', 1893456001::numeric, 0::numeric), ('c', 'l', 1893456001, 0),
        ('c', 'n', 0, 0) $$,
    'a keyspace without a good backup is told too, one of Cassandra''s own is not');

-- ── Nodes ───────────────────────────────────────────────────────────────────────────────────────

INSERT INTO helenus.backup_copy_node (
    cluster_id, tag, destination_id, host_id, node_address, files, bytes, new_bytes, milliseconds)
VALUES
    ('c', 't1', 'OPSC_ON_SERVER', 'h', '', 1, 100, 100, 1000),
    ('c', 't1', 'd', 'h', '', 1, 100, 100, 1000), ('c', 't2', 'd', 'h', '', 1, 100, 5, NULL);
UPDATE helenus.backup_copy_node SET new_bytes = 130, milliseconds = 900
WHERE tag = 't1' AND destination_id = 'd';
SELECT results_eq(
    'SELECT host_id, bytes, milliseconds FROM helenus.node_sent',
    $$ VALUES ('h', 135::bigint, 1000::bigint) $$,
    'what a node has sent is added up, and never falls');
SELECT results_eq(
    :'nodes',
    $$ VALUES ('c', 'h', '10.0.0.1', extract(epoch FROM now()), 0, 135::bigint, 1::numeric,
            NULL::numeric, NULL::bigint, NULL::bigint, NULL::bigint),
        ('c', 'i', '10.0.0.2', extract(epoch FROM now()) - 3600, 0, 0, 0, NULL, NULL, NULL, NULL) $$,
    'nodes where nothing is archived');
INSERT INTO helenus.request (cluster_id, type, status, finished_at)
VALUES ('c', 'restore', 'running', NULL) RETURNING id AS running \gset
INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document, updated_at)
VALUES
    ('c', :'running', '10.0.0.1', '{"state": "running", "details": {"rate": 7}}', now()),
    ('c', :'running', '10.0.0.2', '{"state": "success", "details": {"rate": 7}}', now()),
    ('c', :'running', '10.0.0.3', '{"state": "running", "details": {}}', now()),
    ('c', :'running', '10.0.0.4', '{"state": "running", "details": {"rate": 7}}',
        now() - interval '2 minutes'),
    ('c', :'request', '10.0.0.1', '{"state": "running", "details": {"rate": 7}}', now());
SELECT results_eq(
    :'transfers', $$ VALUES ('c', '10.0.0.1', 'restore', 7::numeric) $$,
    'what nodes move now, not what they moved');
INSERT INTO helenus.pit_configuration (
    cluster_id, enabled, backup_directory, destinations, sleep, drain_first, changed_at)
VALUES ('c', true, '/a', '{"OPSC_ON_SERVER": {}, "d": {}}', 0, true, to_timestamp(50));
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, bytes,
    stored_bytes, sha256, outcome)
SELECT 'c', 'h', part.place, part.number, 'CommitLog-1.log', to_timestamp(part.number * 100),
    to_timestamp((part.number + 1) * 100), 1, 1, sha256(''), part.outcome
FROM (VALUES ('d', 1, 'stored'), ('d', 2, 'lost'), ('OPSC_ON_SERVER', 1, 'stored'),
    ('OPSC_ON_SERVER', 2, 'stored')) AS part (place, number, outcome);
UPDATE helenus.node
SET archive_state = '{"waiting_segments": 3, "waiting_bytes": 30, "lost_segments": 1}'
WHERE host_id = 'h';
PREPARE nodes AS :nodes;
CREATE FUNCTION pg_temp.archived() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line record;
BEGIN
    FOR line IN EXECUTE 'EXECUTE nodes' LOOP
        RETURN NEXT concat_ws(' ', line.host_id, line.reach::bigint, line.waiting_segments,
            line.waiting_bytes, line.lost_segments);
    END LOOP;
END
$$;
SELECT results_eq(
    'SELECT pg_temp.archived()', $$ VALUES ('h 200 3 30 1'), ('i 50 0 0 0') $$,
    'the archive reaches as far as the destination that has least; one without any, back to its begin');

-- ── What it costs ───────────────────────────────────────────────────────────────────────────────

DEALLOCATE ALL;
INSERT INTO helenus.cluster (cluster_id, name)
SELECT 'plan_' || cluster, '' FROM generate_series(1, 50) AS cluster;
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, keyspaces, last_seen)
SELECT 'plan_' || cluster, 'h' || node, '', '', '', '', '{"k": {}, "never": {}}', now()
FROM generate_series(1, 50) AS cluster CROSS JOIN generate_series(1, 3) AS node;
INSERT INTO helenus.backup (cluster_id, tag, event_time)
SELECT 'plan_' || cluster, 'tag' || run, now() - run * interval '3 days'
FROM generate_series(1, 50) AS cluster CROSS JOIN generate_series(0, 240) AS run;
INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, keyspaces, listed)
SELECT cluster_id, tag, 'OPSC_ON_SERVER', 'success', '{"k": {"size": 1}}', true
FROM helenus.backup WHERE cluster_id LIKE 'plan\_%';
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, status, destination)
SELECT cluster_id, event_time, tag, 'backup', 'OPSC_ON_SERVER', 'success', '{}'
FROM helenus.backup WHERE cluster_id LIKE 'plan\_%';
INSERT INTO helenus.request (cluster_id, type, status, finished_at)
SELECT cluster_id, 'backup', 'success', now() FROM helenus.backup WHERE cluster_id LIKE 'plan\_%';
INSERT INTO helenus.job (cluster_id, kind, payload, state, finished_at)
SELECT cluster_id, 'backup', '{}', 'succeeded', now()
FROM helenus.backup WHERE cluster_id LIKE 'plan\_%';
INSERT INTO helenus.job (cluster_id, kind, payload)
SELECT 'plan_' || cluster, 'backup', '{}' FROM generate_series(1, 50) AS cluster;
INSERT INTO helenus.pit_configuration (
    cluster_id, enabled, backup_directory, destinations, sleep, drain_first)
SELECT 'plan_' || cluster, true, '/a', '{"OPSC_ON_SERVER": {}}', 0, true
FROM generate_series(1, 50) AS cluster;
ALTER TABLE helenus.pit_segment DISABLE TRIGGER note_predecessor;
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, bytes,
    stored_bytes, sha256, outcome)
SELECT 'plan_' || cluster, 'h1', 'OPSC_ON_SERVER', number, 'CommitLog-1.log', now(), now(), 1, 1,
    sha256(''), 'stored'
FROM generate_series(1, 50) AS cluster CROSS JOIN generate_series(1, 400) AS number;
ALTER TABLE helenus.pit_segment ENABLE TRIGGER note_predecessor;
ANALYZE helenus.backup, helenus.backup_copy, helenus.activity_event, helenus.job, helenus.request,
    helenus.pit_segment, helenus.node, helenus.newest_good_copy, helenus.destination;

GRANT helenus_api TO CURRENT_USER;
SET LOCAL ROLE helenus_api;
-- The tables that a statement touches, but for those that have a row for each thing that is there
-- now; and with "whole" those that it reads from one end to the other.
CREATE FUNCTION pg_temp.history_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    part text[];
    tables text[] := '{}';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        part := regexp_match(line, '(Seq Scan|Index (?:Only )?Scan (?:Backward )?using \w+|Bitmap Heap Scan) on (\w+)');
        CONTINUE WHEN part IS NULL OR part[2] IN (
            'node', 'destination', 'pit_configuration', 'job_count', 'newest_good_copy', 'node_sent',
            'request_progress');
        tables := tables || (part[2] || CASE WHEN part[1] LIKE 'Seq%' THEN ' whole' ELSE '' END);
    END LOOP;
    RETURN (SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM unnest(tables) AS name);
END
$$;
SELECT matches(
    pg_temp.history_of('SELECT count(*) FROM helenus.activity_event'), '^activity_event_\w+ whole, ',
    'history that is read from end to end would be noticed');
SELECT is(
    pg_temp.history_of(:'queue'), 'job', 'the queue by its indexes, not the jobs that have ended');
SELECT is(pg_temp.history_of(:'counts'), NULL, 'counts without history');
SELECT is(pg_temp.history_of(:'backups'), NULL, 'last good backups without history');
SELECT is(
    pg_temp.history_of(:'nodes'), 'pit_segment', 'nodes with the newest segments, found by the key');
SELECT is(
    pg_temp.history_of(:'transfers'), 'request', 'transfers with their requests, found by the key');
-- Of 12,000 ended jobs in more than a hundred pages.
CREATE FUNCTION pg_temp.pages_of(query text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || query INTO plan;
    RETURN (plan #>> '{0,Plan,Shared Hit Blocks}')::integer
        + (plan #>> '{0,Plan,Shared Read Blocks}')::integer;
END
$$;
SELECT cmp_ok(
    pg_temp.pages_of(:'queue') + pg_temp.pages_of(:'backups') + pg_temp.pages_of(:'nodes'), '<',
    2000, 'all of them read a few pages for each node');

SELECT * FROM finish();
ROLLBACK;
