-- What executors may write of a node, and under which key something is sealed.
BEGIN;
SELECT plan(9);

GRANT helenus_api, helenus_executor TO CURRENT_USER;
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('cert_a', 'Cert A'), ('cert_b', 'Cert B');
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
VALUES
    ('cert_a', 'h', '10.0.0.1', 'u', '\x00', '\x01036f6c64ff'),
    ('cert_b', 'h', '10.0.0.2', 'u', '\x00', '\x00');

SELECT isnt(
    (SELECT enrolment_id FROM helenus.node WHERE cluster_id = 'cert_a'),
    (SELECT enrolment_id FROM helenus.node WHERE cluster_id = 'cert_b'),
    'every enrolment has an id of its own');

SELECT results_eq(
    $$ SELECT helenus.sealing_key(sealed) FROM (VALUES
        ('\x01036f6c64ff'::bytea), ('\x01036f6c64'), ('\x0103'), ('\x00'), ('')) AS one (sealed) $$,
    $$ VALUES ('old'), (NULL), (NULL), (NULL), (NULL) $$,
    'a sealed value names its key, and anything else none');

SELECT results_eq(
    $$ SELECT place, cluster_id, id, helenus.sealing_key(sealed) FROM helenus.sealed_value
       WHERE cluster_id LIKE 'cert%' ORDER BY cluster_id $$,
    $$ VALUES ('node', 'cert_a', 'h', 'old'), ('node', 'cert_b', 'h', NULL) $$,
    'what is sealed is found wherever it is');

SELECT is_empty(
    $$ SELECT role.name FROM (VALUES ('helenus_api'), ('helenus_executor'), ('helenus_report'))
           AS role (name)
       WHERE has_table_privilege(role.name, 'helenus.sealed_value', 'SELECT') $$,
    'only the schema''s owner asks for all of it');

SET LOCAL ROLE helenus_executor;
SELECT set_config('helenus.clusters', 'cert_a', true) AS permitted \gset
SELECT lives_ok(
    $$ UPDATE helenus.node SET certificate_serial = 'ab', certificate_expires_at = now() $$,
    'an executor notes a certificate');
SELECT throws_ok(
    $$ UPDATE helenus.node SET enrolment_id = gen_random_uuid() $$, '42501', NULL,
    'and changes no enrolment');
SELECT throws_ok(
    $$ UPDATE helenus.node SET revoked_at = NULL $$, '42501', NULL, 'and lets nobody in again');
SELECT throws_ok(
    $$ UPDATE helenus.node SET certificate_serial = NULL $$, '23514', NULL,
    'a certificate has both a number and an end');

RESET ROLE;
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SELECT results_eq(
    $$ SELECT cluster_id, certificate_serial FROM helenus.node
       WHERE cluster_id LIKE 'cert%' ORDER BY 1 $$,
    $$ VALUES ('cert_a', 'ab'), ('cert_b', NULL) $$, 'in the clusters that are permitted');

SELECT * FROM finish();
ROLLBACK;
