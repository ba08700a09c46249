-- What the API's workers read and write. Answers come as JSON text, ready to be sent.

-- name: api_now
SELECT extract(epoch FROM now())::bigint

-- name: api_cluster_list
SELECT COALESCE(jsonb_object_agg(cluster.cluster_id, cluster.config), '{}')
FROM helenus.cluster AS cluster

-- name: api_cluster_show
SELECT config, sealed_secrets FROM helenus.cluster WHERE cluster_id = $1

-- name: api_cluster_add
INSERT INTO helenus.cluster (cluster_id, name, config, sealed_secrets)
VALUES ($1, $2, $3, $4)
ON CONFLICT (cluster_id) DO NOTHING

-- name: api_cluster_put
UPDATE helenus.cluster
SET config = $2, sealed_secrets = $3, updated_at = now()
WHERE cluster_id = $1

-- name: api_cluster_remove
DELETE FROM helenus.cluster WHERE cluster_id = $1

-- name: api_node_enroll
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (cluster_id, host_id) DO UPDATE
SET address = EXCLUDED.address, agent_url = EXCLUDED.agent_url,
    token_hash = EXCLUDED.token_hash,
    sealed_executor_secret = EXCLUDED.sealed_executor_secret,
    enrolment_id = gen_random_uuid(), certificate_serial = NULL, certificate_expires_at = NULL,
    enrolled_at = now(), revoked_at = NULL

-- name: api_node_enrolment
SELECT enrolment_id FROM helenus.node
WHERE cluster_id = $1 AND host_id = $2 AND token_hash = $3 AND revoked_at IS NULL

-- name: api_node_report
UPDATE helenus.node AS node
SET address = report.address, agent_url = report.agent_url, datacenter = report.datacenter,
    rack = report.rack, tokens = report.tokens, partitioner = report.partitioner,
    schema_version = report.schema_version, cassandra_version = report.cassandra_version,
    agent_version = report.agent_version, node_state = report.node_state,
    data_directories = report.data_directories, free_bytes = report.free_bytes,
    total_bytes = report.total_bytes, used_bytes = report.used_bytes,
    staging_free_bytes = report.staging_free_bytes, keyspaces = report.keyspaces,
    table_identities = COALESCE(report.table_identities, '{}'),
    archive_state = report.archive_state, last_seen = now()
FROM jsonb_to_record($4::jsonb) AS report (
    address text, agent_url text, datacenter text, rack text, tokens jsonb, partitioner text,
    schema_version text, cassandra_version text, agent_version text, node_state text,
    data_directories jsonb, free_bytes bigint, total_bytes bigint, used_bytes bigint,
    staging_free_bytes bigint, keyspaces jsonb, table_identities jsonb, archive_state jsonb)
WHERE node.cluster_id = $1 AND node.host_id = $2 AND node.token_hash = $3
    AND node.revoked_at IS NULL

-- name: api_node_list
SELECT COALESCE(jsonb_agg(jsonb_build_object(
    'node_ip', node.address, 'node_name', node.address, 'host_id', node.host_id,
    'dc', node.datacenter, 'rack', node.rack, 'tokens', node.tokens,
    'version', node.cassandra_version, 'schema_version', node.schema_version,
    'state', node.node_state,
    'last_seen', COALESCE(extract(epoch FROM node.last_seen)::bigint, 0)
) ORDER BY node.address), '[]')
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND node.last_seen IS NOT NULL

-- name: api_node_last_seen
SELECT COALESCE(jsonb_object_agg(
    node.address, COALESCE(extract(epoch FROM node.last_seen)::bigint, 0)), '{}')
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL

-- name: api_node_datacenters
SELECT COALESCE(jsonb_object_agg(node.address, node.datacenter), '{}')
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND node.last_seen IS NOT NULL

-- name: api_storage_capacity
-- Whole GiB, over the nodes that have reported.
SELECT jsonb_build_object(
    'free_gb', COALESCE(sum(node.free_bytes) / 1073741824, 0)::bigint,
    'used_gb', COALESCE(sum(node.used_bytes) / 1073741824, 0)::bigint,
    'reporting_nodes', count(*))
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND node.last_seen IS NOT NULL

-- name: api_node_keyspace
SELECT keyspace.value
FROM helenus.node AS node, jsonb_each(node.keyspaces) AS keyspace (name, value)
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND keyspace.name = $2
ORDER BY node.last_seen DESC NULLS LAST
LIMIT 1

-- name: api_nodes_away
SELECT node.address
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND node.last_seen IS NOT NULL
    AND NOT (node.node_state = 'up' AND node.last_seen > now() - interval '35 seconds')
ORDER BY node.address

-- name: api_node_keyspaces
SELECT COALESCE(jsonb_object_agg(newest.name, newest.value), '{}')
FROM (
    SELECT DISTINCT ON (keyspace.name) keyspace.name, keyspace.value
    FROM helenus.node AS node, jsonb_each(node.keyspaces) AS keyspace (name, value)
    WHERE node.cluster_id = $1 AND node.revoked_at IS NULL
    ORDER BY keyspace.name, node.last_seen DESC NULLS LAST
) AS newest

-- name: api_check_run
SELECT helenus.check_run($1, $2, $3)

-- name: api_node_agents
SELECT COALESCE(jsonb_agg(jsonb_build_object(
    'host_id', node.host_id, 'address', node.address, 'agent_url', node.agent_url,
    'agent_version', node.agent_version, 'free_bytes', node.free_bytes,
    'archive_state', node.archive_state,
    'last_seen', extract(epoch FROM node.last_seen)::bigint,
    'certificate_expires', extract(epoch FROM node.certificate_expires_at)::bigint
) ORDER BY node.address), '[]')
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL

-- name: api_destination_list
SELECT jsonb_build_object('OPSC_ON_SERVER', jsonb_build_object('provider', 'server', 'path', ''))
    || COALESCE(jsonb_object_agg(destination.id, destination.settings)
        FILTER (WHERE destination.id IS NOT NULL), '{}')
FROM helenus.destination AS destination
WHERE destination.cluster_id = $1 AND destination.removed_at IS NULL

-- name: api_destination_show
SELECT settings FROM helenus.destination
WHERE cluster_id = $1 AND id = $2 AND removed_at IS NULL

-- name: api_destination_secrets
SELECT sealed_secrets FROM helenus.destination WHERE cluster_id = $1 AND id = $2

-- name: api_destination_at
SELECT id FROM helenus.destination
WHERE cluster_id = $1 AND location_key = $2 AND removed_at IS NULL

-- name: api_destination_nested
SELECT path FROM helenus.destination
WHERE cluster_id = $1 AND removed_at IS NULL AND id <> $3
    AND (starts_with(location_key, $2 || '/') OR starts_with($2, location_key || '/'))

-- name: api_destination_put
INSERT INTO helenus.destination (
    cluster_id, id, provider, path, settings, sealed_secrets, adhoc, location_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (cluster_id, id) DO UPDATE
SET provider = EXCLUDED.provider, path = EXCLUDED.path, settings = EXCLUDED.settings,
    sealed_secrets = EXCLUDED.sealed_secrets, location_key = EXCLUDED.location_key,
    updated_at = now(), removed_at = NULL

-- Whoever is about to use a destination holds it, and whoever is about to remove it locks it
-- first: so the one sees what the other did.

-- name: api_destination_hold
SELECT id FROM helenus.destination
WHERE cluster_id = $1 AND id = ANY ($2::text[]) AND removed_at IS NULL
ORDER BY id
FOR SHARE

-- name: api_destination_lock
SELECT id FROM helenus.destination
WHERE cluster_id = $1 AND id = $2 AND removed_at IS NULL
FOR NO KEY UPDATE

-- name: api_destination_in_use
SELECT 'request ' || request.id FROM helenus.request AS request
WHERE request.cluster_id = $1 AND request.status = 'running' AND request.destinations ? $2
UNION ALL
SELECT 'commitlog archiving' FROM helenus.pit_configuration AS configuration
WHERE configuration.cluster_id = $1 AND configuration.enabled AND configuration.destinations ? $2
LIMIT 1

-- name: api_destination_schedules
SELECT schedule.id::text FROM helenus.schedule AS schedule
WHERE schedule.cluster_id = $1
    AND (schedule.plan -> 'destinations' ? $2 OR schedule.retention ? $2)
ORDER BY schedule.created_at, schedule.id

-- name: api_destination_remove
UPDATE helenus.destination SET removed_at = now()
WHERE cluster_id = $1 AND id = $2 AND removed_at IS NULL

-- name: api_request_add
INSERT INTO helenus.request (cluster_id, type, tag, keyspaces, destinations)
VALUES ($1, $2, $3, $4, $5)
RETURNING id

-- All nodes of a request move at the same time: it is done when the last one is.

-- name: api_request_show
WITH shown AS (
    SELECT request.status, helenus.request_document(request) AS document
    FROM helenus.request AS request
    WHERE request.id = $1::uuid
), pace AS (
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'rate', sum((node.document #>> '{details,rate}')::bigint),
        'eta', max((node.document #>> '{details,eta}')::bigint))) AS document
    FROM shown, jsonb_each(shown.document #> '{details,subrequests}') AS node (address, document)
    WHERE shown.status = 'running'
)
SELECT jsonb_set(
    shown.document, '{details}', (shown.document -> 'details') || pace.document)
FROM shown CROSS JOIN pace

-- name: api_request_exists
SELECT request.status FROM helenus.request AS request
WHERE request.cluster_id = $1 AND request.id = $2::uuid

-- name: api_request_cluster
SELECT request.cluster_id FROM helenus.request AS request WHERE request.id = $1::uuid

-- name: api_request_list
SELECT COALESCE(jsonb_agg(newest.document), '[]')
FROM (
    SELECT helenus.request_document(request) AS document
    FROM helenus.request AS request
    WHERE request.cluster_id = $1
        AND ($2::text IS NULL OR request.type = $2)
        AND ($3::text IS NULL OR request.status = $3)
    ORDER BY request.created_at DESC, request.id
    LIMIT $4::integer
) AS newest

-- name: api_begin_run
SELECT helenus.begin_run($1, $2)

-- name: api_event_add
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, request_id, keyspaces, destination)
VALUES ($1, to_timestamp($2::bigint), $3, $4, $5, $6, $7,
    CASE WHEN $5 = 'OPSC_ON_SERVER'
        THEN jsonb_build_object('id', $5::text, 'path', '', 'provider', 'server')
        ELSE COALESCE((
            SELECT destination.settings
            FROM helenus.destination AS destination
            WHERE destination.cluster_id = $1 AND destination.id = $5
        ), '{}') || jsonb_build_object('id', $5::text)
    END)
ON CONFLICT DO NOTHING

-- When the first and the last event of a backup were.

-- name: api_activity_of_backup
SELECT
    extract(epoch FROM min(event.event_time))::bigint,
    extract(epoch FROM max(event.event_time))::bigint
FROM helenus.activity_event AS event
WHERE event.cluster_id = $1 AND event.backup_id = $2 AND ($3::text IS NULL OR event.type = $3)

-- From the event at $6 of backup $7 on. Beside the page stands the snapshot that it was read in, where it
-- holds until an event or backup changes: what still runs changes at any time. Filters that may be absent
-- are written with CASE: written with OR the planner takes them to leave hardly a row, and then rather
-- sorts all rows than reads the first ones in order.

-- name: api_activity
SELECT
    string_agg(page.document, ','),
    CASE WHEN bool_and(page.is_finished) IS NOT FALSE THEN pg_current_snapshot() END
FROM (
    SELECT
        COALESCE(event.document, helenus.event_document_of(
            event.cluster_id, event.event_time, event.backup_id, event.type, event.destination_id)
        ) AS document,
        event.document IS NOT NULL AS is_finished
    FROM helenus.activity_event AS event
    WHERE event.cluster_id = $1
        AND event.event_time <= LEAST(to_timestamp($2::bigint), to_timestamp($6::bigint), 'infinity')
        AND CASE WHEN $3::text IS NULL THEN true ELSE event.type = $3 END
        AND CASE WHEN $4::boolean THEN event.deleted_at IS NULL ELSE true END
        AND CASE WHEN $5::boolean THEN event.status = 'success' ELSE true END
        AND CASE WHEN $6::bigint IS NULL THEN true
            ELSE (event.event_time, event.backup_id) <= (to_timestamp($6::bigint), $7::text) END
    ORDER BY event.event_time DESC, event.backup_id DESC, event.type DESC, event.destination_id DESC
    LIMIT $8::integer
) AS page

-- name: api_activity_reverse
SELECT
    string_agg(page.document, ','),
    CASE WHEN bool_and(page.is_finished) IS NOT FALSE THEN pg_current_snapshot() END
FROM (
    SELECT
        COALESCE(event.document, helenus.event_document_of(
            event.cluster_id, event.event_time, event.backup_id, event.type, event.destination_id)
        ) AS document,
        event.document IS NOT NULL AS is_finished
    FROM helenus.activity_event AS event
    WHERE event.cluster_id = $1
        AND event.event_time >= GREATEST(to_timestamp($2::bigint), to_timestamp($6::bigint), '-infinity')
        AND CASE WHEN $3::text IS NULL THEN true ELSE event.type = $3 END
        AND CASE WHEN $4::boolean THEN event.deleted_at IS NULL ELSE true END
        AND CASE WHEN $5::boolean THEN event.status = 'success' ELSE true END
        AND CASE WHEN $6::bigint IS NULL THEN true
            ELSE (event.event_time, event.backup_id) >= (to_timestamp($6::bigint), $7::text) END
    ORDER BY event.event_time, event.backup_id, event.type, event.destination_id
    LIMIT $8::integer
) AS page

-- Whether a page holds that was read in snapshot $2: no transaction that changed the cluster's lists has
-- committed since, whenever it began. The first one is asked for and not whether there is one, for which
-- the planner would rather read the whole table: it takes it to be found at once.

-- name: api_lists_unchanged
SELECT count(*) = 0
FROM (
    SELECT FROM helenus.list_change AS change
    WHERE change.cluster_id = $1
        AND change.transaction_id >= pg_snapshot_xmin($2::pg_snapshot)
        AND NOT pg_visible_in_snapshot(change.transaction_id, $2::pg_snapshot)
    ORDER BY change.transaction_id
    LIMIT 1
) AS first

-- name: api_full_status
SELECT COALESCE(event.full_status, (
    SELECT helenus.request_document(request)
    FROM helenus.request AS request
    WHERE request.cluster_id = event.cluster_id AND request.id = event.request_id), '{}')
FROM helenus.activity_event AS event
WHERE event.cluster_id = $1 AND event.event_time = to_timestamp($2::bigint)
    AND event.backup_id = $3 AND event.type = $4 AND event.destination_id = $5

-- Each row is a member of the answer, as it was rendered when a copy of the backup last changed. The
-- time is a subquery's, since before row-level security has decided an index is used only for what is
-- leakproof, and to_timestamp is not.

-- name: api_backups
SELECT listing.document, (SELECT pg_current_snapshot())
FROM helenus.backup_listing AS listing
WHERE listing.cluster_id = $1
    AND CASE WHEN $2::text IS NULL THEN true ELSE listing.schedule_id = $2 END
    AND listing.event_time < (SELECT COALESCE(to_timestamp($3::bigint), 'infinity'))
ORDER BY listing.event_time DESC, listing.tag DESC
LIMIT $4::integer

-- The same of one destination, or of one keyspace, for which it is rendered now.

-- name: api_backups_filtered
SELECT shown.document
FROM helenus.backup_listing AS listing
CROSS JOIN LATERAL helenus.backup_document(
    listing.cluster_id, listing.tag, listing.event_time, listing.schedule_id, $5, $6) AS shown
WHERE listing.cluster_id = $1
    AND CASE WHEN $2::text IS NULL THEN true ELSE listing.schedule_id = $2 END
    AND listing.event_time < (SELECT COALESCE(to_timestamp($3::bigint), 'infinity'))
ORDER BY listing.event_time DESC, listing.tag DESC
LIMIT $4::integer

-- name: api_copy_listed
SELECT keyspaces, status FROM helenus.backup_copy
WHERE cluster_id = $1 AND tag = $2 AND destination_id = $3 AND deleted_at IS NULL

-- name: api_lock_backup
SELECT tag FROM helenus.backup WHERE cluster_id = $1 AND tag = $2 FOR NO KEY UPDATE

-- name: api_event_time
SELECT extract(epoch FROM GREATEST(date_trunc('second', now()), (
    SELECT max(event.event_time) + interval '1 second'
    FROM helenus.activity_event AS event
    WHERE event.cluster_id = $1 AND event.backup_id = $2 AND event.type = $3
        AND event.destination_id = ANY ($4::text[]))))::bigint

-- name: api_sync_copy
INSERT INTO helenus.backup_copy AS copy (cluster_id, tag, destination_id, transfer)
VALUES ($1, $2, $3, $4)
ON CONFLICT (cluster_id, tag, destination_id) DO UPDATE
SET transfer = EXCLUDED.transfer, retries = 0,
    status = CASE WHEN copy.listed THEN copy.status ELSE 'running' END,
    message = CASE WHEN copy.listed THEN copy.message END,
    started_at = CASE WHEN copy.listed THEN copy.started_at ELSE now() END,
    finished_at = CASE WHEN copy.listed THEN copy.finished_at END,
    deleted_at = NULL,
    verified_at = CASE WHEN copy.listed THEN copy.verified_at END,
    verified_mode = CASE WHEN copy.listed THEN copy.verified_mode END,
    problems = CASE WHEN copy.listed THEN copy.problems END
