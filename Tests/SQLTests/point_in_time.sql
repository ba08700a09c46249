-- The ledger of commitlogs: gapless runs, and how far they let a keyspace be restored.
BEGIN;
SELECT plan(21);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SET LOCAL timezone = 'UTC';
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('one', 'One'), ('two', 'Two');
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, keyspaces)
VALUES
    ('one', 'h1', '10.0.0.1', '', '', '', '{"shop": {}, "fresh": {}}'),
    ('one', 'h2', '10.0.0.2', '', '', '', '{"shop": {}}');
INSERT INTO helenus.destination (cluster_id, id, provider, path, location_key)
VALUES ('one', 'd1', 'local', '/backups', 'd1'), ('one', 'd2', 's3', 'bucket/x', 'd2');
INSERT INTO helenus.backup (cluster_id, tag, event_time) VALUES ('one', 'b', '2026-01-01 12:00Z');
INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, keyspaces, listed)
VALUES ('one', 'b', 'd1', 'success', '{"shop": {"size": 1}}', true);
INSERT INTO helenus.pit_configuration (
    cluster_id, enabled, backup_directory, destinations, sleep, drain_first)
VALUES ('one', true, '/var/tmp', '{"d1": {}, "d2": {}}', 5, true);

-- A segment of that minute after eleven, which begins where the one before it ends.
CREATE FUNCTION pg_temp.archive(host text, place text, number bigint, minute integer) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO helenus.pit_segment (
        cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write,
        bytes, stored_bytes, sha256, outcome)
    VALUES (
        'one', host, place, number, 'CommitLog-2-' || number || '.log',
        timestamptz '2026-01-01 11:00Z' + (minute - 10) * interval '1 minute',
        timestamptz '2026-01-01 11:00Z' + minute * interval '1 minute',
        1, 1, sha256(''), 'stored')
$$;
CREATE FUNCTION pg_temp.reach() RETURNS text LANGUAGE sql
RETURN (
    SELECT to_char(point_in_time_reach, 'HH24:MI')
    FROM report.recovery_points WHERE cluster_id = 'one' AND keyspace_name = 'shop');
CREATE FUNCTION pg_temp.runs(host text, place text) RETURNS text LANGUAGE sql
RETURN (
    SELECT string_agg(sequence || CASE WHEN follows THEN '' ELSE '|' END, ' ' ORDER BY sequence)
    FROM helenus.pit_segment WHERE host_id = host AND destination_id = place);

SELECT is(pg_temp.reach(), NULL, 'without segments there is no reach');
SELECT pg_temp.archive('h1', 'd1', number, number * 10) FROM generate_series(5, 12) AS number;
SELECT is(pg_temp.runs('h1', 'd1'), '5| 6 7 8 9 10 11 12', 'a run is one that begins and those that follow');
SELECT is(pg_temp.reach(), NULL, 'one node''s segments are not enough');
SELECT pg_temp.archive('h2', 'd2', number, number * 10) FROM generate_series(1, 12) AS number;
SELECT is(pg_temp.reach(), NULL, 'nor are those of two nodes on two destinations');
SELECT pg_temp.archive('h2', 'd1', number, number * 10) FROM generate_series(1, 9) AS number;
SELECT is(pg_temp.reach(), '12:30', 'the node that reaches least far decides');
SELECT is(
    (SELECT point_in_time_reach FROM report.recovery_points
     WHERE cluster_id = 'one' AND keyspace_name = 'fresh'), NULL,
    'a keyspace without a backup has no reach');
SELECT pg_temp.archive('h2', 'd1', 11, 110);
SELECT is(pg_temp.runs('h2', 'd1'), '1| 2 3 4 5 6 7 8 9 11|', 'a missing number breaks the run');
SELECT is(pg_temp.reach(), '12:30', 'and ends the reach before it');
UPDATE helenus.pit_segment SET problem = 'its hash is another'
WHERE host_id = 'h1' AND destination_id = 'd1' AND sequence = 8;
SELECT is(pg_temp.reach(), '12:10', 'so does a damaged one');
UPDATE helenus.pit_segment SET problem = 'its hash is another'
WHERE host_id = 'h1' AND destination_id = 'd1' AND sequence = 7;
SELECT is(pg_temp.reach(), NULL, 'nothing is reached where the backup itself is not covered');
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, outcome)
VALUES ('one', 'h2', 'd1', 12, 'CommitLog-2-12.log', '2026-01-01 12:50Z', '2026-01-01 13:00Z', 'lost');
SELECT pg_temp.archive('h2', 'd1', 13, 130);
SELECT is(
    pg_temp.runs('h2', 'd1'), '1| 2 3 4 5 6 7 8 9 11| 12| 13|', 'one that was lost breaks the run twice');
SELECT throws_ok(
    $$ INSERT INTO helenus.pit_segment (
           cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write,
           outcome)
       VALUES ('one', 'h1', 'd1', 20, 'CommitLog-2-20.log', now(), now(), 'stored') $$,
    '23514', NULL, 'what is stored has a size and a hash');

-- What no snapshot needs: all that was written before the oldest, clocks and an hour considered.
CREATE FUNCTION pg_temp.surplus(cluster text) RETURNS text LANGUAGE sql
RETURN (
    SELECT string_agg(host_id || ' ' || destination_id || ' ' || sequence, ', '
        ORDER BY host_id, destination_id, sequence)
    FROM helenus.archive_surplus(cluster, 2));
SELECT is(
    pg_temp.surplus('one'), 'h1 d1 5, h2 d1 1, h2 d1 2, h2 d2 1, h2 d2 2',
    'segments older than the oldest snapshot are not needed, so many of each node and destination');
UPDATE helenus.backup_copy SET backup_time = '2026-01-01 11:16Z';
SELECT is(
    pg_temp.surplus('one'), 'h2 d1 1, h2 d2 1',
    'one that ends within five minutes of it, or after it, is');
UPDATE helenus.backup_copy SET listed = false, status = 'running';
UPDATE helenus.backup SET event_time = '2026-01-01 11:16Z';
SELECT is(
    pg_temp.surplus('one'), 'h2 d1 1, h2 d2 1', 'a snapshot that is being made counts as one');
UPDATE helenus.backup_copy SET status = 'error';
SELECT is(
    (SELECT count(*) FROM helenus.archive_surplus('one', 1000)),
    (SELECT count(*) FROM helenus.pit_segment WHERE cluster_id = 'one'),
    'without any snapshot none is needed');
UPDATE helenus.pit_segment SET first_write = now() - interval '50 minutes',
    last_write = now() - interval '50 minutes';
SELECT is(
    (SELECT count(*) FROM helenus.archive_surplus('one', 1000)), 0::bigint,
    'but for those of the last hour');
SELECT is(
    (SELECT count(*) FROM helenus.archive_surplus('two', 1000)), 0::bigint,
    'another cluster has none');

-- The plan of the question that a check asks, with a hundred thousand segments on a node.
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, bytes,
    stored_bytes, sha256, outcome)
SELECT 'two', 'h9', 'd', number, 'CommitLog-2-' || number || '.log',
    timestamptz '2026-01-01 11:00Z' + number * interval '1 s',
    timestamptz '2026-01-01 11:00Z' + (number + 1) * interval '1 s', 1, 1, sha256(''), 'stored'
FROM generate_series(1, 100000) AS number;
ANALYZE helenus.pit_segment;
SELECT is(
    (SELECT count(*) FROM helenus.pit_segment WHERE cluster_id = 'two' AND NOT follows), 1::bigint,
    'a hundred thousand segments in a row are one run');
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END
$$;
SELECT matches(
    pg_temp.plan_of($$ SELECT sequence FROM helenus.pit_segment
        WHERE cluster_id = 'two' AND host_id = 'h9' AND destination_id = 'd'
            AND first_write <= '2026-01-02 00:00Z'
        ORDER BY first_write DESC, sequence DESC LIMIT 1 $$),
    'using pit_segment_time', 'the segment of a moment is found by the index of times');
SELECT matches(
    pg_temp.plan_of($$ SELECT sequence FROM helenus.pit_segment
        WHERE cluster_id = 'two' AND host_id = 'h9' AND destination_id = 'd' AND sequence > 500
            AND (NOT follows OR outcome = 'lost' OR problem IS NOT NULL)
        ORDER BY sequence LIMIT 1 $$),
    'using pit_segment_breaks', 'and the next break by the index of breaks');

SELECT * FROM finish();
ROLLBACK;
