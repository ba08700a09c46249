-- What is due begins, each run once, by an index however many schedules there are.
BEGIN;
SELECT plan(25);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
GRANT helenus_executor, helenus_api TO CURRENT_USER;
-- The very statement that executors run.
\set fire `sed -n '/^-- name: schedule_fire/,/^-- name: schedule_retention_rules/p' sql/queries/schedules.sql`

-- What the wall clock shows, in a session of that time zone.
CREATE FUNCTION pg_temp.shown(moment timestamptz, zone text) RETURNS timestamp
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('timezone', zone, true);
    RETURN to_char(moment, 'YYYY-MM-DD HH24:MI:SS');
END
$$;
SELECT is_empty(
    $$ SELECT zone.name, moment
       FROM (SELECT name FROM pg_timezone_names WHERE name !~ '^(posix|right)/' OFFSET 0) AS zone
       CROSS JOIN unnest(ARRAY['2026-01-15 12:00Z', '2026-07-15 12:00Z']::timestamptz[]) AS moment
       WHERE pg_temp.shown(moment, zone.name)
           <> moment AT TIME ZONE helenus.zone_with_summer(zone.name) $$,
    'every name of the time zone database means the zone, never an offset of the same name');
SELECT set_config('timezone', 'UTC', true) AS zone \gset
SELECT is(helenus.time_zone_named('europe/berlin'), 'Europe/Berlin', 'a name in any case is found');
SELECT is(helenus.time_zone_named('posix/Europe/Berlin'), NULL, 'another folder''s is not');
SELECT is(helenus.time_zone_named('XYZ+3'), NULL, 'nor is an offset');
SELECT is(
    helenus.next_run('2026-01-01', '00:00', 'Mars/Olympus', 1, 'days', now()), NULL,
    'a zone that has gone is never due, and no error');

INSERT INTO helenus.cluster (cluster_id, name)
SELECT 'c' || number, 'C' || number FROM generate_series(1, 500) AS number;
INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
SELECT 'c' || number, 'd', 'local', '/d', '{"path": "/d"}', 'local:/d'
FROM generate_series(1, 500) AS number;
INSERT INTO helenus.schedule (
    cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit,
    job_params, plan, retention, next_run)
SELECT
    'c' || 1 + number % 500, lpad(to_hex(number), 32, '0')::uuid, '2026-01-01', '02:30', 'Europe/Berlin', 1, 'days', '{}',
    '{"selection": {"keyspaces": {"k": ["t"]}}, "destinations": {"d": {"compressed": true, "deleteAfterwards": false}}}',
    '{}', date_trunc('second', now()) + interval '1 day' + number * interval '1 second'
FROM generate_series(1, 10000) AS number;
INSERT INTO helenus.request (cluster_id, id, type, status, finished_at)
SELECT cluster_id, id, 'earlier', 'success', now() FROM helenus.schedule;
UPDATE helenus.schedule SET last_request_id = id;
ANALYZE helenus.schedule, helenus.cluster, helenus.request, helenus.destination;

SELECT throws_ok(
    $$ UPDATE helenus.schedule SET repeat_every = -1 WHERE cluster_id = 'c1' $$, '23514', NULL,
    'an interval of -1 has no unit');
SELECT throws_ok(
    $$ UPDATE helenus.schedule SET repeat_every = 0 WHERE cluster_id = 'c1' $$, '23514', NULL,
    'and none is 0');

SET LOCAL ROLE helenus_executor;
PREPARE fire (integer) AS :fire;
CREATE FUNCTION pg_temp.plan() RETURNS SETOF text LANGUAGE plpgsql AS
    $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN EXECUTE fire(100)'; END $$;
SELECT is_empty(
    $$ SELECT plan FROM pg_temp.plan() AS plan WHERE plan LIKE '%Seq Scan%' $$,
    'a tick reads no table from end to end');
SELECT isnt_empty(
    $$ SELECT plan FROM pg_temp.plan() AS plan WHERE plan LIKE '%schedule_due%' $$,
    'it finds what is due by its index');

-- Nothing is due.
CREATE TEMPORARY TABLE fired (
    cluster_id text, schedule_id uuid, request_id uuid, due text) ON COMMIT DROP;
SELECT is_empty('EXECUTE fire(100)', 'what is not due yet does not begin');

-- Two are: one a moment ago, one days ago.
UPDATE helenus.schedule SET next_run = date_trunc('second', now()) - interval '5 seconds'
WHERE id = lpad('1', 32, '0')::uuid;
UPDATE helenus.schedule SET next_run = now() - interval '3 days'
WHERE id = lpad('2', 32, '0')::uuid;
SELECT isnt_empty('EXECUTE fire(1)', 'one that is due begins');
SELECT isnt_empty('EXECUTE fire(100)', 'and then the other');
SELECT is_empty('EXECUTE fire(100)', 'each begins once, whatever it has missed');
SELECT results_eq(
    $$ SELECT tag, event_time FROM helenus.backup ORDER BY cluster_id $$,
    $$ SELECT
           'opscenter_00000000-0000-0000-0000-00000000000' || number
               || to_char(moment AT TIME ZONE 'UTC', '_YYYY-MM-DD-HH24-MI-SS') || '-UTC', moment
       FROM (VALUES
           (1, date_trunc('second', now()) - interval '5 seconds'),
           (2, date_trunc('second', now()))) AS run (number, moment)
       ORDER BY number $$,
    'the tag has the time at which it was due, and if that is long ago the time of now');
SELECT results_eq(
    $$ SELECT status, destinations, keyspaces FROM helenus.request WHERE type = 'backup' AND cluster_id = 'c2' $$,
    $$ VALUES ('running', '["OPSC_ON_SERVER", "d"]'::jsonb, '{"k": ["t"]}'::jsonb) $$,
    'it has a request');
SELECT results_eq(
    $$ SELECT destination_id, status, transfer ->> 'compressed' FROM helenus.backup_copy
       WHERE cluster_id = 'c2' ORDER BY destination_id $$,
    $$ VALUES ('OPSC_ON_SERVER', 'running', NULL), ('d', 'running', 'true') $$,
    'and a copy for each destination');
SELECT results_eq(
    $$ SELECT type, destination, keyspaces FROM helenus.activity_event
       WHERE cluster_id = 'c2' ORDER BY destination_id $$,
    $$ VALUES
        ('backup', '{"id": "OPSC_ON_SERVER", "path": "", "provider": "server"}'::jsonb, '{"k": ["t"]}'::jsonb),
        ('backup', '{"id": "d", "path": "/d"}', '{"k": ["t"]}') $$,
    'and their events');
SELECT results_eq(
    $$ SELECT job.kind, job.concurrency_key, job.payload ->> 'scheduleID', job.payload ->> 'tag' = backup.tag,
           job.request_id = backup.request_id
       FROM helenus.job AS job
       JOIN helenus.backup AS backup ON backup.cluster_id = job.cluster_id
       WHERE job.cluster_id = 'c2' $$,
    $$ VALUES ('backup', 'cluster:c2', '00000000-0000-0000-0000-000000000001', true, true) $$,
    'and its job');
SELECT is(
    (SELECT count(*) FROM helenus.schedule WHERE next_run > now()), 10000::bigint,
    'they are due again later');
SELECT results_eq(
    $$ SELECT last_run, last_request_id FROM helenus.schedule WHERE id = lpad('1', 32, '0')::uuid $$,
    $$ SELECT now(), id FROM helenus.request WHERE cluster_id = 'c2' AND type = 'backup' $$,
    'and know their last run');

-- No overlap; and an end of any kind lets the next one begin.
UPDATE helenus.schedule SET next_run = now() WHERE id = lpad('1', 32, '0')::uuid;
SELECT is_empty('EXECUTE fire(100)', 'none begins while the schedule''s last one runs');
UPDATE helenus.request SET status = 'error', finished_at = now()
WHERE cluster_id = 'c2' AND type = 'backup';
SELECT isnt_empty('EXECUTE fire(100)', 'when that has failed, the one that waits begins');

-- Walls.
RESET ROLE;
SET LOCAL ROLE helenus_api;
SELECT set_config('helenus.clusters', 'c7', true) AS permitted \gset
SELECT results_eq(
    'SELECT DISTINCT cluster_id FROM helenus.schedule', $$ VALUES ('c7') $$,
    'without WHERE the API sees the permitted cluster''s schedules only');
SELECT is_empty(
    $$ UPDATE helenus.schedule SET next_run = now() WHERE cluster_id = 'c8' RETURNING id $$,
    'and changes no other''s');
SELECT throws_ok(
    $$ SELECT * FROM helenus.begin_backups('[{"cluster_id": "c8", "event_time": "2026-01-01 00:00:00Z",
        "plan": {"selection": {"keyspaces": {}}, "destinations": {}}}]') $$,
    '42501', NULL, 'nor begins a backup there');

SELECT * FROM finish();
ROLLBACK;
