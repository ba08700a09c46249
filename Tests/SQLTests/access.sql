-- Accounts and what opens them are seen by nobody who is not permitted all clusters, and the audit
-- log only grows.
BEGIN;
SELECT plan(23);

GRANT helenus_api, helenus_executor, helenus_report TO CURRENT_USER;
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('door_a', 'Door A');
INSERT INTO helenus.account (name, password_hash) VALUES ('ada', '$argon2id$x');
INSERT INTO helenus.account_role VALUES ('ada', 'door_a', 'operator');
INSERT INTO helenus.credential (token_hash, kind, account_name, expires_at)
VALUES
    (sha256('good'), 'session', 'ada', now() + interval '1 hour'),
    (sha256('old'), 'token', 'ada', now() - interval '1 second');
INSERT INTO helenus.login_failure (subject_hash, failures, locked_until)
VALUES (sha256('locked'), 9, now() + interval '7 seconds');
INSERT INTO helenus.audit_log (
    cluster_id, actor, remote_address, http_request_id, method, path, outcome)
VALUES
    ('door_a', 'ada', '10.0.0.9', 'r1', 'POST', '/door_a/backups/run', '200'),
    ('*', 'root', '10.0.0.9', 'r2', 'POST', '/users/ada', '201');

SELECT is_empty(
    $$ SELECT walled.relname
       FROM (VALUES ('account'), ('account_role'), ('credential'), ('login_failure'))
           AS walled (relname)
       LEFT JOIN pg_policies AS policy
           ON policy.schemaname = 'helenus' AND policy.tablename = walled.relname
               AND policy.cmd = 'ALL' AND policy.qual LIKE '%all_clusters_permitted%'
       WHERE policy.policyname IS NULL $$,
    'each of these tables is for all clusters only');

SELECT is_empty(
    $$ SELECT role.name, walled.relname
       FROM (VALUES ('helenus_executor'), ('helenus_report')) AS role (name)
       CROSS JOIN (VALUES ('account'), ('account_role'), ('credential'), ('login_failure'),
           ('audit_log')) AS walled (relname)
       WHERE has_table_privilege(
           role.name, 'helenus.' || walled.relname, 'SELECT, INSERT, UPDATE, DELETE') $$,
    'executors and reports have no business there');

SELECT ok(
    NOT has_table_privilege('helenus_api', 'helenus.audit_log', 'UPDATE, DELETE, TRUNCATE'),
    'the API adds to the audit log and changes nothing in it');

SELECT ok(
    NOT has_function_privilege('helenus_executor', 'helenus.identify(bytea, text)', 'EXECUTE'),
    'only the API asks who calls');

SELECT throws_ok(
    $$ INSERT INTO helenus.account (name, password_hash) VALUES ('eve', 'secret') $$,
    '23514', NULL, 'a password is never kept as it is');

SET LOCAL ROLE helenus_api;
SELECT set_config('helenus.clusters', 'door_a', true) AS permitted \gset
SELECT is_empty(
    $$ SELECT name FROM helenus.account
       UNION ALL SELECT account_name FROM helenus.account_role
       UNION ALL SELECT account_name FROM helenus.credential
       UNION ALL SELECT 'failure' FROM helenus.login_failure $$,
    'a transaction for one cluster sees no account');
SELECT results_eq(
    'SELECT path FROM helenus.audit_log', $$ VALUES ('/door_a/backups/run') $$,
    'and of the audit log what is about its cluster');
SELECT results_eq(
    $$ SELECT account_name, roles, cluster_id FROM helenus.identify(sha256('good'), 'Door A') $$,
    $$ VALUES ('ada', '{"door_a": "operator"}'::jsonb, 'door_a') $$,
    'a session tells its account, its roles and the cluster that was named');
SELECT is(
    current_setting('helenus.clusters'), 'door_a', 'and permits no more than before');
SELECT is_empty(
    $$ SELECT * FROM helenus.identify(sha256('old'), NULL) $$, 'what has expired tells nothing');
SELECT results_eq(
    $$ SELECT password_hash, locked_seconds
       FROM helenus.begin_login('ada', sha256('a'), sha256('locked'), NULL) $$,
    $$ VALUES ('$argon2id$x', 7) $$, 'an address that is locked locks every account for it');
SELECT results_eq(
    $$ SELECT password_hash, locked_seconds
       FROM helenus.begin_login('nobody', sha256('locked'), sha256('b'), NULL) $$,
    $$ VALUES (NULL::text, 7) $$, 'an account that is not there is locked as any other');
SELECT lives_ok(
    $$ SELECT helenus.confirm_caller(sha256('good'), 'ada', 'operator', 'door_a', 'one-request') $$,
    'who is who they were, and still has that role, is confirmed');
SELECT results_eq(
    $$ SELECT current_setting('helenus.clusters'), current_setting('helenus.trace') $$,
    $$ VALUES ('door_a', 'one-request') $$, 'and the transaction sees that cluster, under its trace');
SELECT throws_ok(
    format('SELECT helenus.confirm_caller(%s, %L, %L, %L, %L)', hash, account, role, cluster, ''),
    'HL003', NULL, refused)
FROM (VALUES
    ('sha256(''good'')', 'ada', 'admin', 'door_a', 'not with a role that they have not'),
    ('sha256(''good'')', 'ada', 'viewer', 'door_a', 'nor with a lower one than they have'),
    ('sha256(''good'')', 'ada', 'operator', 'door_b', 'nor on another cluster'),
    ('sha256(''good'')', 'ada', 'operator', '*', 'nor on all'),
    ('sha256(''good'')', 'eve', 'operator', 'door_a', 'nor under another name'),
    ('sha256(''old'')', 'ada', 'operator', 'door_a', 'nor with a session that has expired'),
    ('sha256(''none'')', 'ada', 'operator', 'door_a', 'nor with one that is not known')
) AS claim (hash, account, role, cluster, refused);
SELECT throws_ok(
    $$ DELETE FROM helenus.audit_log $$, '42501', NULL, 'nothing is taken out of the audit log');

SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
DELETE FROM helenus.cluster WHERE cluster_id = 'door_a';
SELECT is_empty(
    'SELECT * FROM helenus.account_role', 'roles on a cluster go with the cluster');

SELECT * FROM finish();
ROLLBACK;
