-- What executors read and write besides the queue.

-- name: execution_cluster_name
SELECT name FROM helenus.cluster WHERE cluster_id = $1

-- name: execution_nodes
SELECT
    host_id, address, agent_url,
    COALESCE(last_seen > now() - interval '35 seconds', false) AS reports,
    COALESCE(to_char(last_seen AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS UTC'), 'never') AS seen,
    node_state
FROM helenus.node
WHERE cluster_id = $1 AND revoked_at IS NULL
ORDER BY address

-- name: execution_agent
SELECT agent_url, sealed_executor_secret, enrolment_id
FROM helenus.node
WHERE cluster_id = $1 AND host_id = $2 AND revoked_at IS NULL

-- An agent that has joined anew since it asked asks again.

-- name: execution_put_certificate
UPDATE helenus.node
SET certificate_serial = $4, certificate_expires_at = to_timestamp($5::double precision)
WHERE cluster_id = $1 AND host_id = $2 AND enrolment_id = $3::uuid AND revoked_at IS NULL

-- name: execution_destination
SELECT provider, settings, sealed_secrets
FROM helenus.destination
WHERE cluster_id = $1 AND id = $2

-- A schedule, or the archiving of commitlogs, goes on using it.

-- name: execution_remove_destination
UPDATE helenus.destination SET removed_at = now()
WHERE cluster_id = $1 AND id = $2 AND removed_at IS NULL
    AND NOT EXISTS (
        SELECT FROM helenus.schedule AS schedule
        WHERE schedule.cluster_id = $1 AND schedule.plan -> 'destinations' ? $2)
    AND NOT EXISTS (
        SELECT FROM helenus.pit_configuration AS configuration
        WHERE configuration.cluster_id = $1 AND configuration.enabled
            AND configuration.destinations ? $2)

-- name: execution_finish_copy
UPDATE helenus.backup_copy AS copy
SET status = $4, message = $5, listed = $6::boolean, finished_at = now(),
    deleted_at = CASE WHEN NOT $6::boolean THEN copy.deleted_at END,
    keyspaces = sums.keyspaces, files = sums.files, bytes = sums.bytes,
    new_bytes = sums.new_bytes, stored_bytes = $7::bigint
FROM helenus.copy_sums($1, $2, $3) AS sums
WHERE copy.cluster_id = $1 AND copy.tag = $2 AND copy.destination_id = $3

-- name: execution_abandon_copy
UPDATE helenus.backup_copy
SET status = $4, message = $5, listed = false, finished_at = now()
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3 AND status = 'running'

-- name: execution_abandon_copies
UPDATE helenus.backup_copy AS copy
SET status = 'error', message = $3, listed = false, finished_at = now()
FROM helenus.request AS request
WHERE request.cluster_id = $1 AND request.id = $2 AND request.type IN ('backup', 'sync')
    AND copy.cluster_id = request.cluster_id AND copy.tag = request.tag
    AND request.destinations ? copy.destination_id AND copy.status = 'running'

-- name: execution_abandon_events
UPDATE helenus.activity_event
SET status = 'error', message = $3, finished_at = now()
WHERE cluster_id = $1 AND request_id = $2 AND status = 'running'

-- name: execution_put_drill
UPDATE helenus.backup_copy
SET drill = $4::jsonb
    || jsonb_build_object('time', extract(epoch FROM now())::bigint, 'destination', $3)
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3

-- name: execution_put_copy_tables
INSERT INTO helenus.backup_copy_table (
    cluster_id, tag, destination_id, host_id, node_address,
    keyspace_name, table_name, files, bytes, new_bytes, outcome, message, table_identity)
SELECT $1, $2, $3, $4, $5, part.keyspace, part.cf, part.files, part.size, part.new_size,
    part.outcome, part.message, part.identity
FROM jsonb_to_recordset($6::jsonb) AS part (
    keyspace text, cf text, files bigint, size bigint, new_size bigint, outcome text, message text,
    identity text)
ON CONFLICT (cluster_id, tag, destination_id, host_id, keyspace_name, table_name) DO UPDATE
SET files = EXCLUDED.files, bytes = EXCLUDED.bytes, new_bytes = EXCLUDED.new_bytes,
    outcome = EXCLUDED.outcome, message = EXCLUDED.message,
    table_identity = EXCLUDED.table_identity

-- name: execution_put_backup_host
INSERT INTO helenus.backup_host (cluster_id, tag, host_id, tokens)
VALUES ($1, $2, $3, $4)
ON CONFLICT (cluster_id, tag, host_id) DO UPDATE SET tokens = EXCLUDED.tokens

-- Some nodes may keep the snapshot of an earlier attempt, others take theirs anew.

-- name: execution_begin_snapshot
UPDATE helenus.backup
SET snapshot_began = COALESCE(snapshot_began, clock_timestamp()), snapshot_ended = NULL
WHERE cluster_id = $1 AND tag = $2

-- name: execution_end_snapshot
UPDATE helenus.backup SET snapshot_ended = clock_timestamp()
WHERE cluster_id = $1 AND tag = $2

-- name: execution_put_copy_node
INSERT INTO helenus.backup_copy_node (
    cluster_id, tag, destination_id, host_id, node_address, files, bytes, new_bytes, milliseconds)
SELECT
    $1, $2, $3, $4, $5, COALESCE(sum(part.files), 0), COALESCE(sum(part.size), 0),
    COALESCE(sum(part.new_size), 0), $7::bigint
FROM jsonb_to_recordset($6::jsonb) AS part (files bigint, size bigint, new_size bigint)
ON CONFLICT (cluster_id, tag, destination_id, host_id) DO UPDATE
SET node_address = EXCLUDED.node_address, files = EXCLUDED.files, bytes = EXCLUDED.bytes,
    new_bytes = EXCLUDED.new_bytes, milliseconds = EXCLUDED.milliseconds

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
        WHERE event.type IN ('backup', 'sync') AND copy.cluster_id = event.cluster_id
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

-- name: execution_add_details
UPDATE helenus.request SET details = details || $3::jsonb
WHERE cluster_id = $1 AND id = $2

-- Every node of the cluster, also those that are down: they hold their part of the ring.

-- name: execution_ring
SELECT host_id, datacenter, rack, tokens
FROM helenus.node
WHERE cluster_id = $1 AND revoked_at IS NULL AND last_seen IS NOT NULL
ORDER BY host_id

-- name: execution_replication
SELECT DISTINCT ON (keyspace.name) keyspace.name, keyspace.value -> 'replication'
FROM helenus.node AS node, jsonb_each(node.keyspaces) AS keyspace (name, value)
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL
ORDER BY keyspace.name, node.last_seen DESC NULLS LAST

-- name: execution_put_progress
INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
VALUES ($1, $2, $3, $4)
ON CONFLICT (cluster_id, request_id, node_address) DO UPDATE
SET updated_at = now(),
    -- What scripts said before this executor took over stays.
    document = CASE WHEN request_progress.document #> '{details,scripts}' IS NULL
        THEN EXCLUDED.document
        ELSE jsonb_set(
            EXCLUDED.document, '{details,scripts}',
            request_progress.document #> '{details,scripts}'
                || COALESCE(EXCLUDED.document #> '{details,scripts}', '{}')) END

-- name: execution_clear_progress
DELETE FROM helenus.request_progress WHERE cluster_id = $1 AND request_id = $2

-- One month ahead would do, since executors look every day; every list of events opens all that there are.

-- name: execution_create_partitions
SELECT helenus.create_activity_partitions(3)

-- name: execution_forget_list_changes
DELETE FROM helenus.list_change WHERE noted_at < now() - interval '1 day'

-- name: execution_copy_state
SELECT listed, status, message FROM helenus.backup_copy
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3

-- name: execution_copy_hosts
SELECT DISTINCT host_id, node_address
FROM helenus.backup_copy_table
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3 AND outcome = 'success'
ORDER BY host_id

-- A copy is owed when it failed, the nodes still hold a part of the snapshot that it lacks, and
-- nobody is at it.

-- name: execution_owed_copies
SELECT copy.tag, copy.destination_id, copy.retries
FROM helenus.backup_copy AS copy
JOIN helenus.destination AS destination
    ON destination.cluster_id = copy.cluster_id AND destination.id = copy.destination_id
    AND destination.removed_at IS NULL
JOIN helenus.backup_copy AS source
    ON source.cluster_id = copy.cluster_id AND source.tag = copy.tag
    AND source.destination_id = 'OPSC_ON_SERVER' AND source.listed
WHERE copy.cluster_id = $1 AND copy.status IN ('error', 'partial') AND copy.deleted_at IS NULL
    AND copy.retries < $2::integer
    AND ($3::text IS NULL OR copy.tag = $3)
    AND ($4::text IS NULL OR copy.destination_id = $4)
    AND EXISTS (
        SELECT FROM helenus.backup_copy_table AS held
        WHERE held.cluster_id = copy.cluster_id AND held.tag = copy.tag
            AND held.destination_id = 'OPSC_ON_SERVER' AND held.outcome = 'success'
            AND NOT EXISTS (
                SELECT FROM helenus.backup_copy_table AS sent
                WHERE sent.cluster_id = copy.cluster_id AND sent.tag = copy.tag
                    AND sent.destination_id = copy.destination_id
                    AND sent.host_id = held.host_id AND sent.outcome = 'success'
                    AND sent.keyspace_name = held.keyspace_name
                    AND sent.table_name = held.table_name))
    AND NOT EXISTS (
        SELECT FROM helenus.request AS request
        WHERE request.cluster_id = copy.cluster_id AND request.status = 'running'
            AND request.type = 'sync' AND request.tag = copy.tag
            AND request.destinations ? copy.destination_id)
ORDER BY copy.tag, copy.destination_id

-- Destinations that took nothing in this run are not worth another try at its end.

-- name: execution_failed_destinations
SELECT copy.destination_id
FROM helenus.request AS request
JOIN helenus.backup_copy AS copy
    ON copy.cluster_id = request.cluster_id AND copy.tag = request.tag AND copy.status = 'error'
WHERE request.cluster_id = $1 AND request.id = $2

-- name: execution_copy_retries
SELECT retries FROM helenus.backup_copy
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3

-- name: execution_lock_backup
SELECT tag FROM helenus.backup WHERE cluster_id = $1 AND tag = $2 FOR NO KEY UPDATE

-- name: execution_begin_sync
WITH asked AS (
    INSERT INTO helenus.request (cluster_id, type, tag, keyspaces, destinations)
    VALUES ($1, 'sync', $2, '{}', jsonb_build_array($3::text))
    RETURNING id
),
event AS (
    INSERT INTO helenus.activity_event (
        cluster_id, event_time, backup_id, type, destination_id, request_id, keyspaces,
        destination)
    SELECT
        $1,
        GREATEST(date_trunc('second', now()), (
            SELECT max(earlier.event_time) + interval '1 second'
            FROM helenus.activity_event AS earlier
            WHERE earlier.cluster_id = $1 AND earlier.backup_id = $2
                AND earlier.type = 'sync' AND earlier.destination_id = $3)),
        $2, 'sync', $3, asked.id,
        COALESCE((
            SELECT jsonb_object_agg(keyspace.name, keyspace.value -> 'cfs')
            FROM helenus.backup_copy AS source, jsonb_each(source.keyspaces) AS keyspace (name, value)
            WHERE source.cluster_id = $1 AND source.tag = $2
                AND source.destination_id = 'OPSC_ON_SERVER'), '{}'),
        COALESCE((
            SELECT destination.settings
            FROM helenus.destination AS destination
            WHERE destination.cluster_id = $1 AND destination.id = $3
        ), '{}') || jsonb_build_object('id', $3::text)
    FROM asked
    RETURNING event_time
),
copy AS (
    UPDATE helenus.backup_copy AS copy
    SET retries = copy.retries + 1,
        status = CASE WHEN copy.listed THEN copy.status ELSE 'running' END,
        finished_at = CASE WHEN copy.listed THEN copy.finished_at END
    WHERE copy.cluster_id = $1 AND copy.tag = $2 AND copy.destination_id = $3
    RETURNING copy.transfer
)
SELECT asked.id, extract(epoch FROM event.event_time)::bigint, copy.transfer
FROM asked, event, copy

-- name: execution_sample_part
SELECT sample_part FROM helenus.backup_copy
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3

-- A copy that was deleted meanwhile has lost nothing.

-- name: execution_finish_verification
UPDATE helenus.backup_copy
SET verified_at = now(), verified_mode = $4, problems = $5, unverified = $6::bigint,
    sample_part = COALESCE($7::integer, sample_part)
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3 AND deleted_at IS NULL

-- name: execution_destinations
SELECT id FROM helenus.destination
WHERE cluster_id = $1 AND removed_at IS NULL AND ($2::text IS NULL OR id = $2)
ORDER BY id

-- name: execution_clock
SELECT clock_timestamp()

-- Notes that these parts were seen; answers those that are not known as they are now.

-- name: execution_see_parts
WITH part AS (
    SELECT part.host_id, part.tag, part.manifest_bytes
    FROM jsonb_to_recordset($4::jsonb) AS part (host_id text, tag text, manifest_bytes bigint)
),
known AS (
    UPDATE helenus.found_backup AS found
    SET seen_at = GREATEST(found.seen_at, $3::timestamptz)
    FROM part
    WHERE found.cluster_id = $1 AND found.destination_id = $2
        AND found.tag = part.tag AND found.host_id = part.host_id
        AND found.manifest_bytes = part.manifest_bytes AND found.problem IS NULL
    RETURNING found.host_id, found.tag
)
SELECT part.host_id, part.tag, part.manifest_bytes
FROM part
WHERE NOT EXISTS (
    SELECT FROM known WHERE known.host_id = part.host_id AND known.tag = part.tag)
ORDER BY part.host_id, part.tag

-- name: execution_put_found
INSERT INTO helenus.found_backup (
    cluster_id, destination_id, tag, host_id, manifest_bytes, seen_at, run_key, written_by,
    origin_cluster, origin_cluster_name, node_address, schedule_id, event_time, host_count,
    absent_count, tables, problem, tokens, written_at, selection)
SELECT
    $1, $2, part.tag, part.host_id, part.manifest_bytes, $3::timestamptz, part.run_key,
    part.writer, part.cluster, part.cluster_name, part.node, part.schedule_id,
    to_timestamp(part.time), part.host_count, part.absent_count, part.tables, part.problem,
    COALESCE(part.tokens, '[]'), to_timestamp(part.written), part.selection
FROM jsonb_to_recordset($4::jsonb) AS part (
    tag text, host_id text, manifest_bytes bigint, run_key text, writer text, cluster text,
    cluster_name text, node text, schedule_id text, time bigint, host_count integer,
    absent_count integer, tables jsonb, problem text, tokens jsonb, written bigint,
    selection jsonb)
ON CONFLICT (cluster_id, destination_id, tag, host_id) DO UPDATE
SET manifest_bytes = EXCLUDED.manifest_bytes,
    seen_at = GREATEST(found_backup.seen_at, EXCLUDED.seen_at), run_key = EXCLUDED.run_key,
    written_by = EXCLUDED.written_by, origin_cluster = EXCLUDED.origin_cluster,
    origin_cluster_name = EXCLUDED.origin_cluster_name, node_address = EXCLUDED.node_address,
    schedule_id = EXCLUDED.schedule_id, event_time = EXCLUDED.event_time,
    host_count = EXCLUDED.host_count, absent_count = EXCLUDED.absent_count,
    tables = EXCLUDED.tables, problem = EXCLUDED.problem, tokens = EXCLUDED.tokens,
    written_at = EXCLUDED.written_at, selection = EXCLUDED.selection

-- name: execution_follow_destination
SELECT helenus.follow_destination($1, $2, $3::timestamptz)

-- name: execution_follow_hosts
SELECT helenus.follow_hosts($1, $2)

-- What is left of a reading that did not come to its end.

-- name: execution_forget_segments
DELETE FROM helenus.found_segment WHERE cluster_id = $1 AND destination_id = $2

-- Other clusters' segments on the destination are none of ours.

-- name: execution_unarchived_hosts
SELECT node.host_id
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL
    AND NOT EXISTS (
        SELECT FROM helenus.pit_segment AS segment
        WHERE segment.cluster_id = node.cluster_id AND segment.host_id = node.host_id
            AND segment.destination_id = $2)
ORDER BY node.host_id

-- name: execution_put_segments
INSERT INTO helenus.found_segment (cluster_id, destination_id, host_id, sequence, segment_name, entry)
SELECT
    $1, $2, found.host_id, (found.entry ->> 'sequence')::bigint, found.entry ->> 'name', found.entry
FROM jsonb_to_recordset($3::jsonb) AS found (host_id text, entry jsonb)
ON CONFLICT DO NOTHING

-- name: execution_learn_segments
SELECT helenus.learn_segments($1, $2)
