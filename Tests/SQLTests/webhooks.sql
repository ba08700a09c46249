-- A webhook is told of each backup that did not end well once, in the transaction in which it ended,
-- and of no other cluster's.
BEGIN;
SELECT plan(28);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
SET LOCAL timezone = 'UTC';
GRANT helenus_executor, helenus_api TO CURRENT_USER;
\set claim `sed -n '/^-- name: webhook_claim/,/^-- What came of an attempt/p' sql/queries/webhooks.sql`
\set late `sed -n '/^-- name: webhook_note_late/,/^-- name: webhook_prune/p' sql/queries/webhooks.sql`
\set prune `sed -n '/^-- name: webhook_prune/,$p' sql/queries/webhooks.sql`

INSERT INTO helenus.cluster (cluster_id, name) VALUES ('c', 'C'), ('other', 'Other');
INSERT INTO helenus.webhook (cluster_id, id, url, events, enabled, sealed_secret)
VALUES
    ('c', lpad('1', 32, '0')::uuid, 'https://all', '{backup.failed,backup.partial,backup.late}', true, ''),
    ('c', lpad('2', 32, '0')::uuid, 'https://partial', '{backup.partial}', true, ''),
    ('c', lpad('3', 32, '0')::uuid, 'https://off', '{backup.failed,backup.partial}', false, ''),
    ('other', lpad('4', 32, '0')::uuid, 'https://other', '{backup.failed,backup.partial}', true, '');

CREATE FUNCTION pg_temp.told() RETURNS TABLE (url text, type text, backup text) LANGUAGE sql AS $$
    SELECT webhook.url, delivery.type, delivery.body::jsonb #>> '{data,backup_id}'
    FROM helenus.webhook_delivery AS delivery
    JOIN helenus.webhook AS webhook
        ON webhook.cluster_id = delivery.cluster_id AND webhook.id = delivery.webhook_id
    ORDER BY webhook.url, delivery.type, 3
$$;

-- ── The end of a backup ─────────────────────────────────────────────────────────────────────────

INSERT INTO helenus.request (cluster_id, type, tag, keyspaces)
SELECT 'c', type, tag, '{"shop": ["orders"], "app": []}'
FROM (VALUES
    ('backup', 'failing'), ('backup', 'partly'), ('backup', 'good'), ('backup', 'called_off'),
    ('restore', 'restored')) AS request (type, tag);
INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
VALUES ('c', 'partly', 'a-schedule', now());
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, request_id, destination)
SELECT 'c', now(), 'partly', 'backup', destination_id, request.id, destination
FROM helenus.request AS request, (VALUES
    ('OPSC_ON_SERVER', '{"id": "OPSC_ON_SERVER", "path": "", "provider": "server"}'::jsonb),
    ('d', '{"id": "d", "path": "bucket", "provider": "s3", "access_secret": "********"}'))
    AS place (destination_id, destination)
WHERE request.tag = 'partly';

SAVEPOINT before;
UPDATE helenus.request SET status = 'error', finished_at = now() WHERE tag = 'failing';
SELECT is_empty('SELECT * FROM pg_temp.told()', 'nobody is told before the transaction ends');
ROLLBACK TO SAVEPOINT before;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT * FROM pg_temp.told()', 'nor of what was rolled back');

UPDATE helenus.request SET status = 'success', finished_at = now() WHERE tag = 'good';
UPDATE helenus.request SET status = 'cancelled', finished_at = now() WHERE tag = 'called_off';
UPDATE helenus.request SET status = 'error', finished_at = now() WHERE tag = 'restored';
SELECT is_empty(
    'SELECT * FROM pg_temp.told()',
    'a backup that ended well, or was called off, is not told, nor a restore');

UPDATE helenus.request SET status = 'error', message = 'No node is there.', finished_at = now()
WHERE tag = 'failing';
SELECT results_eq(
    'SELECT * FROM pg_temp.told()', $$ VALUES ('https://all', 'backup.failed', 'failing') $$,
    'one that failed is told to who wants to know it');
UPDATE helenus.request SET status = status, details = '{}' WHERE tag = 'failing';
SELECT is((SELECT count(*) FROM pg_temp.told()), 1::bigint, 'and once');

UPDATE helenus.activity_event
SET status = CASE destination_id WHEN 'd' THEN 'error' ELSE 'success' END,
    message = CASE destination_id WHEN 'd' THEN 'node 10.0.0.1: no space' END, finished_at = now()
WHERE backup_id = 'partly';
UPDATE helenus.request SET status = 'partial', message = 'd: no space', finished_at = now()
WHERE tag = 'partly';
SELECT results_eq(
    $$ SELECT * FROM pg_temp.told() WHERE backup = 'partly' $$,
    $$ VALUES ('https://all', 'backup.partial', 'partly'),
        ('https://partial', 'backup.partial', 'partly') $$,
    'one that ended in part likewise');
SELECT is(
    (SELECT body::jsonb FROM helenus.webhook_delivery WHERE webhook_id = lpad('2', 32, '0')::uuid),
    jsonb_build_object(
        'type', 'backup.partial',
        'timestamp', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'data', jsonb_build_object(
            'cluster_id', 'c', 'request_id', request.id, 'backup_id', 'partly',
            'schedule_id', 'a-schedule', 'status', 'partial', 'message', 'd: no space',
            'started', extract(epoch FROM now())::bigint,
            'finished', extract(epoch FROM now())::bigint,
            'keyspaces', '["app", "shop"]'::jsonb,
            'destinations', jsonb_build_array(
                '{"id": "OPSC_ON_SERVER", "path": "", "provider": "server", "status": "success", "message": null}'::jsonb,
                '{"id": "d", "path": "bucket", "provider": "s3", "status": "error", "message": "node 10.0.0.1: no space"}'::jsonb))),
    'with what it came to on each destination')
FROM helenus.request AS request
WHERE request.tag = 'partly';

-- ── What the API shows ──────────────────────────────────────────────────────────────────────────

SELECT results_eq(
    $$ SELECT document ->> 'url', document ->> 'secret', (document ->> 'pending')::integer,
           document #>> '{last_delivery,status}'
       FROM (SELECT helenus.webhook_document(webhook) AS document
             FROM helenus.webhook AS webhook WHERE cluster_id = 'c' ORDER BY url) AS shown $$,
    $$ VALUES ('https://all', '********', 2, 'pending'), ('https://off', '********', 0, NULL),
        ('https://partial', '********', 1, 'pending') $$,
    'a webhook shows what waits for it, and no secret');

-- ── Whose turn it is ────────────────────────────────────────────────────────────────────────────

INSERT INTO helenus.webhook_delivery (cluster_id, webhook_id, type, occasion, body)
VALUES ('other', lpad('4', 32, '0')::uuid, 'backup.failed', 'x', '{}');
UPDATE helenus.webhook_delivery SET next_attempt_at = now() - interval '1 second'
WHERE webhook_id = lpad('1', 32, '0')::uuid;
SET LOCAL ROLE helenus_executor;
PREPARE claim (double precision, integer, integer) AS :claim;
CREATE FUNCTION pg_temp.plan() RETURNS SETOF text LANGUAGE plpgsql AS
    $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN EXECUTE claim(60, 10, 4)'; END $$;
CREATE FUNCTION pg_temp.claimed(places integer, at_once integer) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
    line record;
BEGIN
    FOR line IN EXECUTE format('EXECUTE claim(60, %s, %s)', places, at_once) LOOP
        RETURN NEXT concat_ws(' ', line.cluster_id, line.url, line.attempts);
    END LOOP;
END
$$;
SELECT results_eq(
    'SELECT * FROM pg_temp.claimed(10, 1) ORDER BY 1', $$ VALUES ('c https://all 1'), ('other https://other 1') $$,
    'of each cluster no more than so many are claimed at once');
SELECT results_eq(
    'SELECT * FROM pg_temp.claimed(10, 2) ORDER BY 1', $$ VALUES ('c https://partial 1') $$,
    'of each webhook one');
SELECT is_empty('SELECT pg_temp.claimed(10, 4)', 'what is claimed is let alone');
UPDATE helenus.webhook_delivery SET claimed_until = now() WHERE claimed_until IS NOT NULL;
SELECT is(
    (SELECT count(*) FROM (SELECT pg_temp.claimed(10, 4)) AS claimed), 3::bigint,
    'until its time is over');
RESET ROLE;
INSERT INTO helenus.webhook_delivery (
    cluster_id, webhook_id, type, occasion, body, status, finished_at)
SELECT 'c', lpad('1', 32, '0')::uuid, 'backup.failed', 'old' || number, '{}', 'delivered',
    now() - interval '31 days'
FROM generate_series(1, 5000) AS number;
ANALYZE helenus.webhook_delivery, helenus.webhook;
SET LOCAL ROLE helenus_executor;
SELECT isnt_empty(
    $$ SELECT plan FROM pg_temp.plan() AS plan WHERE plan LIKE '%webhook_delivery_pending%' $$,
    'it finds what is due by an index, however much was told');
PREPARE prune (integer) AS :prune;
EXECUTE prune(32);
SELECT is((SELECT count(*) FROM helenus.webhook_delivery), 5004::bigint, 'what is young is kept');
EXECUTE prune(30);
SELECT is(
    (SELECT count(*) FROM helenus.webhook_delivery), 4::bigint,
    'what was told long ago goes, what waits stays');

-- ── Late ────────────────────────────────────────────────────────────────────────────────────────

RESET ROLE;
DELETE FROM helenus.webhook_delivery;
-- Every hour since ten days ago; the webhook's grace is two hours.
INSERT INTO helenus.schedule (
    cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit, job_params,
    plan, retention, updated_at)
SELECT
    cluster_id, lpad('7', 32, '0')::uuid, now()::date - 10, '00:00', 'UTC', 1, 'hours', '{}',
    '{"selection": {"keyspaces": {"k": []}}, "destinations": {}}', '{}', now() - interval '9 days'
FROM unnest(ARRAY['c', 'other']) AS cluster_id;
CREATE FUNCTION pg_temp.back_up(tag text, hours integer, outcome text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
    VALUES ('c', tag, lpad('7', 32, '0')::uuid::text,
        date_trunc('hour', now()) - hours * interval '1 hour');
    INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)
    VALUES ('c', tag, 'OPSC_ON_SERVER', 'success', true), ('c', tag, 'd', outcome, outcome = 'success');
$$;
SELECT pg_temp.back_up('t', 5, 'success') \gset
SELECT pg_temp.back_up('u', 1, 'error') \gset
SET LOCAL ROLE helenus_executor;
PREPARE late AS :late;
SELECT results_eq(
    'EXECUTE late',
    $$ SELECT 'c', lpad('1', 32, '0')::uuid, format('late:%s:%s', lpad('7', 32, '0')::uuid,
           extract(epoch FROM date_trunc('hour', now()) - interval '4 hours')::bigint) $$,
    'a schedule is late by the first run due after its newest good backup, and told to who wants it');
SELECT is_empty('EXECUTE late', 'once');
SELECT results_eq(
    $$ SELECT body::jsonb #>> '{data,last_good,backup_id}', body::jsonb #>> '{data,keyspaces}'
       FROM helenus.webhook_delivery $$,
    $$ VALUES ('t', '["k"]') $$, 'with what would be lost');
RESET ROLE;
UPDATE helenus.backup_copy SET status = 'success', listed = true WHERE tag = 'u';
DELETE FROM helenus.webhook_delivery;
SELECT is_empty('EXECUTE late', 'a copy that was sent later after all ends the lateness');
UPDATE helenus.backup_copy SET problems = '[]' WHERE tag = 'u';
SELECT isnt_empty('EXECUTE late', 'one in which a verification found a fault does not count');
UPDATE helenus.backup_copy SET listed = false, deleted_at = now();
UPDATE helenus.schedule SET updated_at = now() - interval '1 hour';
SELECT is_empty('EXECUTE late', 'a schedule that was changed counts from then on');
UPDATE helenus.webhook SET late_grace_seconds = 0;
UPDATE helenus.schedule SET updated_at = now() - interval '2 hours';
SELECT isnt_empty('EXECUTE late', 'that there is no good backup at all is late, too');

-- ── Walls and invariants ────────────────────────────────────────────────────────────────────────

INSERT INTO helenus.webhook_delivery (cluster_id, webhook_id, type, occasion, body)
VALUES ('other', lpad('4', 32, '0')::uuid, 'backup.failed', 'y', '{}');
SET LOCAL ROLE helenus_executor;
SELECT throws_ok(
    $$ UPDATE helenus.webhook SET url = 'https://else' $$, '42501', NULL,
    'an executor switches a webhook off and changes nothing else of it');
RESET ROLE;
SELECT throws_ok(
    $$ INSERT INTO helenus.webhook_delivery (cluster_id, webhook_id, type, occasion, body)
       SELECT cluster_id, webhook_id, type, occasion, body FROM helenus.webhook_delivery $$,
    '23505', NULL, 'no webhook is told of one thing twice');
SELECT throws_ok(
    $$ UPDATE helenus.webhook SET events = '{}' $$, '23514', NULL, 'each is told of something');
SET LOCAL ROLE helenus_api;
SELECT set_config('helenus.clusters', 'other', true) AS permitted \gset
SELECT results_eq(
    'SELECT url FROM helenus.webhook', $$ VALUES ('https://other') $$,
    'without WHERE the API sees the permitted cluster''s webhooks only');
SELECT results_eq(
    'SELECT DISTINCT cluster_id FROM helenus.webhook_delivery', $$ VALUES ('other') $$,
    'and what those were told');
SELECT throws_ok(
    $$ INSERT INTO helenus.webhook (cluster_id, url, events, sealed_secret)
       VALUES ('c', 'https://else', '{backup.late}', '') $$,
    '42501', NULL, 'nor makes one elsewhere');

SELECT * FROM finish();
ROLLBACK;
