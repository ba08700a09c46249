-- What GET /metrics tells of the catalog. Each statement reads what is there now, or a row that a
-- trigger keeps: none of them reads history, however long there is one.

-- name: metrics_time_limit
SELECT set_config('statement_timeout', '4s', true)

-- Jobs that have not ended: ready to be claimed, blocked by another one with the same key, delayed to
-- a later time, or running; and for how many seconds the oldest has been.

-- name: metrics_queue
SELECT
    live.cluster_id, live.kind, live.standing, count(*),
    extract(epoch FROM now() - min(live.since))
FROM (
    SELECT
        job.cluster_id, job.kind,
        CASE
            WHEN job.run_at > now() THEN 'delayed'
            WHEN job.concurrency_key IS NOT NULL AND NOT job.key_held AND NOT job.cancel_requested
                AND EXISTS (
                    SELECT FROM helenus.job AS holder
                    WHERE holder.key_held AND holder.cluster_id = job.cluster_id
                        AND holder.concurrency_key = job.concurrency_key) THEN 'blocked'
            ELSE 'ready' END AS standing,
        CASE WHEN job.run_at > now() THEN job.created_at ELSE job.run_at END AS since
    FROM helenus.job AS job
    WHERE job.state IN ('available', 'retryable')
    UNION ALL
    SELECT running.cluster_id, running.kind, 'running', running.started_at
    FROM helenus.job AS running
    WHERE running.state = 'running'
) AS live
GROUP BY live.cluster_id, live.kind, live.standing
ORDER BY live.cluster_id, live.kind, live.standing

-- name: metrics_job_counts
SELECT cluster_id, kind, outcome, sum(jobs)::bigint, extract(epoch FROM max(last_at))
FROM helenus.job_count
GROUP BY cluster_id, kind, outcome
ORDER BY cluster_id, kind, outcome

-- Of each keyspace that the node knows which reported last; Cassandra's own are left out.

-- name: metrics_backups
WITH newest_report AS (
    SELECT DISTINCT ON (node.cluster_id) node.cluster_id, node.host_id
    FROM helenus.node AS node
    WHERE node.revoked_at IS NULL AND node.last_seen IS NOT NULL
    ORDER BY node.cluster_id, node.last_seen DESC, node.host_id
)
SELECT
    node.cluster_id, keyspace.name,
    COALESCE(extract(epoch FROM max(good.backup_time)
        FILTER (WHERE good.destination_id = 'OPSC_ON_SERVER')), 0) AS on_nodes,
    COALESCE(extract(epoch FROM max(good.backup_time)
        FILTER (WHERE destination.id IS NOT NULL)), 0) AS sent
FROM newest_report
JOIN helenus.node AS node
    ON node.cluster_id = newest_report.cluster_id AND node.host_id = newest_report.host_id
CROSS JOIN LATERAL jsonb_object_keys(node.keyspaces) AS keyspace (name)
LEFT JOIN helenus.newest_good_copy AS good
    ON good.cluster_id = node.cluster_id AND good.keyspace_name = keyspace.name
LEFT JOIN helenus.destination AS destination
    ON destination.cluster_id = good.cluster_id AND destination.id = good.destination_id
    AND destination.removed_at IS NULL
WHERE keyspace.name !~ '^system(_|$)'
GROUP BY node.cluster_id, keyspace.name
ORDER BY node.cluster_id, keyspace.name

-- The last four are null where no commitlogs are archived: up to when every destination has what the
-- node wrote (where one has nothing yet, since when it should), and what the agent says of it.

-- name: metrics_nodes
SELECT
    node.cluster_id, node.host_id, node.address,
    COALESCE(extract(epoch FROM node.last_seen), 0),
    (node.node_state = 'up')::integer,
    COALESCE(sent.bytes, 0),
    COALESCE(sent.milliseconds, 0) / 1000.0,
    extract(epoch FROM archive.until) AS reach,
    CASE WHEN configuration.enabled
        THEN COALESCE((node.archive_state ->> 'waiting_segments')::bigint, 0) END AS waiting_segments,
    CASE WHEN configuration.enabled
        THEN COALESCE((node.archive_state ->> 'waiting_bytes')::bigint, 0) END AS waiting_bytes,
    CASE WHEN configuration.enabled
        THEN COALESCE((node.archive_state ->> 'lost_segments')::bigint, 0) END AS lost_segments
FROM helenus.node AS node
LEFT JOIN helenus.node_sent AS sent
    ON sent.cluster_id = node.cluster_id AND sent.host_id = node.host_id
LEFT JOIN helenus.pit_configuration AS configuration
    ON configuration.cluster_id = node.cluster_id AND configuration.enabled
LEFT JOIN LATERAL (
    SELECT min(COALESCE(newest.last_write, configuration.changed_at)) AS until
    FROM jsonb_object_keys(configuration.destinations) AS target (id)
    LEFT JOIN LATERAL (
        SELECT segment.last_write
        FROM helenus.pit_segment AS segment
        WHERE segment.cluster_id = node.cluster_id AND segment.host_id = node.host_id
            AND segment.destination_id = target.id AND segment.outcome = 'stored'
        ORDER BY segment.sequence DESC
        LIMIT 1
    ) AS newest ON true
) AS archive ON true
WHERE node.revoked_at IS NULL
ORDER BY node.cluster_id, node.host_id

-- What nodes move at this moment, as their agents told within the last minute.

-- name: metrics_transfers
SELECT moving.cluster_id, moving.node_address, moving.type, sum(moving.rate)
FROM (
    SELECT
        progress.cluster_id, progress.node_address, progress.rate,
        -- Of all requests these few, by the key.
        (
            SELECT request.type
            FROM helenus.request AS request
            WHERE request.cluster_id = progress.cluster_id AND request.id = progress.request_id
                AND request.status = 'running'
        ) AS type
    FROM helenus.request_progress AS progress
    WHERE progress.rate IS NOT NULL AND progress.updated_at > now() - interval '1 minute'
) AS moving
WHERE moving.type IS NOT NULL
GROUP BY moving.cluster_id, moving.node_address, moving.type
ORDER BY moving.cluster_id, moving.node_address, moving.type
