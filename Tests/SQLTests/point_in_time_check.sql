-- What the catalog says of going back to a moment, with 100,000 segments a node.
BEGIN;
SELECT plan(33);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
GRANT helenus_executor, helenus_api TO CURRENT_USER;
-- The very statements that are run.
\set candidates `sed -n '/^-- name: pit_candidates/,/^-- name: pit_nodes/p' sql/queries/point_in_time_check.sql`
\set archives `sed -n '/^-- name: pit_archives/,/^-- name: pit_segments$/p' sql/queries/point_in_time_check.sql`
\set segments `sed -n '/^-- name: pit_segments$/,/^-- name: pit_segments_size/p' sql/queries/point_in_time_check.sql`
\set gonetables `sed -n '/^-- name: pit_gone_tables/,/^-- Of each node/p' sql/queries/point_in_time_check.sql`
\set forgettables `sed -n '/^-- name: archive_forget_tables/,/^-- name: archive_delete/p' sql/queries/archive.sql`
\set lastrestore `sed -n '/^-- name: pit_last_restore/,$p' sql/queries/point_in_time_check.sql`

INSERT INTO helenus.cluster (cluster_id, name) VALUES ('c', 'C'), ('other', 'Other');
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, last_seen)
SELECT 'c', 'h' || number, '10.0.0.' || number, '', '', '', now()
FROM generate_series(1, 8) AS number;

-- Segment n holds 10 n up to 10 n + 10.
ALTER TABLE helenus.pit_segment DISABLE TRIGGER note_predecessor;
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, bytes,
    stored_bytes, sha256, outcome, follows)
SELECT 'c', 'h' || host, 'd', number, 'CommitLog-2-' || number || '.log',
    to_timestamp(10 * number), to_timestamp(10 * number + 10), 7, 7, sha256('x'), 'stored',
    number > 1
FROM generate_series(1, 2) AS host, generate_series(1, 100000) AS number;
ALTER TABLE helenus.pit_segment ENABLE TRIGGER note_predecessor;
-- Others as agents report them: h3 lost one, h4 left out a number, of h5 one is damaged, h6 begins
-- late, h7 ends early, h8 has nothing there.
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, bytes,
    stored_bytes, sha256, outcome)
SELECT 'c', host, 'd', number, 'CommitLog-2-' || number || '.log',
    to_timestamp(10 * number), to_timestamp(10 * number + 10),
    CASE WHEN NOT is_lost THEN 7 END, CASE WHEN NOT is_lost THEN 7 END,
    CASE WHEN NOT is_lost THEN sha256('x') END, CASE WHEN is_lost THEN 'lost' ELSE 'stored' END
FROM unnest(ARRAY['h3', 'h4', 'h5', 'h6', 'h7']) AS host, generate_series(1, 50) AS number,
    LATERAL (SELECT host = 'h3' AND number = 20 AS is_lost) AS lost
WHERE NOT (host = 'h4' AND number = 20) AND NOT (host = 'h6' AND number < 15)
    AND NOT (host = 'h7' AND number > 15)
ORDER BY host, number;
UPDATE helenus.pit_segment SET problem = 'its SHA-256 is another'
WHERE host_id = 'h5' AND sequence = 20;
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, bytes,
    stored_bytes, sha256, outcome)
VALUES ('other', 'h8', 'd', 1, 'CommitLog-2-1.log', 'epoch', now(), 7, 7, sha256('x'), 'stored');
ANALYZE helenus.pit_segment, helenus.node;

SET LOCAL ROLE helenus_api;
PREPARE archives (text, text, text, bigint) AS :archives;
CREATE TEMPORARY TABLE found AS EXECUTE archives ('c', 'd', '105.5', 300);

CREATE FUNCTION pg_temp.archive(host text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', COALESCE(first::text, '-'), COALESCE(last::text, '-'),
        COALESCE(newest::bigint::text, '-'), COALESCE(reached::bigint::text, '-'),
        COALESCE(following::bigint::text, '-'))
    FROM found WHERE host_id = host
$$;
SELECT is(
    pg_temp.archive('h1'), '10 30 1000010 1000010 -', 'of a whole archive the ends are told');
SELECT is(pg_temp.archive('h2'), pg_temp.archive('h1'), 'of each node for itself');
SELECT is(
    pg_temp.archive('h3'), '10 30 510 200 210', 'a segment that was lost ends what is reached');
SELECT is(pg_temp.archive('h4'), '10 30 510 200 210', 'so does a number that is left out');
SELECT is(pg_temp.archive('h5'), '10 30 510 200 210', 'and one that is damaged');
SELECT is(
    pg_temp.archive('h6'), '- 30 510 - 150', 'an archive that begins late reaches nothing');
SELECT is(pg_temp.archive('h7'), '10 15 160 160 -', 'one that ends early tells where');
SELECT is(pg_temp.archive('h8'), '- - - - -', 'another cluster''s segments are not seen');
DROP TABLE found;
CREATE TEMPORARY TABLE found AS EXECUTE archives ('c', 'd', '205', 300);
SELECT is(
    pg_temp.archive('h3'), '20 30 510 - 210', 'the first segment that is needed may be the lost one');
SELECT is(
    pg_temp.archive('h4'), '19 30 510 200 210', 'or the one before a number that is left out');
SELECT is(pg_temp.archive('h5'), '20 30 510 - 210', 'or the damaged one');
DROP TABLE found;
CREATE TEMPORARY TABLE found AS EXECUTE archives ('c', 'd', '215', 300);
SELECT is(pg_temp.archive('h3'), '21 30 510 510 -', 'a gap before the snapshot does not matter');

CREATE FUNCTION pg_temp.blocks() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    told json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE archives (''c'', ''d'', ''500000'', 900000)'
    INTO told;
    RETURN (told #>> '{0,Plan,Shared Hit Blocks}')::bigint
        + (told #>> '{0,Plan,Shared Read Blocks}')::bigint;
END
$$;
SELECT cmp_ok(
    pg_temp.blocks(), '<', 1000::bigint, 'a few blocks are read, however many segments there are');

PREPARE segments (text, text, text, bigint, bigint, integer) AS :segments;
CREATE TEMPORARY TABLE listed AS EXECUTE segments ('c', 'h1', 'd', 30, 99999, 3);
SELECT is(
    (SELECT array_agg(segment_name ORDER BY sequence) FROM listed),
    ARRAY['CommitLog-2-30.log', 'CommitLog-2-31.log', 'CommitLog-2-32.log'],
    'segments are listed in their order, page by page');
RESET ROLE;

-- Snapshots.
INSERT INTO helenus.backup (cluster_id, tag, event_time, snapshot_began, snapshot_ended)
SELECT 'c', tag, to_timestamp(asked), to_timestamp(asked), to_timestamp(asked + 5)
FROM (VALUES
    ('early', 100), ('good', 200), ('partial', 210), ('damaged', 220), ('gone', 230), ('foreign', 240),
    ('late', 297), ('elsewhere', 250)) AS one (tag, asked);
INSERT INTO helenus.backup (cluster_id, tag, event_time) VALUES ('c', 'unnoted', to_timestamp(150));
INSERT INTO helenus.backup_copy (
    cluster_id, tag, destination_id, status, listed, problems, origin, finished_at, keyspaces)
SELECT 'c', tag, CASE tag WHEN 'elsewhere' THEN 'e' ELSE 'd' END,
    CASE tag WHEN 'partial' THEN 'partial' ELSE 'success' END, tag <> 'gone',
    CASE tag WHEN 'damaged' THEN '[{"file": "x"}]'::jsonb END,
    CASE tag WHEN 'foreign' THEN '{"cluster": "other"}'::jsonb END, to_timestamp(160),
    '{"k": {"cfs": ["t"], "nodes": [], "size": 1}}'
FROM helenus.backup WHERE cluster_id = 'c';
SET LOCAL ROLE helenus_api;
PREPARE candidates (text, text, bigint) AS :candidates;
CREATE FUNCTION pg_temp.candidates(pit bigint) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    tags text[];
BEGIN
    DROP TABLE IF EXISTS pg_temp.chosen;
    EXECUTE format('CREATE TEMPORARY TABLE chosen AS EXECUTE candidates (''c'', ''d'', %s)', pit);
    SELECT array_agg(tag) INTO tags FROM pg_temp.chosen;
    RETURN tags;
END
$$;
SELECT is(
    pg_temp.candidates(300), ARRAY['good', 'unnoted', 'early'],
    'good snapshots on the destination that were whole by then, the newest first');
SELECT is(
    pg_temp.candidates(302), ARRAY['late', 'good', 'unnoted', 'early'],
    'one counts from when the last node had taken it');
SELECT is(
    pg_temp.candidates(155), ARRAY['early'],
    'one of which that was not noted counts from its end');
SELECT is(pg_temp.candidates(104), NULL, 'there may be none');
RESET ROLE;

-- What backups and agents note.
SELECT throws_ok(
    $$ UPDATE helenus.backup SET snapshot_ended = to_timestamp(1) WHERE tag = 'good' $$, '23514',
    NULL, 'no snapshot ends before it begins');
SELECT throws_ok(
    $$ INSERT INTO helenus.backup_host VALUES ('c', 'good', 'h1', '{}') $$, '23514', NULL,
    'tokens are an array');
PREPARE last_restore (text) AS :lastrestore;
INSERT INTO helenus.request (cluster_id, id, type, status, finished_at)
VALUES ('c', '00000000-0000-0000-0000-000000000001', 'pit_restore', 'success', to_timestamp(1)),
    ('c', '00000000-0000-0000-0000-000000000002', 'restore', 'partial', to_timestamp(2)),
    ('c', '00000000-0000-0000-0000-000000000003', 'pit_restore', 'error', to_timestamp(3)),
    ('c', '00000000-0000-0000-0000-000000000004', 'backup', 'success', to_timestamp(4));
CREATE TEMPORARY TABLE last AS EXECUTE last_restore ('c');
SELECT is(
    (SELECT id FROM last), '00000000-0000-0000-0000-000000000002',
    'the last restore that came to something is known');
SET LOCAL ROLE helenus_executor;
SELECT lives_ok(
    $$ INSERT INTO helenus.backup_host VALUES ('c', 'good', 'h1', '["1"]')
       ON CONFLICT (cluster_id, tag, host_id) DO UPDATE SET tokens = EXCLUDED.tokens $$,
    'executors note the ring of a backup');
-- A backup that was found on a destination.
RESET ROLE;
INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
VALUES ('c', 'd', 'local', '/d', '{}', 'local:/d');
SET LOCAL ROLE helenus_executor;
INSERT INTO helenus.found_backup (
    cluster_id, destination_id, tag, host_id, manifest_bytes, seen_at, run_key, written_by,
    origin_cluster, origin_cluster_name, node_address, event_time, host_count, absent_count, tables,
    tokens, written_at, selection)
SELECT 'c', 'd', 'found', 'h' || number, 10, now(), 'c', 'Helenus', 'c', 'C', '10.0.0.' || number,
    to_timestamp(400), 2, 0,
    '[{"keyspace": "k", "cf": "t", "outcome": "success", "files": 2, "size": 7, "identity": "5"}]',
    '["1"]', to_timestamp(410 + number), '{"k": []}'
FROM generate_series(1, 2) AS number;
-- In the same second another cluster made one of its own.
INSERT INTO helenus.found_backup (
    cluster_id, destination_id, tag, host_id, manifest_bytes, seen_at, run_key, written_by,
    origin_cluster, origin_cluster_name, node_address, event_time, host_count, absent_count, tables,
    tokens, written_at, selection)
VALUES (
    'c', 'd', 'found', 'a1', 10, now(), 'other', 'Helenus', 'other', 'Other', '10.9.0.1',
    to_timestamp(400), 1, 0, '[]', '["1"]', to_timestamp(405), '{}');
SELECT helenus.follow_destination('c', 'd', now()), helenus.follow_hosts('c', 'd');
SELECT is(
    (SELECT array_agg(host_id || tokens ORDER BY host_id) FROM helenus.backup_host
     WHERE tag = 'found'), ARRAY['h1["1"]', 'h2["1"]'], 'its ring is noted');
SELECT is(
    (SELECT array_agg(DISTINCT table_identity) FROM helenus.backup_copy_table WHERE tag = 'found'),
    ARRAY['5'], 'so are its tables');
SELECT is(
    (SELECT extract(epoch FROM snapshot_began) || ' ' || extract(epoch FROM snapshot_ended)
     FROM helenus.backup WHERE tag = 'found'), '400.000000 412.000000',
    'it had ended when the last manifest was written');
SELECT is(
    (SELECT selection FROM helenus.backup WHERE tag = 'found'), '{"k": []}'::jsonb,
    'and it is known what it was to hold');
SELECT is(
    (SELECT extract(epoch FROM snapshot_ended) FROM helenus.backup WHERE tag = 'good'),
    205::numeric, 'what was noted of others stays');
RESET ROLE;

-- Tables that came and went.
CREATE FUNCTION pg_temp.lives() RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(table_name || identity || CASE WHEN gone_at IS NULL THEN '' ELSE ' gone' END
        ORDER BY table_name, identity)
    FROM helenus.table_lifetime WHERE cluster_id = 'c'
$$;
SET LOCAL ROLE helenus_api;
UPDATE helenus.node SET table_identities = '{"k": {"t": "5", "u": "6"}}'
WHERE host_id IN ('h1', 'h2');
SELECT is(pg_temp.lives(), ARRAY['t5', 'u6'], 'tables that an agent tells of are noted, once');
UPDATE helenus.node SET table_identities = '{"k": {"t": "7"}}' WHERE host_id = 'h1';
UPDATE helenus.node SET table_identities = '{}' WHERE host_id = 'h2';
SELECT is(
    pg_temp.lives(), ARRAY['t5 gone', 't7', 'u6 gone'],
    'so is the first time at which a node has one no longer');
UPDATE helenus.node SET table_identities = '{"k": {"u": "6", "t": "7"}}' WHERE host_id = 'h1';
SELECT is(pg_temp.lives(), ARRAY['t5 gone', 't7', 'u6'], 'one that is there again is there');
UPDATE helenus.node SET table_identities = '{}' WHERE host_id = 'h1';
SELECT is(
    pg_temp.lives(), ARRAY['t5 gone', 't7', 'u6'],
    'what an agent does not tell of at all is not gone for that');
RESET ROLE;
UPDATE helenus.table_lifetime SET seen_at = to_timestamp(0), gone_at = to_timestamp(9)
WHERE identity = '6';
INSERT INTO helenus.table_lifetime VALUES
    ('other', 'k', 'u', '6', to_timestamp(0), to_timestamp(11)),
    ('c', 'k', 'v', '8', to_timestamp(0), to_timestamp(11));
SET LOCAL ROLE helenus_api;
PREPARE gone_tables (text, bigint) AS :gonetables;
CREATE TEMPORARY TABLE gone AS EXECUTE gone_tables ('c', 10);
SELECT is(
    (SELECT array_agg(table_name || identity ORDER BY table_name) FROM gone), ARRAY['t5', 'v8'],
    'those that went after a moment are found');
RESET ROLE;
SET LOCAL ROLE helenus_executor;
PREPARE forget AS :forgettables;
EXECUTE forget;
RESET ROLE;
SELECT is(
    pg_temp.lives(), ARRAY['t5 gone', 't7', 'v8 gone'],
    'those that went before the oldest segment of their cluster are forgotten');

SELECT * FROM finish();
ROLLBACK;
