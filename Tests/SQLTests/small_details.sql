-- What is kept of a request that has ended, and of its event, is small, however large the cluster is;
-- what those who ask for it need is in it.
BEGIN;
SELECT plan(20);
SELECT set_config('helenus.clusters', '*', true) AS permitted \gset
INSERT INTO helenus.cluster (cluster_id, name) VALUES ('small', 'Small');
INSERT INTO helenus.request (cluster_id, id, type, tag)
SELECT 'small', ('00000000-0000-0000-0000-00000000000' || number)::uuid, 'restore', 't' || number
FROM generate_series(1, 3) AS number;
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, request_id, destination)
SELECT 'small', now(), request.tag, 'restore', 'd', request.id, '{}'
FROM helenus.request AS request WHERE request.cluster_id = 'small';

-- As the progress of so many nodes and tables is written; the last node has failed, at six tables.
CREATE FUNCTION pg_temp.progress(request_id uuid, nodes integer, tables integer) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
    SELECT
        'small', request_id, '10.0.0.' || lpad(node::text, 4, '0'),
        jsonb_build_object(
            'id', request_id || ':' || node, 'cluster_id', NULL, 'started', 1, 'finished', 2,
            'state', CASE WHEN node = nodes THEN 'error' ELSE 'success' END,
            'details', jsonb_build_object(
                'metadata', jsonb_build_object(
                    'created', node < nodes,
                    'errors', CASE WHEN node = nodes
                        THEN jsonb_build_array(repeat('e', 10000)) ELSE '[]' END),
                'rate', 7,
                'scripts', jsonb_build_object('pre_snapshot', jsonb_build_object(
                    'name', 's', 'ending', 'exit 0', 'output', repeat('o', 5000))),
                'sstables', jsonb_build_object('k', (
                    SELECT jsonb_object_agg('table_' || cf, jsonb_build_object(
                        'done_files', 1, 'total_files', 2, 'done_size', 10, 'total_size', 20,
                        'errors', CASE WHEN node = nodes AND cf <= 6
                            THEN jsonb_build_array(repeat('x', 2000), 'second') ELSE '[]' END))
                    FROM generate_series(1, tables) AS cf))))
    FROM generate_series(1, nodes) AS node
$$;

-- As Outcomes ends a request: the event, the request, the progress; then what a restore adds.
CREATE FUNCTION pg_temp.finish(of_request uuid, of_message text, added jsonb) RETURNS void
LANGUAGE sql AS $$
    UPDATE helenus.activity_event AS event
    SET status = 'error', message = of_message, finished_at = now(),
        full_status = helenus.request_document(request) || jsonb_build_object('state', 'error')
    FROM helenus.request AS request
    WHERE event.request_id = of_request AND request.id = of_request;
    UPDATE helenus.request AS request
    SET status = 'error', message = of_message, finished_at = now(),
        details = jsonb_set(
            helenus.request_document(request) -> 'details', '{message}', to_jsonb(of_message))
    WHERE request.id = of_request;
    DELETE FROM helenus.request_progress WHERE request_id = of_request;
    UPDATE helenus.request SET details = details || added WHERE id = of_request;
$$;

CREATE TEMPORARY VIEW kept AS
SELECT request.tag, request.details, request.message, event.full_status, event.document
FROM helenus.request AS request
JOIN helenus.activity_event AS event ON event.request_id = request.id
WHERE request.cluster_id = 'small';

-- A small cluster: nothing changes.
SELECT pg_temp.progress('00000000-0000-0000-0000-000000000001', 3, 10) AS written \gset
SELECT helenus.request_document(request) AS before FROM helenus.request AS request WHERE tag = 't1' \gset
SELECT pg_temp.finish(
    '00000000-0000-0000-0000-000000000001', 'the cause', '{"restore": {"tables": {"k.c": "restored"}}}')
    AS finished \gset
SELECT is(
    details - 'message' - 'restore', (:'before'::jsonb -> 'details') - 'message',
    'small details stay as they were') FROM kept WHERE tag = 't1';
SELECT is(details ->> 'message', 'the cause', 'with the message') FROM kept WHERE tag = 't1';
SELECT is(
    details -> 'restore', '{"tables": {"k.c": "restored"}}', 'and the outcome of a restore')
FROM kept WHERE tag = 't1';

-- A hundred nodes with five hundred tables.
SELECT pg_temp.progress('00000000-0000-0000-0000-000000000002', 100, 500) AS written \gset
SELECT cmp_ok(
    octet_length(helenus.request_document(request)::text), '>', 4000000, 'it is large while it runs')
FROM helenus.request AS request WHERE tag = 't2';
SELECT pg_temp.finish(
    '00000000-0000-0000-0000-000000000002', repeat('m', 100000), jsonb_build_object('restore',
        jsonb_build_object(
            'tables', (
                SELECT jsonb_object_agg(
                    'k.table_' || cf, CASE WHEN cf = 5000 THEN 'emptied' ELSE 'restored' END)
                FROM generate_series(1, 5000) AS cf),
            'unverified', 4, 'unrestored_ranges', '{"k": [["1", "2"]]}'::jsonb)))
    AS finished \gset
SELECT cmp_ok(
    octet_length(details::text), '<=', 65536, 'of a large cluster little is kept with the request')
FROM kept WHERE tag = 't2';
SELECT cmp_ok(octet_length(full_status::text), '<=', 65536, 'and with the event')
FROM kept WHERE tag = 't2';
SELECT cmp_ok(octet_length(document), '<=', 10000, 'whose own document is short')
FROM kept WHERE tag = 't2';
SELECT cmp_ok(octet_length(message), '<=', 5000, 'as is the message') FROM kept WHERE tag = 't2';
SELECT matches(message, '^m+… \(96050 more characters\)$', 'which says that it was cut')
FROM kept WHERE tag = 't2';
SELECT is(details ->> 'message', message, 'the same in the details') FROM kept WHERE tag = 't2';
SELECT is(
    details #> '{subrequests,10.0.0.0001,details,totals}',
    '{"tables": 500, "done_files": 500, "total_files": 1000, "done_size": 5000, "total_size": 10000}',
    'a node that did well has the sums of its tables') FROM kept WHERE tag = 't2';
SELECT is(
    details #> '{subrequests,10.0.0.0001,details,sstables}', '{}', 'and not each of them')
FROM kept WHERE tag = 't2';
SELECT is(
    (SELECT count(*) FROM jsonb_object_keys(
        details #> '{subrequests,10.0.0.0100,details,sstables,k}')), 5::bigint,
    'one that did not has the first of the tables that had errors') FROM kept WHERE tag = 't2';
SELECT is(
    length(details #>> '{subrequests,10.0.0.0100,details,metadata,errors,0}'), 500,
    'and why') FROM kept WHERE tag = 't2';
SELECT is(
    (details #>> '{left_out,subrequests}')::bigint
        + (SELECT count(*) FROM jsonb_object_keys(details -> 'subrequests')), 100::bigint,
    'nodes for which there was no room are counted') FROM kept WHERE tag = 't2';
SELECT is(details #>> '{restore,tables,k.table_5000}', 'emptied',
    'of a restore''s tables those come first that are not restored') FROM kept WHERE tag = 't2';
SELECT is(
    (details #>> '{left_out,restore.tables}')::bigint
        + (SELECT count(*) FROM jsonb_object_keys(details #> '{restore,tables}')), 5000::bigint,
    'and the others are counted') FROM kept WHERE tag = 't2';
SELECT is(
    details #> '{restore,unrestored_ranges}', '{"k": [["1", "2"]]}', 'what has room stays')
FROM kept WHERE tag = 't2';

-- Two thousand nodes, and a member that nobody has thought of.
SELECT pg_temp.progress('00000000-0000-0000-0000-000000000003', 2000, 1) AS written \gset
SELECT pg_temp.finish(
    '00000000-0000-0000-0000-000000000003', 'm', jsonb_build_object('other', repeat('z', 1000000)))
    AS finished \gset
SELECT cmp_ok(octet_length(details::text), '<=', 65536, 'however many nodes there are')
FROM kept WHERE tag = 't3';
SELECT is(details #>> '{left_out,other}', '1', 'what is large and not known is left out, and named')
FROM kept WHERE tag = 't3';

SELECT * FROM finish();
ROLLBACK;
