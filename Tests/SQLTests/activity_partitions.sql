-- Events find their month, whatever their time, and are read in order without a sort.
BEGIN;
SELECT plan(7);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('months', 'Months');
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, destination)
SELECT 'months', moment, 'tag', 'backup', 'OPSC_ON_SERVER', '{}'
FROM unnest(ARRAY[
    '2001-01-01', now(), now() + interval '9 months', '2999-12-31']::timestamptz[]) AS moment;

SELECT is(
    (SELECT count(*) FROM helenus.activity_event WHERE cluster_id = 'months'), 4::bigint,
    'an event of any time is accepted');
SELECT is(
    (SELECT count(*) FROM helenus.activity_event
     WHERE cluster_id = 'months' AND tableoid = 'helenus.activity_event_later'::regclass),
    2::bigint, 'those beyond the last month lie in the open end');

SELECT helenus.create_activity_partitions(12) > 0 AS created \gset
SELECT ok(:'created', 'months are created ahead');
SELECT is(helenus.create_activity_partitions(12), 0, 'and only once');
SELECT is(
    (SELECT tableoid::regclass::text FROM helenus.activity_event
     WHERE cluster_id = 'months' AND event_time BETWEEN now() + interval '8 months'
         AND now() + interval '10 months'),
    'helenus.activity_event_'
        || to_char((now() + interval '9 months') AT TIME ZONE 'UTC', 'YYYYMM'),
    'what lay in the open end moved to its month');
SELECT is(
    (SELECT count(*) FROM helenus.activity_event WHERE cluster_id = 'months'), 4::bigint,
    'nothing was lost on the way');

SET LOCAL enable_seqscan = off;
SET LOCAL enable_sort = off;
CREATE FUNCTION pg_temp.plan() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXPLAIN
        SELECT document FROM helenus.activity_event
        WHERE cluster_id = 'months'
        ORDER BY event_time DESC, backup_id DESC, type DESC, destination_id DESC
        LIMIT 100
    LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END
$$;
SELECT ok(
    pg_temp.plan() !~ 'Sort|Merge Append' AND pg_temp.plan() ~ 'Index Scan Backward',
    'newest first is read from the index, partition by partition');

SELECT * FROM finish();
ROLLBACK;
