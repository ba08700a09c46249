-- What executors read and write besides the queue.

-- name: execution_cluster_name
SELECT name FROM helenus.cluster WHERE cluster_id = $1

-- name: execution_nodes
SELECT
    host_id, address, agent_url, sealed_executor_secret,
    node_state = 'up' AND last_seen > now() - interval '35 seconds' AS live,
    COALESCE(to_char(last_seen AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS UTC'), 'never') AS seen,
    node_state, staging_free_bytes
FROM helenus.node
WHERE cluster_id = $1 AND revoked_at IS NULL
ORDER BY address

-- name: execution_destination
SELECT provider, settings, sealed_secrets
FROM helenus.destination
WHERE cluster_id = $1 AND id = $2

-- name: execution_remove_destination
UPDATE helenus.destination SET removed_at = now()
WHERE cluster_id = $1 AND id = $2 AND removed_at IS NULL

-- name: execution_finish_copy
UPDATE helenus.backup_copy AS copy
SET status = $4, message = $5, listed = $6::boolean, finished_at = now(),
    keyspaces = COALESCE(sums.keyspaces, '{}'),
    files = COALESCE(sums.files, 0), bytes = COALESCE(sums.bytes, 0),
    new_bytes = COALESCE(sums.new_bytes, 0), stored_bytes = $7::bigint
FROM (
    SELECT
        jsonb_object_agg(keyspace.name, jsonb_build_object(
            'cfs', keyspace.cfs, 'nodes', keyspace.nodes, 'size', keyspace.bytes)) AS keyspaces,
        sum(keyspace.files) AS files,
        sum(keyspace.bytes) AS bytes,
        sum(keyspace.new_bytes) AS new_bytes
    FROM (
        SELECT
            part.keyspace_name AS name,
            jsonb_agg(DISTINCT part.table_name) AS cfs,
            jsonb_agg(DISTINCT part.node_address) AS nodes,
            sum(part.files) AS files, sum(part.bytes) AS bytes, sum(part.new_bytes) AS new_bytes
        FROM helenus.backup_copy_table AS part
        WHERE part.cluster_id = $1 AND part.tag = $2 AND part.destination_id = $3
        GROUP BY part.keyspace_name
    ) AS keyspace
) AS sums
WHERE copy.cluster_id = $1 AND copy.tag = $2 AND copy.destination_id = $3

-- name: execution_abandon_copy
UPDATE helenus.backup_copy
SET status = $4, message = $5, listed = false, finished_at = now()
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3 AND status = 'running'

-- name: execution_abandon_copies
UPDATE helenus.backup_copy AS copy
SET status = 'error', message = $3, listed = false, finished_at = now()
FROM helenus.backup AS backup
WHERE backup.cluster_id = $1 AND backup.request_id = $2
    AND copy.cluster_id = backup.cluster_id AND copy.tag = backup.tag AND copy.status = 'running'

-- name: execution_abandon_events
UPDATE helenus.activity_event
SET status = 'error', message = $3, finished_at = now()
WHERE cluster_id = $1 AND request_id = $2 AND status = 'running'

-- name: execution_put_copy_tables
INSERT INTO helenus.backup_copy_table (
    cluster_id, tag, destination_id, host_id, node_address,
    keyspace_name, table_name, files, bytes, new_bytes, outcome, message)
SELECT $1, $2, $3, $4, $5, part.keyspace, part.cf, part.files, part.size, part.new_size,
    part.outcome, part.message
FROM jsonb_to_recordset($6::jsonb) AS part (
    keyspace text, cf text, files bigint, size bigint, new_size bigint, outcome text, message text)
ON CONFLICT (cluster_id, tag, destination_id, host_id, keyspace_name, table_name) DO UPDATE
SET files = EXCLUDED.files, bytes = EXCLUDED.bytes, new_bytes = EXCLUDED.new_bytes,
    outcome = EXCLUDED.outcome, message = EXCLUDED.message

-- name: execution_copy_tables
SELECT host_id, node_address, keyspace_name, table_name, files, bytes
FROM helenus.backup_copy_table
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3 AND outcome = 'success'
ORDER BY host_id, keyspace_name, table_name

-- name: execution_copy_is_listed
SELECT listed FROM helenus.backup_copy
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3

-- name: execution_delete_copy
UPDATE helenus.backup_copy SET deleted_at = now(), listed = false
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3 AND deleted_at IS NULL

-- name: execution_mark_event_deleted
UPDATE helenus.activity_event SET deleted_at = now()
WHERE cluster_id = $1 AND backup_id = $2 AND destination_id = $3
    AND type IN ('backup', 'sync') AND deleted_at IS NULL

-- name: execution_finish_event
UPDATE helenus.activity_event AS event
SET status = $5, message = $6, finished_at = now(),
    keyspaces = COALESCE((
        SELECT jsonb_object_agg(keyspace.name, keyspace.value -> 'cfs')
        FROM helenus.backup_copy AS copy, jsonb_each(copy.keyspaces) AS keyspace (name, value)
        WHERE event.type = 'backup' AND copy.cluster_id = event.cluster_id
            AND copy.tag = event.backup_id AND copy.destination_id = event.destination_id
    ), event.keyspaces),
    full_status = (
        SELECT helenus.request_document(request) || jsonb_build_object('state', $5::text)
        FROM helenus.request AS request
        WHERE request.cluster_id = $1 AND request.id = $2)
WHERE event.cluster_id = $1 AND event.request_id = $2
    AND event.destination_id = $3 AND event.type = $4 AND event.status = 'running'

-- name: execution_finish_request
UPDATE helenus.request AS request
SET status = $3, message = $4, finished_at = now(),
    details = jsonb_set(
        helenus.request_document(request) -> 'details', '{message}', to_jsonb($4::text))
WHERE cluster_id = $1 AND id = $2 AND status = 'running'

-- name: execution_put_progress
INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
VALUES ($1, $2, $3, $4)
ON CONFLICT (cluster_id, request_id, node_address) DO UPDATE
SET document = EXCLUDED.document, updated_at = now()

-- name: execution_clear_progress
DELETE FROM helenus.request_progress WHERE cluster_id = $1 AND request_id = $2

-- name: execution_create_partitions
SELECT helenus.create_activity_partitions(12)
