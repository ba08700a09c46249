-- The catalog follows what lies on a destination, and touches nothing that is being made or removed.
BEGIN;
SELECT plan(25);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
GRANT helenus_executor TO CURRENT_USER;

INSERT INTO helenus.cluster (cluster_id, name) VALUES ('one', 'One'), ('two', 'Two');
INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
VALUES ('one', 'd', 'local', '/d', '{}', 'local:/d'), ('two', 'd', 'local', '/d', '{}', 'local:/d');
INSERT INTO helenus.node (cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
VALUES ('one', 'h1', '10.0.0.1', '', '', ''), ('one', 'h2', '10.0.0.2', '', '', '');

-- What an agent has found, as the executor writes it down.
CREATE FUNCTION pg_temp.find(
    tag text, host_id text, cluster text DEFAULT 'one', writer text DEFAULT 'Helenus',
    hosts integer DEFAULT 2, absent integer DEFAULT 0, problem text DEFAULT NULL,
    seen timestamptz DEFAULT now()) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO helenus.found_backup (
        cluster_id, destination_id, tag, host_id, manifest_bytes, seen_at, run_key, written_by,
        origin_cluster, origin_cluster_name, node_address, schedule_id, event_time, host_count,
        absent_count, tables, problem)
    VALUES ('one', 'd', tag, host_id, 10, seen, cluster, writer, cluster, initcap(cluster),
        'was-' || host_id, NULL, '2020-01-01 00:00:00Z', hosts, absent,
        '[{"keyspace": "k", "cf": "t", "outcome": "success", "files": 2, "size": 7}]', problem)
    ON CONFLICT (cluster_id, destination_id, tag, host_id) DO UPDATE SET seen_at = EXCLUDED.seen_at;
$$;
CREATE FUNCTION pg_temp.state(tag text) RETURNS text
LANGUAGE sql AS $$
    SELECT copy.status || ' ' || copy.listed || COALESCE(' ' || copy.message, '')
    FROM helenus.backup_copy AS copy
    WHERE copy.cluster_id = 'one' AND copy.tag = state.tag AND copy.destination_id = 'd'
$$;

SET LOCAL ROLE helenus_executor;

-- A backup that the catalog does not know.
SELECT pg_temp.find('whole', 'h1'), pg_temp.find('whole', 'h2');
SELECT pg_temp.find('half', 'h1');
SELECT pg_temp.find('away', 'h1', absent => 1);
SELECT pg_temp.find('bad', 'h1'), pg_temp.find('bad', 'h2', problem => 'h2 cannot be read');
SELECT pg_temp.find('theirs', 'h8', cluster => 'other', hosts => 1);
SELECT pg_temp.find('old', 'h1', cluster => '', writer => 'OpsCenter', hosts => 0);
SELECT pg_temp.find('both', 'h1', hosts => 1), pg_temp.find('both', 'h8', cluster => 'other'),
    pg_temp.find('both', 'h9', cluster => 'other');
SELECT helenus.follow_destination('one', 'd', now());

SELECT is(pg_temp.state('whole'), 'success true', 'a backup that is whole is listed');
SELECT is(
    pg_temp.state('half'), 'partial true the parts of 1 of 2 nodes are there',
    'one that lacks a node''s part is partial, and says so');
SELECT is(
    pg_temp.state('away'), 'partial true 1 of 2 nodes were away at the snapshot',
    'one that was partial when it was made is so still');
SELECT is(
    pg_temp.state('bad'), 'partial true the parts of 1 of 2 nodes are there; h2 cannot be read',
    'a manifest that cannot be read is told');
SELECT is(
    (SELECT event_time FROM helenus.backup WHERE cluster_id = 'one' AND tag = 'whole'),
    '2020-01-01 00:00:00Z'::timestamptz, 'its time is that of the snapshot');
SELECT is(
    (SELECT keyspaces FROM helenus.backup_copy WHERE cluster_id = 'one' AND tag = 'whole'),
    '{"k": {"cfs": ["t"], "nodes": ["was-h1", "was-h2"], "size": 14}}',
    'its keyspaces are summed over its nodes');
SELECT results_eq(
    $$ SELECT host_id, table_name, files, bytes FROM helenus.backup_copy_table
       WHERE cluster_id = 'one' AND tag = 'whole' AND outcome = 'success' ORDER BY host_id $$,
    $$ VALUES ('h1', 't', 2::bigint, 7::bigint), ('h2', 't', 2::bigint, 7::bigint) $$,
    'a restore finds each host''s tables as in a backup of our own');
SELECT is(
    (SELECT origin FROM helenus.backup_copy WHERE cluster_id = 'one' AND tag = 'whole'), NULL,
    'our own backup has no origin');
SELECT is(
    (SELECT origin FROM helenus.backup_copy WHERE cluster_id = 'one' AND tag = 'theirs'),
    '{"cluster": "other", "cluster_name": "Other", "written_by": "Helenus", "hosts": {"h8": "was-h8"}}',
    'another cluster''s backup says whose it is');
SELECT is(
    (SELECT origin ->> 'written_by' FROM helenus.backup_copy WHERE cluster_id = 'one' AND tag = 'old'),
    'OpsCenter', 'one that OpsCenter wrote says so');
SELECT is(pg_temp.state('old'), 'success true', 'and can be restored');
SELECT results_eq(
    $$ SELECT DISTINCT host_id FROM helenus.backup_copy_table
       WHERE cluster_id = 'one' AND tag = 'both' $$,
    $$ VALUES ('h1') $$,
    'where two clusters used one tag, our own nodes'' run is meant, never both together');
SELECT is_empty(
    $$ SELECT FROM helenus.backup WHERE cluster_id = 'two' $$, 'no other cluster''s catalog changes');

-- A second look that finds the same changes nothing.
UPDATE helenus.backup_copy
SET verified_at = now(), verified_mode = 'full', finished_at = now() - interval '1 hour'
WHERE cluster_id = 'one' AND destination_id = 'd';
SELECT helenus.follow_destination('one', 'd', now());
SELECT is(
    (SELECT count(*) FROM helenus.backup_copy
     WHERE cluster_id = 'one' AND verified_mode = 'full' AND listed), 7::bigint,
    'what is found again as it was stays verified');

-- What has gone, and what comes in between.
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, status, destination)
VALUES ('one', '2020-01-01 00:00:00Z', 'whole', 'backup', 'd', 'success', '{}');
UPDATE helenus.backup_copy SET status = 'running', listed = false
WHERE cluster_id = 'one' AND tag = 'away';
INSERT INTO helenus.job (cluster_id, kind, payload)
VALUES ('one', 'delete_backup', '{"tag": "theirs", "destinationID": "d"}');
UPDATE helenus.found_backup SET seen_at = now() - interval '1 day'
WHERE cluster_id = 'one' AND tag IN ('whole', 'away', 'theirs') OR (tag = 'both' AND host_id = 'h1');
SELECT helenus.follow_destination('one', 'd', now());
SELECT is(pg_temp.state('whole'), 'success false', 'what is not there any more is not listed');
SELECT isnt(
    (SELECT deleted_at FROM helenus.backup_copy WHERE cluster_id = 'one' AND tag = 'whole'), NULL,
    'and counts as deleted');
SELECT isnt(
    (SELECT deleted_at FROM helenus.activity_event WHERE cluster_id = 'one' AND backup_id = 'whole'),
    NULL, 'its event says so too');
SELECT is(
    (SELECT document::jsonb ->> 'deleted_at' IS NOT NULL FROM helenus.activity_event
     WHERE cluster_id = 'one' AND backup_id = 'whole'), true, 'as it is answered');
SELECT is(pg_temp.state('away'), 'running false 1 of 2 nodes were away at the snapshot',
    'a copy that is being made is left alone');
SELECT is(pg_temp.state('theirs'), 'success true', 'a copy whose deletion waits is left to that');
SELECT results_eq(
    $$ SELECT host_id FROM helenus.backup_copy_table
       WHERE cluster_id = 'one' AND tag = 'both' ORDER BY host_id $$,
    $$ VALUES ('h8'), ('h9') $$, 'another run of the tag takes the place of one that has gone');

-- What was deleted while the destination was read is not brought back.
UPDATE helenus.backup_copy SET listed = false, deleted_at = now()
WHERE cluster_id = 'one' AND tag = 'half';
SELECT helenus.follow_destination('one', 'd', now() - interval '1 minute');
SELECT is(pg_temp.state('half'), 'partial false the parts of 1 of 2 nodes are there',
    'a copy that was deleted meanwhile is not brought back');
SELECT helenus.follow_destination('one', 'd', now() + interval '1 second');
SELECT is(
    (SELECT count(*) FROM helenus.found_backup WHERE cluster_id = 'one'), 0::bigint,
    'what a later reading does not see is forgotten');

SELECT pg_temp.find('ruin', 'h1', hosts => 1);
SELECT helenus.follow_destination('one', 'd', now());
UPDATE helenus.found_backup SET problem = 'it is cut off' WHERE tag = 'ruin';
UPDATE helenus.backup_copy SET finished_at = now() - interval '1 hour' WHERE tag = 'ruin';
SELECT helenus.follow_destination('one', 'd', now());
SELECT is(pg_temp.state('ruin'), 'error false it is cut off',
    'a backup none of whose manifests can be read is not offered any more');

SELECT set_config('helenus.clusters', 'two', true) AS permitted \gset
SELECT is_empty('SELECT FROM helenus.found_backup', 'nobody sees what others'' destinations hold');
SELECT * FROM finish();
ROLLBACK;
