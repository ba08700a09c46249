-- Who reads which clusters through the schema report, whatever he writes or sets.
BEGIN;
SELECT plan(17);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('read_a', 'A'), ('read_b', 'B');
INSERT INTO helenus.backup (cluster_id, tag, event_time)
VALUES ('read_a', 'tag', now()), ('read_b', 'tag', now());
INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)
VALUES ('read_a', 'tag', 'OPSC_ON_SERVER', 'success', true),
    ('read_b', 'tag', 'OPSC_ON_SERVER', 'success', true);
SELECT set_config('helenus.clusters', '', true) AS permitted \gset

CREATE ROLE report_test_a LOGIN IN ROLE helenus_report;
CREATE ROLE report_test_all LOGIN IN ROLE helenus_report;
CREATE ROLE report_test_nobody LOGIN IN ROLE helenus_report;
INSERT INTO helenus.report_reader (login, clusters)
VALUES ('report_test_a', '{read_a}'), ('report_test_all', '{*}');
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO helenus_report;

-- The views over both clusters: what a reader sees is asked of each of them.
CREATE FUNCTION pg_temp.clusters_seen() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    view_name text;
    seen text[];
    all_seen text[] := '{}';
BEGIN
    FOR view_name IN SELECT viewname FROM pg_views WHERE schemaname = 'report' LOOP
        EXECUTE format('SELECT array_agg(DISTINCT cluster_id) FROM report.%I'
            ' WHERE cluster_id LIKE ''read\_%%''', view_name) INTO seen;
        all_seen := all_seen || COALESCE(seen, '{}');
    END LOOP;
    RETURN (SELECT string_agg(DISTINCT id, ',' ORDER BY id) FROM unnest(all_seen) AS id);
END
$$;
-- As cheap as can be, so that the planner would call it before a filter.
CREATE TEMPORARY TABLE overheard (cluster_id text);
CREATE FUNCTION pg_temp.overhear(cluster_id text) RETURNS boolean
LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
    INSERT INTO overheard VALUES (cluster_id);
    RETURN true;
END
$$;
GRANT INSERT, SELECT ON overheard TO PUBLIC;

SET LOCAL SESSION AUTHORIZATION report_test_a;
SELECT is(pg_temp.clusters_seen(), 'read_a', 'a reader sees his cluster');
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SELECT is(pg_temp.clusters_seen(), 'read_a', 'and no more after SET helenus.clusters = ''*''');
SELECT set_config('helenus.clusters', 'read_b', true) AS permitted \gset
SELECT is(pg_temp.clusters_seen(), 'read_a', 'nor after setting it to another one');
SELECT set_config('helenus.clusters', '', true) AS permitted \gset
SET LOCAL ROLE helenus_report;
SELECT is(pg_temp.clusters_seen(), 'read_a', 'nor as the role that he is a member of');
RESET ROLE;
SELECT is(
    (SELECT count(*) FROM report.backup_history WHERE pg_temp.overhear(cluster_id)), 1::bigint,
    'a function of his own in a condition is called');
SELECT results_eq(
    'SELECT cluster_id FROM overheard', $$ VALUES ('read_a') $$, 'with no row of others');
SELECT throws_ok('SELECT FROM helenus.backup', '42501', NULL, 'he reads no table');
SELECT throws_ok('SELECT FROM helenus.report_reader', '42501', NULL, 'not who may read what');
SELECT throws_ok('SELECT helenus.reported_clusters()', '42501', NULL, 'calls no function of ours');
SELECT throws_ok(
    $$ UPDATE report.backup_history SET tag = '' $$, NULL, NULL, 'writes through no view');
SELECT throws_ok('CREATE TABLE report.mine ()', '42501', NULL, 'and makes nothing');
RESET SESSION AUTHORIZATION;

SET LOCAL SESSION AUTHORIZATION report_test_all;
SELECT is(pg_temp.clusters_seen(), 'read_a,read_b', 'a reader of all clusters sees both');
RESET SESSION AUTHORIZATION;

SET LOCAL SESSION AUTHORIZATION report_test_nobody;
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SELECT is(pg_temp.clusters_seen(), NULL, 'a member that is permitted nothing sees nothing');
RESET SESSION AUTHORIZATION;

SET LOCAL SESSION AUTHORIZATION helenus_api;
SELECT set_config('helenus.clusters', 'read_b', true) AS permitted \gset
SELECT is(
    (SELECT string_agg(cluster_id, ',') FROM report.backup_history), 'read_b',
    'the API sees what its transaction is permitted');
SELECT set_config('helenus.clusters', '', true) AS permitted \gset
SELECT is((SELECT count(*) FROM report.backup_history), 0::bigint, 'and nothing by default');
RESET SESSION AUTHORIZATION;

SELECT is_empty(
    $$ SELECT class.relname, privilege
       FROM pg_class AS class
       CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
       WHERE class.relnamespace = 'report'::regnamespace
           AND has_table_privilege('helenus_report', class.oid, privilege) $$,
    'the reporting role has no right to write');
SELECT is_empty(
    $$ SELECT DISTINCT base.relname
       FROM pg_class AS view
       JOIN pg_rewrite AS rule ON rule.ev_class = view.oid
       JOIN pg_depend AS uses ON uses.classid = 'pg_rewrite'::regclass AND uses.objid = rule.oid
           AND uses.refclassid = 'pg_class'::regclass
       JOIN pg_class AS base ON base.oid = uses.refobjid AND base.relkind IN ('r', 'p')
       WHERE view.relnamespace = 'report'::regnamespace
           AND NOT EXISTS (
               SELECT FROM pg_policies AS policy
               WHERE policy.schemaname = 'helenus' AND policy.tablename = base.relname
                   AND policy.permissive = 'RESTRICTIVE' AND policy.roles = '{helenus_owner}'
                   AND policy.qual LIKE '%reported_clusters%') $$,
    'every table under a view is walled for readers');
SELECT * FROM finish();
ROLLBACK;
