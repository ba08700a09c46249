-- Whoever has read a page of a list learns whether a transaction has changed the lists since.
BEGIN;
SELECT plan(10);
\set unchanged `sed -n '/^-- name: api_lists_unchanged/,/AS first$/p' sql/queries/api.sql`
\set forget `sed -n '/^-- name: execution_forget_list_changes/,/^$/p' sql/queries/execution.sql`
PREPARE unchanged (text, text) AS :unchanged;
PREPARE forget AS :forget;
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('c', 'C'), ('other', 'Other');
SELECT pg_current_xact_id() AS mine, pg_current_xact_id()::text::bigint + 1 AS next \gset

CREATE FUNCTION pg_temp.is_unchanged(cluster text, snapshot text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    answer boolean;
BEGIN
    EXECUTE format('EXECUTE unchanged (%L, %L)', cluster, snapshot) INTO answer;
    RETURN answer;
END
$$;
\set before :mine ':' :mine ':'
\set meanwhile :mine ':' :next ':' :mine
\set after :next ':' :next ':'

SELECT ok(pg_temp.is_unchanged('c', :'before'), 'without a change a page holds');

INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, status, destination, finished_at)
SELECT 'c', now() - number * interval '1 minute', 'tag', 'backup', 'OPSC_ON_SERVER', 'success', '{}', now()
FROM generate_series(1, 10) AS number;
SELECT results_eq(
    'SELECT cluster_id, transaction_id FROM helenus.list_change',
    format('VALUES (%L, %L::xid8)', 'c', :'mine'), 'a transaction is noted once for its cluster');
SELECT ok(NOT pg_temp.is_unchanged('c', :'before'), 'what was read before it does not hold');
SELECT ok(
    NOT pg_temp.is_unchanged('c', :'meanwhile'), 'nor what was read while it had not committed');
SELECT ok(pg_temp.is_unchanged('c', :'after'), 'what was read after it does');
SELECT ok(pg_temp.is_unchanged('other', :'before'), 'and so do the pages of another cluster');

SELECT set_config('helenus.clusters', 'other', true) AS permitted \gset
SET LOCAL ROLE helenus_api;
SELECT is_empty('SELECT * FROM helenus.list_change', 'another cluster does not see the note');
RESET ROLE;

SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.list_change (cluster_id, transaction_id)
SELECT 'c', number::text::xid8 FROM generate_series(1, 1000) AS number;
ANALYZE helenus.list_change;
SET LOCAL plan_cache_mode = force_generic_plan;
SET LOCAL ROLE helenus_api;
CREATE TEMPORARY TABLE plan (line text);
DO $$
DECLARE
    line text;
BEGIN
    FOR line IN EXPLAIN EXECUTE unchanged ('c', '1:1:') LOOP
        INSERT INTO plan VALUES (line);
    END LOOP;
END
$$;
SELECT matches(
    (SELECT string_agg(line, ' ') FROM plan),
    'Index (Only )?Scan using list_change_pkey.*transaction_id >=',
    'only the notes since the page are looked at, by the index');
RESET ROLE;

UPDATE helenus.list_change SET noted_at = now() - interval '25 hours' WHERE transaction_id < '600'::xid8;
SET LOCAL ROLE helenus_executor;
EXECUTE forget;
RESET ROLE;
SELECT is(
    (SELECT min(transaction_id) FROM helenus.list_change), '600'::xid8,
    'notes of more than a day ago are removed');
SELECT ok(NOT pg_temp.is_unchanged('c', :'before'), 'and no others');

SELECT * FROM finish();
ROLLBACK;
