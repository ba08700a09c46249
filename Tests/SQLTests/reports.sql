-- Each view of the schema report and each file of sql/reports, on backups of two clusters that
-- succeeded, failed, ended in part, still run and were deleted. Run from the project's folder.
BEGIN;
SELECT plan(32);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SET LOCAL timezone = 'UTC';

-- Noon in UTC of the day so many days ago.
CREATE FUNCTION pg_temp.noon(days_ago integer) RETURNS timestamptz LANGUAGE sql
RETURN ((now() AT TIME ZONE 'UTC')::date - days_ago + time '12:00') AT TIME ZONE 'UTC';

-- Hours from then to now, as reports print them.
CREATE FUNCTION pg_temp.hours_since(moment timestamptz) RETURNS text LANGUAGE sql
RETURN round((extract(epoch FROM now() - moment) / 3600)::numeric, 1)::text;

INSERT INTO helenus.cluster (cluster_id, name) VALUES ('one', 'One'), ('two', 'Two');
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, keyspaces)
VALUES
    ('one', 'h1', '10.0.0.1', '', '', '', '{"shop": {}, "logs": {}, "system_auth": {}}'),
    ('one', 'h2', '10.0.0.2', '', '', '', '{"shop": {}, "fresh": {}}'),
    ('two', 'h9', '10.0.9.9', '', '', '', '{"shop": {}}');
INSERT INTO helenus.destination (cluster_id, id, provider, path, location_key, removed_at)
VALUES
    ('one', 'd1', 'local', '/backups', 'd1', NULL), ('one', 'd2', 's3', 'bucket/x', 'd2', NULL),
    ('one', 'gone', 'local', '/gone', 'gone', now());
INSERT INTO helenus.schedule (
    cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every, job_params, plan,
    retention)
VALUES ('one', '00000000-0000-0000-0000-000000000001', '2026-01-01', '12:00', 'UTC', -1, '{}', '{}',
    '{"OPSC_ON_SERVER": {"age": 2592000}, "d1": {"keep": {"last": 3}}, "d2": {}}');
INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
SELECT 'one', backup.tag, backup.schedule, backup.event_time
FROM (VALUES
    ('b40', '00000000-0000-0000-0000-000000000001', pg_temp.noon(40)),
    ('b26', '00000000-0000-0000-0000-000000000001', pg_temp.noon(26)),
    ('b3', '00000000-0000-0000-0000-000000000001', pg_temp.noon(3)),
    ('b1', NULL, pg_temp.noon(1)),
    ('today', NULL, pg_temp.noon(0) - interval '12 hours')
) AS backup (tag, schedule, event_time);
INSERT INTO helenus.backup (cluster_id, tag, event_time)
VALUES ('two', 'b1', pg_temp.noon(1)), ('two', 'b3', pg_temp.noon(3));
INSERT INTO helenus.backup_copy (
    cluster_id, tag, destination_id, status, message, keyspaces, files, bytes, new_bytes,
    stored_bytes, listed, started_at, finished_at, deleted_at, problems)
SELECT
    copy.cluster_id, copy.tag, copy.place, copy.status, copy.message, copy.keyspaces, 2,
    copy.bytes, copy.new_bytes, copy.new_bytes / 2, copy.listed, backup.event_time,
    backup.event_time + copy.took, copy.deleted_at, copy.problems
FROM (VALUES
    ('one', 'b40', 'OPSC_ON_SERVER', 'success', NULL, '{"shop": {"size": 50}}'::jsonb,
        50, 0, false, interval '9 s', now(), NULL::jsonb),
    ('one', 'b26', 'OPSC_ON_SERVER', 'success', NULL, '{"shop": {"size": 100}, "logs": {"size": 70}}',
        170, 0, true, '10 s', NULL, NULL),
    ('one', 'b26', 'd1', 'success', NULL, '{"shop": {"size": 100}, "logs": {"size": 70}}',
        170, 170, true, '20 s', NULL, NULL),
    ('one', 'b26', 'gone', 'success', NULL, '{"shop": {"size": 100}}',
        170, 170, true, '20 s', NULL, NULL),
    ('one', 'b3', 'OPSC_ON_SERVER', 'success', NULL, '{"shop": {"size": 300}, "logs": {"size": 60}}',
        360, 0, true, '11 s', NULL, NULL),
    ('one', 'b3', 'd1', 'success', NULL, '{"shop": {"size": 300}, "logs": {"size": 60}}',
        360, 200, true, '30 s', NULL, NULL),
    ('one', 'b3', 'd2', 'success', NULL, '{"shop": {"size": 300}, "logs": {"size": 60}}',
        360, 360, true, '90 s', NULL, '[{"problem": "missing"}]'),
    ('one', 'b1', 'OPSC_ON_SERVER', 'partial', '10.0.0.2 was away', '{"shop": {"size": 150}}',
        150, 0, true, '5 s', NULL, NULL),
    ('one', 'b1', 'd1', 'error', 'disk full', '{}', 0, 0, false, '6 s', NULL, NULL),
    ('one', 'b1', 'd2', 'cancelled', NULL, '{}', 0, 0, false, '7 s', NULL, NULL),
    ('one', 'today', 'OPSC_ON_SERVER', 'success', NULL, '{"shop": {"size": 310}}',
        310, 0, true, '12 s', NULL, NULL),
    ('one', 'today', 'd1', 'running', NULL, '{}', 0, 0, false, NULL, NULL, NULL),
    ('two', 'b3', 'OPSC_ON_SERVER', 'success', NULL, '{"shop": {"size": 7}}',
        7, 0, true, '1 s', NULL, NULL),
    ('two', 'b1', 'OPSC_ON_SERVER', 'error', 'no snapshot', '{}', 0, 0, false, '1 s', NULL, NULL)
) AS copy (cluster_id, tag, place, status, message, keyspaces, bytes, new_bytes, listed, took,
    deleted_at, problems)
JOIN helenus.backup AS backup ON backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag;
INSERT INTO helenus.backup_copy_table (
    cluster_id, tag, destination_id, host_id, node_address, keyspace_name, table_name, files, bytes,
    new_bytes, outcome, message)
VALUES
    ('one', 'b3', 'd1', 'h1', '10.0.0.1', 'shop', 'carts', 1, 100, 40, 'success', NULL),
    ('one', 'b3', 'd1', 'h2', '10.0.0.2', 'shop', 'carts', 1, 200, 60, 'success', NULL),
    ('one', 'b3', 'd1', 'h1', '10.0.0.1', 'logs', 'lines', 2, 60, 100, 'success', NULL),
    ('one', 'b1', 'OPSC_ON_SERVER', 'h1', '10.0.0.1', 'shop', 'carts', 1, 150, 0, 'success', NULL),
    ('one', 'b1', 'OPSC_ON_SERVER', 'h2', '10.0.0.2', 'shop', 'carts', 0, 0, 0, 'error', 'torn'),
    ('two', 'b3', 'OPSC_ON_SERVER', 'h9', '10.0.9.9', 'shop', 'carts', 1, 7, 0, 'success', NULL);
-- Three runs: 100, 100 and 20 bytes a second; the fourth host has two only, too few.
INSERT INTO helenus.backup_copy_node (
    cluster_id, tag, destination_id, host_id, node_address, files, bytes, new_bytes, milliseconds)
SELECT 'one', run.tag, 'OPSC_ON_SERVER', host.id, host.address, 1, 100, 0, host.milliseconds
FROM (VALUES ('b26'), ('b3'), ('today')) AS run (tag)
CROSS JOIN (VALUES
    ('h1', '10.0.0.1', 1000), ('h2', '10.0.0.2', 1000), ('h3', '10.0.0.3', 5000),
    ('h4', '10.0.0.4', 50000), ('h5', '10.0.0.5', NULL)
) AS host (id, address, milliseconds)
WHERE host.id <> 'h4' OR run.tag <> 'b3';
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, status, message, destination,
    finished_at, deleted_at)
SELECT
    copy.cluster_id, backup.event_time, copy.tag, 'backup', copy.destination_id, copy.status,
    copy.message, '{}', copy.finished_at, copy.deleted_at
FROM helenus.backup_copy AS copy
JOIN helenus.backup AS backup ON backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag
WHERE copy.tag <> 'today'
UNION ALL VALUES
    ('one', pg_temp.noon(2), 'b3', 'restore', 'd1', 'error', 'no space', '{}'::jsonb,
        pg_temp.noon(2) + interval '30 s', NULL::timestamptz),
    ('one', pg_temp.noon(1), 'b3', 'restore', 'd1', 'running', NULL, '{}', NULL, NULL),
    ('one', pg_temp.noon(40), 'b40', 'restore', 'OPSC_ON_SERVER', 'success', NULL, '{}',
        pg_temp.noon(40) + interval '61 s', NULL),
    ('two', pg_temp.noon(1), 'b3', 'restore', 'OPSC_ON_SERVER', 'success', NULL, '{}',
        pg_temp.noon(1) + interval '4 s', NULL);
SELECT set_config('helenus.clusters', '', true) AS permitted \gset

-- A reader asks; the files' answers are caught in a file, as psql prints them.
CREATE ROLE report_test_reader LOGIN IN ROLE helenus_report;
INSERT INTO helenus.report_reader (login, clusters) VALUES ('report_test_reader', '{one,two}');
SET LOCAL SESSION AUTHORIZATION report_test_reader;
\set answer `mktemp`

-- The views.
SELECT results_eq(
    $$ SELECT tag, destination_id, destination, status, is_restorable, is_good, seconds, bytes,
           new_bytes, stored_bytes, problems, deleted_at IS NOT NULL
       FROM report.backup_history WHERE cluster_id = 'one' AND tag <> 'b26'
       ORDER BY backup_time, destination_id $$,
    $$ VALUES
        ('b40', 'OPSC_ON_SERVER', 'on the nodes', 'success', false, false, 9::float8, 50::bigint, 0::bigint, 0::bigint, 0, true),
        ('b3', 'OPSC_ON_SERVER', 'on the nodes', 'success', true, true, 11, 360, 0, 0, 0, false),
        ('b3', 'd1', 'local:/backups', 'success', true, true, 30, 360, 200, 100, 0, false),
        ('b3', 'd2', 's3:bucket/x', 'success', true, false, 90, 360, 360, 180, 1, false),
        ('b1', 'OPSC_ON_SERVER', 'on the nodes', 'partial', true, false, 5, 150, 0, 0, 0, false),
        ('b1', 'd1', 'local:/backups', 'error', false, false, 6, 0, 0, 0, 0, false),
        ('b1', 'd2', 's3:bucket/x', 'cancelled', false, false, 7, 0, 0, 0, 0, false),
        ('today', 'OPSC_ON_SERVER', 'on the nodes', 'success', true, true, 12, 310, 0, 0, 0, false),
        ('today', 'd1', 'local:/backups', 'running', false, false, NULL, 0, 0, 0, 0, false) $$,
    'backup_history has a row for each backup and destination, whatever became of it');
SELECT results_eq(
    $$ SELECT tag, destination_id, keyspace_name, table_name, nodes, failed_nodes, files, bytes,
           new_bytes, message
       FROM report.backup_tables WHERE cluster_id = 'one'
       ORDER BY tag, destination_id, keyspace_name $$,
    $$ VALUES
        ('b1', 'OPSC_ON_SERVER', 'shop', 'carts', 2::bigint, 1::bigint, 1::bigint, 150::bigint, 0::bigint, 'torn'),
        ('b3', 'd1', 'logs', 'lines', 1, 0, 2, 60, 100, NULL),
        ('b3', 'd1', 'shop', 'carts', 2, 0, 2, 300, 100, NULL) $$,
    'backup_tables sums over the nodes and says what is not whole');
SELECT results_eq(
    $$ SELECT cluster_id, day - (now() AT TIME ZONE 'UTC')::date, type, events, success, partial,
           error, cancelled, running
       FROM report.daily_outcomes ORDER BY cluster_id, day, type $$,
    $$ VALUES
        ('one', -40, 'backup', 1::bigint, 1::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint),
        ('one', -40, 'restore', 1, 1, 0, 0, 0, 0),
        ('one', -26, 'backup', 3, 3, 0, 0, 0, 0),
        ('one', -3, 'backup', 3, 3, 0, 0, 0, 0),
        ('one', -2, 'restore', 1, 0, 0, 1, 0, 0),
        ('one', -1, 'backup', 3, 0, 1, 1, 1, 0),
        ('one', -1, 'restore', 1, 0, 0, 0, 0, 1),
        ('two', -3, 'backup', 1, 1, 0, 0, 0, 0),
        ('two', -1, 'backup', 1, 0, 0, 1, 0, 0),
        ('two', -1, 'restore', 1, 1, 0, 0, 0, 0) $$,
    'daily_outcomes counts every end, by cluster, day and type');
SELECT results_eq(
    $$ SELECT cluster_id, keyspace_name, is_system, tag, destination_id, sent_tag,
           sent_destination_id
       FROM report.recovery_points ORDER BY cluster_id, keyspace_name $$,
    $$ VALUES
        ('one', 'fresh', false, NULL, NULL, NULL, NULL),
        ('one', 'logs', false, 'b3', 'd1', 'b3', 'd1'),
        ('one', 'shop', false, 'today', 'OPSC_ON_SERVER', 'b3', 'd1'),
        ('one', 'system_auth', true, NULL, NULL, NULL, NULL),
        ('two', 'shop', false, 'b3', 'OPSC_ON_SERVER', NULL, NULL) $$,
    'recovery_points names the newest good backup of each keyspace, there and on destinations');
SELECT results_eq(
    $$ SELECT age, sent_age FROM report.recovery_points
       WHERE cluster_id = 'one' AND keyspace_name = 'shop' $$,
    $$ VALUES (now() - pg_temp.noon(0) + interval '12 hours', now() - pg_temp.noon(3)) $$,
    'with its age');
SELECT is(
    (SELECT count(point_in_time_reach) FROM report.recovery_points), 0::bigint,
    'and no point in time where commitlogs are not archived');
SELECT results_eq(
    $$ SELECT destination_id, (now() AT TIME ZONE 'UTC')::date - day, backups, largest_bytes,
           new_bytes, stored_bytes, deleted
       FROM report.storage_growth WHERE cluster_id = 'one' AND day < (now() AT TIME ZONE 'UTC')::date - 1
       ORDER BY day, destination_id $$,
    $$ VALUES
        ('OPSC_ON_SERVER', 40, 1::bigint, 50::bigint, 0::bigint, 0::bigint, 1::bigint),
        ('OPSC_ON_SERVER', 26, 1, 170, 0, 0, 0), ('d1', 26, 1, 170, 170, 85, 0),
        ('gone', 26, 1, 170, 170, 85, 0),
        ('OPSC_ON_SERVER', 3, 1, 360, 0, 0, 0), ('d1', 3, 1, 360, 200, 100, 0),
        ('d2', 3, 1, 360, 360, 180, 0) $$,
    'storage_growth sums what each day added to each destination');
SELECT results_eq(
    $$ SELECT keyspace_name, (now() AT TIME ZONE 'UTC')::date - day, bytes
       FROM report.keyspace_growth
       WHERE cluster_id = 'one' AND destination_id = 'd1' ORDER BY day, keyspace_name $$,
    $$ VALUES ('logs', 26, 70::bigint), ('shop', 26, 100), ('logs', 3, 60), ('shop', 3, 300) $$,
    'keyspace_growth has the size of each keyspace, day by day');
SELECT results_eq(
    $$ SELECT node_address, files, bytes, new_bytes, seconds, bytes_per_second
       FROM report.node_throughput WHERE cluster_id = 'one' AND tag = 'b3' ORDER BY node_address $$,
    $$ VALUES
        ('10.0.0.1', 1::bigint, 100::bigint, 0::bigint, 1::float8, 100::float8),
        ('10.0.0.2', 1, 100, 0, 1, 100), ('10.0.0.3', 1, 100, 0, 5, 20),
        ('10.0.0.5', 1, 100, 0, NULL, NULL) $$,
    'node_throughput has each node''s time, if its agent told it');
SELECT results_eq(
    $$ SELECT cluster_id, destination_id, host_id, node_address, runs, bytes_per_second,
           cluster_bytes_per_second, times_slower FROM report.slow_nodes $$,
    $$ VALUES ('one', 'OPSC_ON_SERVER', 'h3', '10.0.0.3', 3::bigint, 20::float8, 100::float8, 5::float8) $$,
    'slow_nodes names the one that is slower than the middle one, and none with two runs only');
SELECT results_eq(
    $$ SELECT cluster_id, (now() AT TIME ZONE 'UTC')::date - day, tag, destination_id, status,
           message, seconds
       FROM report.restore_history ORDER BY asked_at, cluster_id $$,
    $$ VALUES
        ('one', 40, 'b40', 'OPSC_ON_SERVER', 'success', NULL, 61::float8),
        ('one', 2, 'b3', 'd1', 'error', 'no space', 30),
        ('one', 1, 'b3', 'd1', 'running', NULL, NULL),
        ('two', 1, 'b3', 'OPSC_ON_SERVER', 'success', NULL, 4) $$,
    'restore_history has every restore');
SELECT results_eq(
    $$ SELECT cluster_id, destination_id, rule, kept_for, keep, last_good_tag
       FROM report.retention_rules ORDER BY destination_id $$,
    $$ VALUES
        ('one', 'OPSC_ON_SERVER', 'age', interval '720 hours', NULL::jsonb, 'b3'),
        ('one', 'd1', 'keep', NULL, '{"last": 3}', 'b3'), ('one', 'd2', 'none', NULL, NULL, NULL) $$,
    'retention_rules has each schedule''s rule for each destination');
SELECT results_eq(
    $$ SELECT tag, destination_id, rule, kept_for, is_last_good, deleted_from
       FROM report.retention_forecast WHERE cluster_id = 'one' ORDER BY backup_time, destination_id $$,
    $$ VALUES
        ('b26', 'OPSC_ON_SERVER', 'age', interval '720 hours', false, pg_temp.noon(26) + interval '720 hours'),
        ('b26', 'd1', 'keep', NULL, false, NULL), ('b26', 'gone', 'none', NULL, false, NULL),
        ('b3', 'OPSC_ON_SERVER', 'age', interval '720 hours', true, NULL),
        ('b3', 'd1', 'keep', NULL, true, NULL), ('b3', 'd2', 'none', NULL, false, NULL),
        ('b1', 'OPSC_ON_SERVER', 'none', NULL, false, NULL),
        ('today', 'OPSC_ON_SERVER', 'none', NULL, false, NULL) $$,
    'retention_forecast knows the schedule''s rules, and that the last good backup stays');

-- The files, of all clusters that the reader may see.
\o :answer
\ir ../../sql/reports/did_every_backup_end_well.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', concat_ws(E'\n',
    'one|b1|on the nodes|partial|10.0.0.2 was away',
    'one|b1|local:/backups|error|disk full',
    'one|b1|s3:bucket/x|cancelled|',
    'two|b1|on the nodes|error|no snapshot'),
    'did_every_backup_end_well: yesterdays that did not');

\o :answer
\ir ../../sql/reports/keyspaces_without_a_good_backup.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', concat_ws(E'\n',
    'one|fresh|none|',
    'one|logs|b3|' || pg_temp.hours_since(pg_temp.noon(3)),
    'two|shop|b3|' || pg_temp.hours_since(pg_temp.noon(3))),
    'keyspaces_without_a_good_backup: none at all first, Cassandras own left out');

\o :answer
\ir ../../sql/reports/outcomes_by_day.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', concat_ws(E'\n',
    (now() AT TIME ZONE 'UTC')::date - 1 || '|backup|0|1|2|1|0',
    (now() AT TIME ZONE 'UTC')::date - 1 || '|restore|1|0|0|0|1',
    (now() AT TIME ZONE 'UTC')::date - 2 || '|restore|0|0|1|0|0',
    (now() AT TIME ZONE 'UTC')::date - 3 || '|backup|4|0|0|0|0'),
    'outcomes_by_day: the newest day first');

\o :answer
\ir ../../sql/reports/restores_of_late.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', concat_ws(E'\n',
    to_char(pg_temp.noon(1), 'YYYY-MM-DD') || ' 12:00:00|one|b3|d1|running||',
    to_char(pg_temp.noon(1), 'YYYY-MM-DD') || ' 12:00:00|two|b3|OPSC_ON_SERVER|success|4|',
    to_char(pg_temp.noon(2), 'YYYY-MM-DD') || ' 12:00:00|one|b3|d1|error|30|no space'),
    'restores_of_late: those of 30 days');

\o :answer
\ir ../../sql/reports/what_grew_most.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', concat_ws(E'\n',
    'one|shop|100|310|210',
    'two|shop|7|7|0',
    'one|logs|70|60|-10'),
    'what_grew_most: from the first whole backup to the last');

\o :answer
\ir ../../sql/reports/what_was_sent_where.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', concat_ws(E'\n',
    'one|d1|2|370|185|360',
    'one|d2|1|360|180|360',
    'one|gone|1|170|85|170'),
    'what_was_sent_where: the destinations, not the nodes');

\o :answer
\ir ../../sql/reports/what_will_be_deleted.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', to_char(pg_temp.noon(26) + interval '30 days', 'YYYY-MM-DD') || ' 12:00|one|b26|OPSC_ON_SERVER|170|age',
    'what_will_be_deleted: within seven days, but not the last good one');

\o :answer
\ir ../../sql/reports/what_would_we_lose_now.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', concat_ws(E'\n',
    'one|fresh|||everything',
    'two|shop|||everything',
    'one|logs|b3|d1|' || pg_temp.hours_since(pg_temp.noon(3)) || ' hours',
    'one|shop|b3|d1|' || pg_temp.hours_since(pg_temp.noon(3)) || ' hours'),
    'what_would_we_lose_now: what is on the nodes alone goes with them');

\o :answer
\ir ../../sql/reports/which_node_slows_us_down.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', 'one|10.0.0.3|capture|3|20|100|5.0'::text,
    'which_node_slows_us_down: the slow one');

\o :answer
\ir ../../sql/reports/what_is_in_a_backup.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', ''::text,
    'what_is_in_a_backup: nothing without a cluster');

-- The same with psql variables.
\set cluster two
\o :answer
\ir ../../sql/reports/did_every_backup_end_well.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', 'two|b1|on the nodes|error|no snapshot'::text,
    'a cluster can be named');

\o :answer
\ir ../../sql/reports/what_would_we_lose_now.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', 'two|shop|||everything'::text,
    'to every report');

\o :answer
\ir ../../sql/reports/what_is_in_a_backup.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', 'OPSC_ON_SERVER|shop|carts|1|1|7|'::text,
    'what_is_in_a_backup: the newest good one of the cluster');

\set cluster one
\set tag b1
\o :answer
\ir ../../sql/reports/what_is_in_a_backup.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', 'OPSC_ON_SERVER|shop|carts|2|1|150|1 not whole: torn'::text,
    'or the one that is named, with what is not whole');

\set hours 100
\o :answer
\ir ../../sql/reports/keyspaces_without_a_good_backup.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', 'one|fresh|none|'::text,
    'hours can be given');

\set rows 1
\o :answer
\ir ../../sql/reports/what_grew_most.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', 'one|shop|100|310|210'::text,
    'and rows');

SELECT (now() AT TIME ZONE 'UTC')::date - 3 AS day \gset
\o :answer
\ir ../../sql/reports/did_every_backup_end_well.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', ''::text,
    'a day on which all ended well has no line');

\set cluster 'x'' OR true OR cluster_id = ''x'
\o :answer
\ir ../../sql/reports/what_would_we_lose_now.sql
\o
\set got `cat :'answer'`
SELECT is(:'got', ''::text,
    'a variable is data, whatever is in it');

\set removed `rm -f :'answer'`
-- A new file needs its test here.
\set untested `for file in sql/reports/*.sql; do grep -qF "${file##*/}" Tests/SQLTests/reports.sql || echo "$file"; done`
SELECT is(:'untested', ''::text, 'every file of sql/reports is run here');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
