-- Views of the schema report find their rows by indexes, for readers too, whose rows are filtered.
BEGIN;
SELECT plan(12);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SET LOCAL timezone = 'UTC';
-- Two years of 50 clusters, a backup every three days.
INSERT INTO helenus.cluster (cluster_id, name)
SELECT 'plan_' || cluster, '' FROM generate_series(1, 50) AS cluster;
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, keyspaces)
SELECT 'plan_' || cluster, 'h', '', '', '', '', '{"k": {}}' FROM generate_series(1, 50) AS cluster;
INSERT INTO helenus.destination (cluster_id, id, provider, path, location_key)
SELECT 'plan_' || cluster, 'd', 's3', 'd', 'd' FROM generate_series(1, 50) AS cluster;
INSERT INTO helenus.backup (cluster_id, tag, event_time)
SELECT 'plan_' || cluster, 'tag' || run, now() - run * interval '3 days'
FROM generate_series(1, 50) AS cluster CROSS JOIN generate_series(0, 240) AS run;
INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, keyspaces, listed)
SELECT cluster_id, tag, place, 'success', '{"k": {"size": 1}}', true
FROM helenus.backup CROSS JOIN unnest(ARRAY['OPSC_ON_SERVER', 'd']) AS place
WHERE cluster_id LIKE 'plan\_%';
INSERT INTO helenus.backup_copy_table (
    cluster_id, tag, destination_id, host_id, node_address, keyspace_name, table_name, files, bytes,
    outcome)
SELECT cluster_id, tag, destination_id, 'h', '', 'k', 't', 1, 1, 'success'
FROM helenus.backup_copy WHERE cluster_id LIKE 'plan\_%';
INSERT INTO helenus.backup_copy_node (
    cluster_id, tag, destination_id, host_id, node_address, files, bytes, new_bytes, milliseconds)
SELECT cluster_id, tag, destination_id, 'h', '', 1, 1, 1, 1
FROM helenus.backup_copy WHERE cluster_id LIKE 'plan\_%';
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, status, destination)
SELECT cluster_id, event_time, tag, 'backup', 'd', 'success', '{}'
FROM helenus.backup WHERE cluster_id LIKE 'plan\_%';
ANALYZE helenus.backup, helenus.backup_copy, helenus.backup_copy_table, helenus.backup_copy_node,
    helenus.activity_event;
SELECT set_config('helenus.clusters', '', true) AS permitted \gset
CREATE ROLE report_test_all LOGIN IN ROLE helenus_report;
CREATE ROLE report_test_one LOGIN IN ROLE helenus_report;
INSERT INTO helenus.report_reader (login, clusters)
VALUES ('report_test_all', '{*}'), ('report_test_one', '{plan_7}');

-- The large tables that a query reads from one end to the other.
CREATE FUNCTION pg_temp.read_whole(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    tables text[] := '{}';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        tables := tables || substring(
            line FROM 'Seq Scan on ((?:activity_event_[a-z0-9]+|backup\w*))');
    END LOOP;
    -- Partitions without a row cost nothing.
    RETURN (
        SELECT string_agg(DISTINCT name, ', ' ORDER BY name)
        FROM unnest(tables) AS name
        JOIN pg_class AS class ON class.relname = name AND class.reltuples > 1000);
END
$$;

SELECT is(
    pg_temp.read_whole('SELECT count(*) FROM helenus.activity_event'), 'activity_event_earlier',
    'a table that is read from end to end would be noticed');
SET LOCAL SESSION AUTHORIZATION report_test_all;
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.backup_history WHERE day = current_date - 60 $$),
    NULL, 'backup_history of a day');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.backup_history WHERE cluster_id = 'plan_7'
        ORDER BY backup_time DESC LIMIT 10 $$), NULL, 'backup_history of a cluster');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.backup_tables
        WHERE cluster_id = 'plan_7' AND tag = 'tag3' $$), NULL, 'backup_tables of a backup');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.daily_outcomes WHERE day = current_date - 60 $$),
    NULL, 'daily_outcomes of a day');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.restore_history WHERE cluster_id = 'plan_7' $$),
    NULL, 'restore_history of a cluster');
SELECT is(
    pg_temp.read_whole('SELECT * FROM report.recovery_points'), NULL,
    'recovery_points of all clusters');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.storage_growth WHERE day = current_date - 60 $$),
    NULL, 'storage_growth of a day');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.keyspace_growth WHERE day = current_date - 60 $$),
    NULL, 'keyspace_growth of a day');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.node_throughput WHERE day = current_date - 60 $$),
    NULL, 'node_throughput of a day');
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.retention_forecast WHERE cluster_id = 'plan_7' $$),
    NULL, 'retention_forecast of a cluster');
RESET SESSION AUTHORIZATION;
SET LOCAL SESSION AUTHORIZATION report_test_one;
SELECT is(
    pg_temp.read_whole($$ SELECT * FROM report.daily_outcomes WHERE day = current_date - 60 $$),
    NULL, 'a reader of one cluster: daily_outcomes of a day');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
