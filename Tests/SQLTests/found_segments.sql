-- A catalog that was lost learns of commitlog segments from what lies on a destination.
BEGIN;
SELECT plan(10);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SET LOCAL timezone = 'UTC';
GRANT helenus_executor TO CURRENT_USER;
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('one', 'One'), ('two', 'Two');
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, revoked_at)
VALUES
    ('one', 'h1', '10.0.0.1', '', '', '', NULL), ('one', 'h2', '10.0.0.2', '', '', '', NULL),
    ('one', 'gone', '10.0.0.3', '', '', '', now()), ('two', 'h9', '10.0.0.9', '', '', '', NULL);
INSERT INTO helenus.destination (cluster_id, id, provider, path, location_key)
VALUES ('one', 'd', 'local', '/d', 'd'), ('one', 'e', 'local', '/e', 'e');

-- A segment that was found, of so many seconds from that one on.
CREATE FUNCTION pg_temp.find(
    host text, number bigint, began double precision, name text DEFAULT NULL,
    place text DEFAULT 'd') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO helenus.found_segment (
        cluster_id, destination_id, host_id, sequence, segment_name, entry)
    SELECT 'one', place, host, number, segment.name, jsonb_build_object(
        'destination_id', place, 'sequence', number, 'name', segment.name, 'first_write', began,
        'last_write', began + 10, 'outcome', 'stored', 'bytes', 4, 'stored_bytes', 3,
        'sha256', encode(sha256('rows'), 'hex'), 'compressed', true, 'version', '2',
        'stored_at', 1000)
    FROM (SELECT COALESCE(name, 'CommitLog-2-' || number || '.log')) AS segment (name)
$$;
CREATE FUNCTION pg_temp.runs(host text, place text DEFAULT 'd') RETURNS text LANGUAGE sql
RETURN (
    SELECT string_agg(sequence || CASE WHEN follows THEN '' ELSE '|' END, ' ' ORDER BY sequence)
    FROM helenus.pit_segment
    WHERE cluster_id = 'one' AND host_id = host AND destination_id = place);
CREATE FUNCTION pg_temp.learn(place text DEFAULT 'd') RETURNS void LANGUAGE sql
AS $$ SELECT helenus.learn_segments('one', place) $$;

SET LOCAL ROLE helenus_executor;

-- In no order, with one missing between.
SELECT pg_temp.find('h1', 4, 130), pg_temp.find('h1', 2, 110), pg_temp.find('h1', 1, 100),
    pg_temp.find('h1', 5, 140), pg_temp.find('h2', 3, 120);
SELECT is(pg_temp.runs('h1'), NULL, 'before the end of the reading nothing is known');
SELECT pg_temp.learn();
SELECT is(pg_temp.runs('h1'), '1| 2 4| 5', 'then all, with the gap that there is');
SELECT is(pg_temp.runs('h2'), '3|', 'of every node for itself');
SELECT results_eq(
    $$ SELECT segment_name, first_write, last_write, bytes, stored_bytes, sha256, compressed,
           commitlog_version, outcome, problem, stored_at
       FROM helenus.pit_segment WHERE host_id = 'h1' AND sequence = 2 $$,
    $$ VALUES ('CommitLog-2-2.log', '1970-01-01 00:01:50Z'::timestamptz,
           '1970-01-01 00:02:00Z'::timestamptz, 4::bigint, 3::bigint, sha256('rows'), true, '2',
           'stored', NULL::text, '1970-01-01 00:16:40Z'::timestamptz) $$,
    'as an agent would have reported it');
SELECT is_empty(
    $$ SELECT 1 FROM helenus.found_segment $$, 'and nothing is left of the reading');

SELECT pg_temp.find('h1', 3, 120), pg_temp.find('h1', 6, 150);
SELECT pg_temp.learn();
SELECT is(pg_temp.runs('h1'), '1| 2 4| 5', 'of a node that is known the agent tells, nobody else');

-- A ledger that was lost and begun anew, twice.
SELECT pg_temp.find('h1', 1, 100, place => 'e'), pg_temp.find('h1', 2, 110, place => 'e'),
    pg_temp.find('h1', 2, 300, 'CommitLog-2-77.log', place => 'e'),
    pg_temp.find('h1', 3, 310, 'CommitLog-2-78.log', place => 'e'),
    pg_temp.find('h1', 4, 320, 'CommitLog-2-79.log', place => 'e'),
    pg_temp.find('h1', 5, 140, place => 'e'), pg_temp.find('h1', 6, 150, place => 'e');
SELECT pg_temp.learn('e');
SELECT is(
    pg_temp.runs('h1', 'e'), '1| 3| 4 5| 6',
    'a number that two have tells nothing, and none follows where the times do not meet');

SELECT is(
    (SELECT count(*) FROM helenus.found_segment), 0::bigint, 'what tells nothing is not kept either');
RESET ROLE;

PREPARE unarchived AS
SELECT node.host_id
FROM helenus.node AS node
WHERE node.cluster_id = 'one' AND node.revoked_at IS NULL
    AND NOT EXISTS (
        SELECT FROM helenus.pit_segment AS segment
        WHERE segment.cluster_id = node.cluster_id AND segment.host_id = node.host_id
            AND segment.destination_id = 'e')
ORDER BY node.host_id;
SELECT results_eq(
    'unarchived', ARRAY['h2'],
    'asked for are the nodes that the cluster has, and of which nothing is known there');

SELECT set_config('helenus.clusters', '{two}', true) AS permitted \gset
SET LOCAL ROLE helenus_executor;
SELECT is_empty(
    $$ SELECT 1 FROM helenus.pit_segment WHERE cluster_id = 'one' $$,
    'another tenant sees nothing of it');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
