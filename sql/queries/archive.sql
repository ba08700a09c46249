-- Commitlog archiving, as the API and the executors both use it.

-- name: archive_configuration
SELECT enabled, backup_directory, destinations, sleep, drain_first, epoch
FROM helenus.pit_configuration
WHERE cluster_id = $1

-- The answer of GET backups/pit.

-- name: archive_show
SELECT jsonb_strip_nulls(jsonb_build_object(
    'enabled', configuration.enabled, 'destinations', configuration.destinations,
    'backup_directory', configuration.backup_directory, 'sleep', configuration.sleep,
    'drain_first', configuration.drain_first))
FROM helenus.pit_configuration AS configuration
WHERE configuration.cluster_id = $1

-- name: archive_enable
INSERT INTO helenus.pit_configuration AS configuration (
    cluster_id, enabled, backup_directory, destinations, sleep, drain_first, request_id)
VALUES ($1, true, $2, $3::jsonb, $4::integer, $5::boolean, $6::uuid)
ON CONFLICT (cluster_id) DO UPDATE
SET enabled = true, backup_directory = EXCLUDED.backup_directory,
    destinations = EXCLUDED.destinations, sleep = EXCLUDED.sleep,
    drain_first = EXCLUDED.drain_first, request_id = EXCLUDED.request_id,
    epoch = configuration.epoch + 1, changed_at = now()

-- name: archive_disable
UPDATE helenus.pit_configuration
SET enabled = false, sleep = $2::integer, drain_first = $3::boolean, request_id = $4::uuid,
    epoch = epoch + 1, changed_at = now()
WHERE cluster_id = $1 AND enabled

-- What an agent is told whenever it reports: it asks for its order when this has changed.

-- name: archive_stamp
SELECT configuration.epoch || '.' || COALESCE((
    SELECT extract(epoch FROM max(destination.updated_at))
    FROM helenus.destination AS destination
    WHERE destination.cluster_id = configuration.cluster_id
        AND configuration.destinations ? destination.id)::text, '')
FROM helenus.pit_configuration AS configuration
WHERE configuration.cluster_id = $1

-- name: archive_targets
SELECT target.id, target.options, destination.provider, destination.settings,
    destination.sealed_secrets
FROM helenus.pit_configuration AS configuration
CROSS JOIN LATERAL jsonb_each(configuration.destinations) AS target (id, options)
LEFT JOIN helenus.destination AS destination
    ON destination.cluster_id = configuration.cluster_id AND destination.id = target.id
WHERE configuration.cluster_id = $1
ORDER BY target.id

-- name: archive_known_sequence
SELECT COALESCE(max(newest.sequence), 0)
FROM helenus.pit_configuration AS configuration
CROSS JOIN LATERAL jsonb_object_keys(configuration.destinations) AS target (id)
CROSS JOIN LATERAL (
    SELECT segment.sequence
    FROM helenus.pit_segment AS segment
    WHERE segment.cluster_id = $1 AND segment.host_id = $2 AND segment.destination_id = target.id
    ORDER BY segment.sequence DESC
    LIMIT 1
) AS newest
WHERE configuration.cluster_id = $1

-- name: archive_agent_holds
SELECT true FROM helenus.node
WHERE cluster_id = $1 AND host_id = $2 AND token_hash = $3 AND revoked_at IS NULL

-- In the order of their numbers, which the trigger needs. What is there already stays.

-- name: archive_add_segments
INSERT INTO helenus.pit_segment (
    cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write, bytes,
    stored_bytes, sha256, compressed, commitlog_version, outcome, stored_at)
SELECT
    $1, $2, entry.destination_id, entry.sequence, entry.name, to_timestamp(entry.first_write),
    to_timestamp(entry.last_write), entry.bytes, entry.stored_bytes, decode(entry.sha256, 'hex'),
    entry.compressed, entry.version, entry.outcome, to_timestamp(entry.stored_at)
FROM jsonb_to_recordset($3::jsonb) AS entry (
    destination_id text, sequence bigint, name text, first_write double precision,
    last_write double precision, bytes bigint, stored_bytes bigint, sha256 text,
    compressed boolean, version text, outcome text, stored_at double precision)
ORDER BY entry.destination_id, entry.sequence
ON CONFLICT (cluster_id, host_id, destination_id, sequence) DO NOTHING

-- Of each node the time up to which all destinations, or the one that is asked for, have what it
-- wrote. A node is not in it before each has its first segment.

-- name: archive_logs
SELECT COALESCE(jsonb_object_agg(node.address, extract(epoch FROM safe.until))
    FILTER (WHERE safe.until IS NOT NULL), '{}')
FROM helenus.node AS node
CROSS JOIN LATERAL (
    SELECT CASE WHEN bool_and(newest.last_write IS NOT NULL) THEN min(newest.last_write) END AS until
    FROM helenus.pit_configuration AS configuration
    CROSS JOIN LATERAL jsonb_object_keys(configuration.destinations) AS target (id)
    LEFT JOIN LATERAL (
        SELECT segment.last_write
        FROM helenus.pit_segment AS segment
        WHERE segment.cluster_id = node.cluster_id AND segment.host_id = node.host_id
            AND segment.destination_id = target.id AND segment.outcome = 'stored'
        ORDER BY segment.sequence DESC
        LIMIT 1
    ) AS newest ON true
    WHERE configuration.cluster_id = $1 AND ($2::text IS NULL OR target.id = $2)
) AS safe
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL

-- Clusters with a live node that is not as it should be, where the last request brought all nodes of
-- its time there: a node has joined since, or somebody has changed its properties.

-- name: archive_behind
SELECT configuration.cluster_id, configuration.destinations
FROM helenus.pit_configuration AS configuration
JOIN helenus.request AS request
    ON request.cluster_id = configuration.cluster_id AND request.id = configuration.request_id
    AND request.status = 'success' AND request.finished_at < now() - interval '40 seconds'
WHERE configuration.enabled
    AND EXISTS (
        SELECT FROM helenus.node AS node
        WHERE node.cluster_id = configuration.cluster_id AND node.revoked_at IS NULL
            AND node.node_state = 'up' AND node.last_seen > now() - interval '35 seconds'
            AND ((node.archive_state ->> 'epoch')::bigint IS DISTINCT FROM configuration.epoch
                OR NOT (node.archive_state ->> 'in_place')::boolean))
FOR UPDATE OF configuration SKIP LOCKED

-- name: archive_begin_request
WITH asked AS (
    INSERT INTO helenus.request (cluster_id, type, keyspaces, destinations)
    VALUES ($1, $2, '{}', $3::jsonb)
    RETURNING id
),
event AS (
    INSERT INTO helenus.activity_event (
        cluster_id, event_time, backup_id, type, destination_id, request_id, keyspaces,
        destination)
    SELECT
        $1, date_trunc('second', now()), asked.id::text, $2, 'OPSC_ON_SERVER', asked.id, '{}',
        '{"id": "OPSC_ON_SERVER", "path": "", "provider": "server"}'
    FROM asked
)
SELECT asked.id FROM asked

-- name: archive_note_request
UPDATE helenus.pit_configuration SET request_id = $2::uuid WHERE cluster_id = $1

-- Clusters that have segments which no snapshot needs, and no job to remove them.

-- name: archive_trim_due
SELECT cluster.cluster_id
FROM helenus.cluster AS cluster
WHERE ($1::text IS NULL OR cluster.cluster_id = $1)
    AND EXISTS (SELECT FROM helenus.archive_surplus(cluster.cluster_id, 1))
    AND NOT EXISTS (
        SELECT FROM helenus.job AS job
        WHERE job.cluster_id = cluster.cluster_id AND job.kind = 'trim_archive'
            AND job.state IN ('available', 'retryable'))

-- name: archive_surplus
SELECT host_id, destination_id, sequence, segment_name, outcome
FROM helenus.archive_surplus($1, $2::integer)
ORDER BY destination_id, host_id, sequence

-- Tables that were gone before the oldest segment of their cluster was begun: no restore to a moment
-- goes back to them.

-- name: archive_forget_tables
WITH outlived AS (
    SELECT DISTINCT life.cluster_id
    FROM helenus.table_lifetime AS life
    WHERE life.gone_at IS NOT NULL
),
reach AS (
    SELECT outlived.cluster_id, COALESCE(min(oldest.first_write), now()) AS began
    FROM outlived
    LEFT JOIN helenus.node AS node ON node.cluster_id = outlived.cluster_id
    LEFT JOIN LATERAL (
        SELECT 'OPSC_ON_SERVER' AS id
        UNION ALL
        SELECT destination.id
        FROM helenus.destination AS destination
        WHERE destination.cluster_id = outlived.cluster_id
    ) AS place ON true
    LEFT JOIN LATERAL (
        SELECT segment.first_write
        FROM helenus.pit_segment AS segment
        WHERE segment.cluster_id = outlived.cluster_id AND segment.host_id = node.host_id
            AND segment.destination_id = place.id
        ORDER BY segment.first_write, segment.sequence
        LIMIT 1
    ) AS oldest ON true
    GROUP BY outlived.cluster_id
)
DELETE FROM helenus.table_lifetime AS life
USING reach
WHERE life.cluster_id = reach.cluster_id AND life.gone_at < reach.began

-- name: archive_delete_segments
DELETE FROM helenus.pit_segment
WHERE cluster_id = $1 AND host_id = $2 AND destination_id = $3 AND sequence = ANY ($4::bigint[])
