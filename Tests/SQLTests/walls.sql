-- Every table is described, walled by row-level security, and open to nobody who need not be there.
BEGIN;
SELECT plan(17);

-- The tables in question: ours, partitions left out unless they are asked for.
CREATE TEMPORARY VIEW ours AS
SELECT
    class.oid, class.relname, class.relispartition, class.relrowsecurity,
    class.relforcerowsecurity, class.relkind,
    EXISTS (
        SELECT FROM pg_attribute AS attribute
        WHERE attribute.attrelid = class.oid AND attribute.attname = 'cluster_id'
    ) AS is_of_a_cluster
FROM pg_class AS class
WHERE class.relnamespace IN ('helenus'::regnamespace, 'report'::regnamespace)
    AND class.relkind IN ('r', 'p', 'v');

SELECT is_empty(
    $$ SELECT relname FROM ours WHERE obj_description(oid, 'pg_class') IS NULL $$,
    'every table, partition and view has a comment');

SELECT is_empty(
    $$ SELECT ours.relname, attribute.attname
       FROM ours
       JOIN pg_attribute AS attribute ON attribute.attrelid = ours.oid
       WHERE NOT ours.relispartition AND attribute.attnum > 0 AND NOT attribute.attisdropped
           AND col_description(ours.oid, attribute.attnum) IS NULL $$,
    'every column has a comment');

SELECT is_empty(
    $$ SELECT proc.proname FROM pg_proc AS proc
       WHERE proc.pronamespace = 'helenus'::regnamespace
           AND obj_description(proc.oid, 'pg_proc') IS NULL $$,
    'every function has a comment');

SELECT is_empty(
    $$ SELECT relname FROM ours
       WHERE is_of_a_cluster AND relkind <> 'v' AND NOT (relrowsecurity AND relforcerowsecurity) $$,
    'row-level security is forced on every table with a cluster_id, partitions too');

SELECT is_empty(
    $$ SELECT relname FROM ours
       WHERE is_of_a_cluster AND relkind <> 'v' AND NOT relispartition
           AND NOT EXISTS (
               SELECT FROM pg_policies AS policy
               WHERE policy.schemaname = 'helenus' AND policy.tablename = ours.relname
                   AND policy.qual LIKE '%all_clusters_permitted%'
                   AND policy.qual LIKE '%permitted_clusters%'
                   AND policy.cmd = 'ALL') $$,
    'every table with a cluster_id has the policy');

SELECT is_empty(
    $$ SELECT ours.relname, acl.grantee::regrole
       FROM ours
       JOIN pg_class AS class ON class.oid = ours.oid
       CROSS JOIN LATERAL aclexplode(class.relacl) AS acl
       WHERE ours.relispartition AND acl.grantee <> class.relowner $$,
    'nobody has rights on a partition');

SELECT is_empty(
    $$ SELECT ours.relname
       FROM ours
       JOIN pg_constraint AS key ON key.conrelid = ours.oid AND key.contype = 'p'
       JOIN pg_attribute AS attribute
           ON attribute.attrelid = ours.oid AND attribute.attnum = key.conkey[1]
       WHERE ours.is_of_a_cluster AND attribute.attname <> 'cluster_id' $$,
    'every key of a cluster''s table begins with cluster_id');

SELECT is_empty(
    $$ SELECT ours.relname, attribute.attname
       FROM ours
       JOIN pg_attribute AS attribute ON attribute.attrelid = ours.oid
       WHERE attribute.attnum > 0
           AND attribute.atttypid IN ('timestamp'::regtype, 'time'::regtype, 'timetz'::regtype) $$,
    'times are timestamptz');

SELECT is_empty(
    $$ SELECT proc.oid::regprocedure FROM pg_proc AS proc
       WHERE proc.pronamespace = 'helenus'::regnamespace AND proc.prosecdef
           AND (proc.proconfig IS NULL OR NOT EXISTS (
               SELECT FROM unnest(proc.proconfig) AS setting (text)
               WHERE setting.text LIKE 'search_path=pg_catalog%')) $$,
    'a function that runs as its owner fixes its search path');

SELECT is_empty(
    $$ SELECT rolname FROM pg_roles
       WHERE rolname LIKE 'helenus\_%' AND (rolsuper OR rolbypassrls) $$,
    'none of our roles is above row-level security');

SELECT is_empty(
    $$ SELECT ours.relname
       FROM ours
       WHERE has_table_privilege('helenus_report', ours.oid, 'SELECT, INSERT, UPDATE, DELETE')
           AND ours.relname IN (
               SELECT relname FROM pg_class WHERE relnamespace = 'helenus'::regnamespace) $$,
    'the reporting role reads no table of ours');

-- Two clusters, seen as the API's role.
GRANT helenus_api TO CURRENT_USER;
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('wall_a', 'Wall A'), ('wall_b', 'Wall B');
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, destination)
VALUES
    ('wall_a', now(), 'tag', 'backup', 'OPSC_ON_SERVER', '{}'),
    ('wall_b', now(), 'tag', 'backup', 'OPSC_ON_SERVER', '{}');
SET LOCAL ROLE helenus_api;

SELECT set_config('helenus.clusters', 'wall_a', true) AS permitted \gset
SELECT results_eq(
    'SELECT cluster_id FROM helenus.cluster', $$ VALUES ('wall_a') $$,
    'without WHERE the API sees the permitted cluster only');
SELECT results_eq(
    'SELECT cluster_id FROM helenus.activity_event', $$ VALUES ('wall_a') $$,
    'and its events only');
SELECT throws_ok(
    $$ INSERT INTO helenus.request (cluster_id, type) VALUES ('wall_b', 'backup') $$,
    '42501', NULL, 'it writes nothing into another cluster');

SELECT set_config('helenus.clusters', 'wall_a,wall_b', true) AS permitted \gset
SELECT results_eq(
    'SELECT cluster_id FROM helenus.cluster ORDER BY cluster_id',
    $$ VALUES ('wall_a'), ('wall_b') $$, 'two permitted clusters are seen both');

SELECT set_config('helenus.clusters', '', true) AS permitted \gset
SELECT is_empty('SELECT * FROM helenus.cluster', 'nothing permitted, nothing seen');

SELECT throws_ok(
    $$ SELECT count(*) FROM helenus.activity_event_earlier $$,
    '42501', NULL, 'a partition cannot be read past its table');

SELECT * FROM finish();
ROLLBACK;
