-- What executors read before a run and write at its stages and its end.

-- name: execution_cluster
SELECT name FROM helenus.cluster WHERE cluster_id = $1

-- name: execution_nodes
SELECT
    host_id, address, agent_url, node_state, staging_free_bytes, sealed_executor_secret,
    extract(epoch FROM last_seen)::bigint AS last_seen,
    COALESCE(last_seen > now() - make_interval(secs => $2::double precision), false) AS is_fresh
FROM helenus.node
WHERE cluster_id = $1 AND revoked_at IS NULL
ORDER BY address, host_id

-- name: execution_destination
SELECT provider, path, settings, sealed_secrets
FROM helenus.destination
WHERE cluster_id = $1 AND id = $2 AND removed_at IS NULL

-- name: execution_copy_tables
SELECT
    part.host_id, part.node_address, part.keyspace_name, part.table_name, part.files, part.bytes
FROM helenus.backup_copy_table AS part
JOIN helenus.backup_copy AS copy USING (cluster_id, tag, destination_id)
WHERE part.cluster_id = $1 AND part.tag = $2 AND part.destination_id = $3
    AND part.outcome = 'success' AND copy.deleted_at IS NULL
ORDER BY part.host_id, part.keyspace_name, part.table_name

-- name: execution_copy_tables_clear
DELETE FROM helenus.backup_copy_table
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3

-- name: execution_copy_tables_add
INSERT INTO helenus.backup_copy_table (
    cluster_id, tag, destination_id, host_id, node_address, keyspace_name, table_name, files,
    bytes, new_bytes, outcome, message)
SELECT
    $1, $2, $3, part.host_id, part.node_address, part.keyspace_name, part.table_name, part.files,
    part.bytes, part.new_bytes, part.outcome, NULLIF(part.message, '')
FROM unnest(
    $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[],
    $11::text[], $12::text[]
) AS part (
    host_id, node_address, keyspace_name, table_name, files, bytes, new_bytes, outcome, message)

-- name: execution_copy_end
WITH parts AS (
    SELECT * FROM helenus.backup_copy_table AS part
    WHERE part.cluster_id = $1 AND part.tag = $2 AND part.destination_id = $3
        AND part.outcome = 'success'
),
by_keyspace AS (
    SELECT
        keyspace_name,
        jsonb_build_object(
            'cfs', to_jsonb(array_agg(DISTINCT table_name)),
            'nodes', to_jsonb(array_agg(DISTINCT node_address)),
            'size', sum(bytes)::bigint) AS entry
    FROM parts
    GROUP BY keyspace_name
),
sums AS (
    SELECT
        COALESCE(sum(files), 0) AS files, COALESCE(sum(bytes), 0) AS bytes,
        COALESCE(sum(new_bytes), 0) AS new_bytes
    FROM parts
)
UPDATE helenus.backup_copy AS copy
SET status = $4, message = $5, stored_bytes = $6::bigint,
    listed = $4 IN ('success', 'partial') AND copy.deleted_at IS NULL,
    finished_at = now(),
    keyspaces = COALESCE((SELECT jsonb_object_agg(keyspace_name, entry) FROM by_keyspace), '{}'),
    files = sums.files, bytes = sums.bytes, new_bytes = sums.new_bytes
FROM sums
WHERE copy.cluster_id = $1 AND copy.tag = $2 AND copy.destination_id = $3
    AND copy.status = 'running'

-- name: execution_copies_call_off
UPDATE helenus.backup_copy
SET status = $3, message = $4, finished_at = now()
WHERE cluster_id = $1 AND tag = $2 AND status = 'running'

-- name: execution_copy_deleted
UPDATE helenus.backup_copy
SET deleted_at = COALESCE(deleted_at, now()), listed = false
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3

-- name: execution_event_keyspaces
UPDATE helenus.activity_event AS event
SET keyspaces = tables.keyspaces
FROM (
    SELECT jsonb_object_agg(keyspace_name, names) AS keyspaces
    FROM (
        SELECT part.keyspace_name, to_jsonb(array_agg(DISTINCT part.table_name)) AS names
        FROM helenus.backup_copy_table AS part
        WHERE part.cluster_id = $1 AND part.tag = $3 AND part.destination_id = $4
            AND part.outcome = 'success'
        GROUP BY part.keyspace_name
    ) AS by_keyspace
) AS tables
WHERE event.cluster_id = $1 AND event.request_id = $2 AND event.destination_id = $4
    AND event.status = 'running' AND tables.keyspaces IS NOT NULL

-- name: execution_event_end
UPDATE helenus.activity_event AS event
SET status = $4, message = $5, full_status = $6, finished_at = now(),
    document = helenus.event_document(
        jsonb_populate_record(
            event, jsonb_build_object('status', $4::text, 'message', $5::text)))
WHERE event.cluster_id = $1 AND event.request_id = $2 AND event.destination_id = $3
    AND event.status = 'running'

-- name: execution_events_call_off
UPDATE helenus.activity_event AS event
SET status = $3, message = $4, full_status = $5, finished_at = now(),
    document = helenus.event_document(
        jsonb_populate_record(
            event, jsonb_build_object('status', $3::text, 'message', $4::text)))
WHERE event.cluster_id = $1 AND event.request_id = $2 AND event.status = 'running'

-- name: execution_event_deleted
UPDATE helenus.activity_event AS event
SET deleted_at = now(),
    document = CASE WHEN event.status <> 'running' THEN
        helenus.event_document(
            jsonb_populate_record(event, jsonb_build_object('deleted_at', now())))
    END
WHERE event.cluster_id = $1 AND event.backup_id = $2 AND event.destination_id = $3
    AND event.type IN ('backup', 'sync') AND event.deleted_at IS NULL

-- name: execution_request_end
WITH nodes AS (
    SELECT progress.node_address, progress.document, count(*) OVER () AS of_all
    FROM helenus.request_progress AS progress
    WHERE progress.cluster_id = $1 AND progress.request_id = $2
)
UPDATE helenus.request AS request
SET status = $3, message = COALESCE($4, ''), finished_at = now(),
    details = jsonb_build_object(
        'message', COALESCE($4, ''),
        'subrequests', COALESCE(
            (SELECT jsonb_object_agg(
                node_address,
                CASE WHEN of_all > 32 THEN document #- '{details,sstables}' ELSE document END)
            FROM nodes),
            '{}'))
WHERE request.cluster_id = $1 AND request.id = $2 AND request.status = 'running'

-- name: execution_progress_write
INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
SELECT $1, $2, part.node_address, part.document::jsonb
FROM unnest($3::text[], $4::text[]) AS part (node_address, document)
ON CONFLICT (cluster_id, request_id, node_address)
DO UPDATE SET document = EXCLUDED.document, updated_at = now()

-- name: execution_progress_clear
DELETE FROM helenus.request_progress WHERE cluster_id = $1 AND request_id = $2

-- name: execution_destination_remove
UPDATE helenus.destination
SET removed_at = now(), updated_at = now()
WHERE cluster_id = $1 AND id = $2 AND removed_at IS NULL

-- name: execution_copy_outcome
SELECT status, deleted_at IS NOT NULL
FROM helenus.backup_copy
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3
