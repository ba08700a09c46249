-- What GET backups reads is at every commit what would be rendered then.
BEGIN;
SELECT plan(30);
\set filtered `sed -n '/^-- name: api_backups_filtered/,/^-- name: api_copy_listed/p' sql/queries/api.sql`
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
GRANT helenus_executor, helenus_api TO CURRENT_USER;

CREATE FUNCTION pg_temp.list(tag text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT ('{' || listing.document || '}')::jsonb -> listing.tag
    FROM helenus.backup_listing AS listing
    WHERE listing.cluster_id = 'c' AND listing.tag = list.tag
$$;
-- The backups whose row is not what would be rendered now, of all clusters.
CREATE FUNCTION pg_temp.untrue() RETURNS TABLE (cluster_id text, tag text) LANGUAGE sql AS $$
    SELECT cluster_id, tag
    FROM helenus.backup_listing AS listing
    FULL JOIN (
        SELECT backup.cluster_id, backup.tag, backup.event_time, backup.schedule_id, shown.document
        FROM helenus.backup AS backup
        CROSS JOIN LATERAL helenus.backup_document(
            backup.cluster_id, backup.tag, backup.event_time, backup.schedule_id) AS shown
    ) AS rendered USING (cluster_id, tag)
    WHERE (listing.event_time, listing.schedule_id, listing.document)
        IS DISTINCT FROM (rendered.event_time, rendered.schedule_id, rendered.document)
$$;

INSERT INTO helenus.cluster (cluster_id, name) VALUES ('c', 'C'), ('other', 'Other');
INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
VALUES ('c', 'a', NULL, to_timestamp(1000)), ('c', 'b', 's', to_timestamp(2000)),
    ('other', 'a', NULL, to_timestamp(1000));
INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, keyspaces)
VALUES ('c', 'a', 'OPSC_ON_SERVER', '{"k": {"size": 1}}'), ('c', 'a', 'x', '{"k": {"size": 1}}'),
    ('c', 'b', 'x', '{}'), ('other', 'a', 'x', '{}');
SET CONSTRAINTS ALL IMMEDIATE;

SELECT is_empty('SELECT * FROM helenus.backup_listing', 'copies that are being made are not listed');

-- As an executor, which has no rights on the table itself.
SET LOCAL ROLE helenus_executor;
SELECT throws_ok(
    $$ SELECT FROM helenus.backup_listing $$, '42501', NULL,
    'who changes copies neither reads the lists nor writes them');
SELECT set_config('helenus.clusters', 'c', true) AS permitted \gset
UPDATE helenus.backup_copy SET status = 'success', listed = true
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
RESET ROLE;
SELECT is(
    (SELECT document FROM helenus.backup_listing),
    '"a":{"id": "adhoc", "time": 1000, "destinations": ["x"], "keyspaces": {"k": {"size": 1}}}',
    'a copy that is listed is a member of the answer');
SELECT is_empty('SELECT * FROM pg_temp.untrue()', 'which is what is rendered');

UPDATE helenus.backup_copy SET status = 'success', listed = true, keyspaces = '{"new": {}}'
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'OPSC_ON_SERVER';
SELECT is(
    pg_temp.list('a'),
    '{"id": "adhoc", "time": 1000, "destinations": ["OPSC_ON_SERVER", "x"], "keyspaces": {"new": {}}}',
    'so is a second one, and the copy on the nodes says what is in the backup');

UPDATE helenus.backup_copy
SET verified_at = to_timestamp(7), verified_mode = 'full', unverified = 2
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(pg_temp.list('a') ->> 'verified_at', '7', 'a verification is');
UPDATE helenus.backup_copy SET problems = '[{"node": "n"}]'
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(
    pg_temp.list('a') #> '{verified,x,problems}', '[{"node": "n"}]', 'and what it found');
UPDATE helenus.backup_copy SET unverified = 3
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(pg_temp.list('a') ->> 'unverified', '3', 'and what it could not prove');
UPDATE helenus.backup_copy SET drill = '{"time": 5, "outcome": "success"}'
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(pg_temp.list('a') #>> '{drill,outcome}', 'success', 'a drill is');
UPDATE helenus.backup_copy SET origin = '{"written_by": "OpsCenter"}'
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(pg_temp.list('a') ->> 'written_by', 'OpsCenter', 'and who wrote it');
UPDATE helenus.backup_copy SET keyspaces = '{"newer": {}}'
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'OPSC_ON_SERVER';
SELECT is(pg_temp.list('a') -> 'keyspaces', '{"newer": {}}', 'and other keyspaces');
SELECT is_empty('SELECT * FROM pg_temp.untrue()', 'all of which is what is rendered');

SELECT ctid AS place FROM helenus.backup_listing WHERE tag = 'a' \gset
UPDATE helenus.backup_copy SET sample_part = 9, retries = 3, bytes = 4, transfer = '{}'
WHERE cluster_id = 'c' AND tag = 'a';
SELECT is(
    (SELECT ctid FROM helenus.backup_listing WHERE tag = 'a'), :'place'::tid,
    'what is not shown writes nothing');

-- Two changes, one of which is taken back.
SAVEPOINT tried;
UPDATE helenus.backup_copy SET keyspaces = '{"wrong": {}}'
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'OPSC_ON_SERVER';
ROLLBACK TO SAVEPOINT tried;
SELECT is(pg_temp.list('a') -> 'keyspaces', '{"newer": {}}', 'what is rolled back was never listed');

INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed, keyspaces)
VALUES ('c', 'b', 'y', 'partial', true, '{"b": {}}');
SELECT is(pg_temp.list('b') ->> 'id', 's', 'a copy that was found is listed, with its schedule');
UPDATE helenus.backup SET schedule_id = NULL, event_time = to_timestamp(500)
WHERE cluster_id = 'c' AND tag = 'b';
SELECT is(
    (SELECT (event_time, schedule_id, pg_temp.list('b') ->> 'time')::text
        FROM helenus.backup_listing WHERE tag = 'b'),
    (to_timestamp(500), NULL::text, '500')::text, 'a backup that changes itself is listed so');

-- At commit.
SET CONSTRAINTS ALL DEFERRED;
UPDATE helenus.backup_copy SET listed = false, deleted_at = now()
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'OPSC_ON_SERVER';
UPDATE helenus.backup_copy SET verified_at = to_timestamp(8)
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(
    pg_temp.list('a') -> 'keyspaces', '{"newer": {}}', 'nothing is rendered before the commit');
SELECT set_config('helenus.clusters', '', true) AS permitted \gset
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is(
    current_setting('helenus.clusters'), '', 'what a transaction may see is not changed by it');
SELECT is(
    pg_temp.list('a') - 'verified', '{"id": "adhoc", "time": 1000, "destinations": ["x"],
    "keyspaces": {"k": {"size": 1}}, "verified_at": 8, "verified_mode": "full", "unverified": 3,
    "problems": [{"node": "n"}], "drill": {"time": 5, "outcome": "success"},
    "written_by": "OpsCenter"}'::jsonb,
    'and then whatever the transaction may see by that time');
SELECT is_empty('SELECT * FROM pg_temp.untrue()', 'as it is rendered');

-- As the API, of one cluster.
UPDATE helenus.backup_copy SET status = 'success', listed = true WHERE cluster_id = 'other';
PREPARE filtered (text, text, bigint, integer, text, text) AS :filtered;
SET LOCAL ROLE helenus_api;
SELECT set_config('helenus.clusters', 'c', true) AS permitted \gset
SELECT results_eq(
    'SELECT cluster_id, tag FROM helenus.backup_listing ORDER BY tag',
    $$ VALUES ('c', 'a'), ('c', 'b') $$, 'another cluster''s backups are not there');
SELECT throws_ok(
    $$ UPDATE helenus.backup_listing SET document = '' $$, '42501', NULL, 'and nobody writes them');
SELECT results_eq(
    $$ EXECUTE filtered('c', NULL, NULL, NULL, 'y', NULL) $$,
    $$ VALUES ('"b":{"id": "adhoc", "time": 500, "destinations": ["y"], "keyspaces": {"b": {}}}') $$,
    'one destination''s copies are rendered when they are asked for');
SELECT results_eq(
    $$ EXECUTE filtered('c', NULL, NULL, NULL, NULL, 'b') $$,
    $$ VALUES ('"b":{"id": "adhoc", "time": 500, "destinations": ["y"], "keyspaces": {"b": {}}}') $$,
    'and one keyspace''s');
RESET ROLE;

SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
UPDATE helenus.backup_copy SET listed = false, deleted_at = now()
WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(pg_temp.list('a'), NULL, 'without a listed copy there is no row');
UPDATE helenus.backup_copy SET listed = true, deleted_at = NULL WHERE cluster_id = 'c' AND tag = 'a';
SELECT is(
    jsonb_array_length(pg_temp.list('a') -> 'destinations'), 2, 'and with copies again one again');
DELETE FROM helenus.backup_copy WHERE cluster_id = 'c' AND tag = 'a' AND destination_id = 'x';
SELECT is(
    pg_temp.list('a') -> 'destinations', '["OPSC_ON_SERVER"]', 'a copy whose row goes is not listed');
SELECT is_empty('SELECT * FROM pg_temp.untrue()', 'every row is what is rendered');
DELETE FROM helenus.backup WHERE cluster_id = 'c' AND tag = 'a';
SELECT results_eq(
    'SELECT cluster_id, tag FROM helenus.backup_listing ORDER BY tag',
    $$ VALUES ('other', 'a'), ('c', 'b') $$, 'a backup whose row goes is not listed');
SET LOCAL ROLE helenus_api;
DELETE FROM helenus.cluster WHERE cluster_id = 'c';
RESET ROLE;
SELECT results_eq(
    'SELECT cluster_id, tag FROM helenus.backup_listing', $$ VALUES ('other', 'a') $$,
    'nor are those of a cluster that is removed');

SELECT * FROM finish();
ROLLBACK;
