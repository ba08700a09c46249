-- Whether, and with what, a cluster can be brought back to a moment: from the catalog alone, however
-- many segments there are. Times are seconds since 1970.

-- name: pit_is_enabled
SELECT configuration.enabled
FROM helenus.pit_configuration AS configuration
WHERE configuration.cluster_id = $1

-- Good snapshots that were whole by then, the newest first.

-- name: pit_candidates
SELECT
    backup.tag,
    extract(epoch FROM COALESCE(backup.snapshot_began, backup.event_time)),
    copy.keyspaces,
    COALESCE(request.keyspaces, backup.selection) AS selection
FROM helenus.backup_copy AS copy
JOIN helenus.backup AS backup
    ON backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag
LEFT JOIN helenus.request AS request
    ON request.cluster_id = backup.cluster_id AND request.id = backup.request_id
WHERE copy.cluster_id = $1 AND copy.destination_id = $2 AND copy.listed
    AND copy.status = 'success' AND copy.problems IS NULL AND copy.origin IS NULL
    AND copy.backup_time <= to_timestamp($3::bigint)
    AND COALESCE(backup.snapshot_ended, copy.finished_at) <= to_timestamp($3::bigint)
ORDER BY copy.backup_time DESC, copy.tag DESC
LIMIT 100

-- name: pit_nodes
SELECT
    node.host_id, node.address, node.agent_url, node.tokens, node.cassandra_version,
    node.last_seen > now() - interval '35 seconds'
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND node.last_seen IS NOT NULL
ORDER BY node.address

-- The schema as the node tells it that reported last, of those that are up if any is.

-- name: pit_schema
SELECT node.keyspaces, node.table_identities
FROM helenus.node AS node
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND node.last_seen IS NOT NULL
ORDER BY node.node_state = 'up' DESC, node.last_seen DESC
LIMIT 1

-- name: pit_copy_hosts
SELECT part.host_id, min(part.node_address), host.tokens
FROM helenus.backup_copy_table AS part
LEFT JOIN helenus.backup_host AS host
    ON host.cluster_id = part.cluster_id AND host.tag = part.tag AND host.host_id = part.host_id
WHERE part.cluster_id = $1 AND part.tag = $2 AND part.destination_id = $3
GROUP BY part.host_id, host.tokens
ORDER BY part.host_id

-- name: pit_copy_tables
SELECT DISTINCT part.keyspace_name, part.table_name, part.table_identity
FROM helenus.backup_copy_table AS part
WHERE part.cluster_id = $1 AND part.tag = $2 AND part.destination_id = $3
ORDER BY part.keyspace_name, part.table_name

-- Tables that are not there any more, but may have been then.

-- name: pit_gone_tables
SELECT
    life.keyspace_name, life.table_name, life.identity, extract(epoch FROM life.seen_at)
FROM helenus.table_lifetime AS life
WHERE life.cluster_id = $1 AND life.gone_at > to_timestamp($2::bigint)
ORDER BY life.keyspace_name, life.table_name

-- Of each node: the first and the last segment that are needed, the end of its newest one, how far
-- they reach from the beginning on, and the first gap.

-- name: pit_archives
SELECT
    node.host_id, first.sequence AS first, last.sequence AS last,
    extract(epoch FROM newest.last_write) AS newest,
    extract(epoch FROM reached.last_write) AS reached,
    extract(epoch FROM following.first_write) AS following
FROM helenus.node AS node
LEFT JOIN LATERAL (
    SELECT segment.sequence, segment.outcome = 'stored' AND segment.problem IS NULL AS is_good
    FROM helenus.pit_segment AS segment
    WHERE segment.cluster_id = $1 AND segment.host_id = node.host_id
        AND segment.destination_id = $2
        AND segment.first_write <= to_timestamp($3::double precision)
    ORDER BY segment.first_write DESC, segment.sequence DESC
    LIMIT 1
) AS first ON true
LEFT JOIN LATERAL (
    SELECT segment.sequence
    FROM helenus.pit_segment AS segment
    WHERE segment.cluster_id = $1 AND segment.host_id = node.host_id
        AND segment.destination_id = $2 AND segment.first_write <= to_timestamp($4::bigint)
    ORDER BY segment.first_write DESC, segment.sequence DESC
    LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT segment.last_write
    FROM helenus.pit_segment AS segment
    WHERE segment.cluster_id = $1 AND segment.host_id = node.host_id
        AND segment.destination_id = $2 AND segment.outcome = 'stored'
    ORDER BY segment.sequence DESC
    LIMIT 1
) AS newest ON true
LEFT JOIN LATERAL (
    SELECT segment.sequence
    FROM helenus.pit_segment AS segment
    WHERE segment.cluster_id = $1 AND segment.host_id = node.host_id
        AND segment.destination_id = $2
        AND segment.sequence >= COALESCE(first.sequence + first.is_good::integer, 1)
        AND (NOT segment.follows OR segment.outcome = 'lost' OR segment.problem IS NOT NULL)
    ORDER BY segment.sequence
    LIMIT 1
) AS break ON true
LEFT JOIN LATERAL (
    SELECT segment.last_write
    FROM helenus.pit_segment AS segment
    WHERE segment.cluster_id = $1 AND segment.host_id = node.host_id
        AND segment.destination_id = $2 AND segment.sequence >= first.sequence
        AND (break.sequence IS NULL OR segment.sequence < break.sequence)
    ORDER BY segment.sequence DESC
    LIMIT 1
) AS reached ON true
LEFT JOIN LATERAL (
    SELECT segment.first_write
    FROM helenus.pit_segment AS segment
    WHERE segment.cluster_id = $1 AND segment.host_id = node.host_id
        AND segment.destination_id = $2 AND segment.sequence >= break.sequence
        AND segment.outcome = 'stored' AND segment.problem IS NULL
    ORDER BY segment.sequence
    LIMIT 1
) AS following ON true
WHERE node.cluster_id = $1 AND node.revoked_at IS NULL AND node.last_seen IS NOT NULL
ORDER BY node.address

-- name: pit_segments
SELECT segment.sequence, segment.segment_name, segment.bytes, encode(segment.sha256, 'hex'),
    segment.compressed
FROM helenus.pit_segment AS segment
WHERE segment.cluster_id = $1 AND segment.host_id = $2 AND segment.destination_id = $3
    AND segment.sequence BETWEEN $4::bigint AND $5::bigint AND segment.outcome = 'stored'
ORDER BY segment.sequence
LIMIT $6::integer

-- name: pit_segments_size
SELECT COALESCE(sum(segment.bytes), 0)::bigint
FROM helenus.pit_segment AS segment
WHERE segment.cluster_id = $1 AND segment.host_id = $2 AND segment.destination_id = $3
    AND segment.sequence BETWEEN $4::bigint AND $5::bigint AND segment.outcome = 'stored'

-- name: pit_note_problem
UPDATE helenus.pit_segment SET problem = $5
WHERE cluster_id = $1 AND host_id = $2 AND destination_id = $3 AND segment_name = $4

-- What went before a restore, so that a later one of the same name is another.

-- name: pit_last_restore
SELECT request.id::text
FROM helenus.request AS request
WHERE request.cluster_id = $1 AND request.type IN ('restore', 'pit_restore')
    AND request.status IN ('success', 'partial')
ORDER BY request.finished_at DESC
LIMIT 1
