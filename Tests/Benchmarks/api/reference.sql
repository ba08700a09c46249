-- What the reference worker asks of the database where it does not use the project's own statements:
-- each as short as this one call needs it, without the filters that the API offers.

-- name: activity_rows
SELECT
    date_part('epoch', event.event_time)::bigint, event.backup_id, event.type, event.status,
    event.keyspaces, event.destination, date_part('epoch', event.deleted_at)::bigint, event.message
FROM helenus.activity_event AS event
WHERE event.cluster_id = $1
ORDER BY event.event_time DESC, event.backup_id DESC, event.type DESC, event.destination_id DESC
LIMIT $2::integer

-- name: activity_agg
SELECT COALESCE(json_agg(page), '[]')
FROM (
    SELECT
        to_char(event.event_time AT TIME ZONE 'UTC', 'IYYYIW') AS week,
        date_part('epoch', event.event_time)::bigint AS event_time, event.backup_id, event.type,
        event.status, event.keyspaces, event.destination,
        date_part('epoch', event.deleted_at)::bigint AS deleted_at
    FROM helenus.activity_event AS event
    WHERE event.cluster_id = $1
    ORDER BY event.event_time DESC, event.backup_id DESC, event.type DESC, event.destination_id DESC
    LIMIT $2::integer
) AS page

-- name: activity_document
SELECT string_agg(page.document, ',')
FROM (
    SELECT event.document
    FROM helenus.activity_event AS event
    WHERE event.cluster_id = $1
    ORDER BY event.event_time DESC, event.backup_id DESC, event.type DESC, event.destination_id DESC
    LIMIT $2::integer
) AS page

-- name: check
WITH held AS (
    SELECT destination.id
    FROM helenus.destination AS destination
    WHERE destination.cluster_id = $1 AND destination.removed_at IS NULL
        AND destination.id IN (SELECT jsonb_object_keys($2::jsonb -> 'destinations'))
    ORDER BY destination.id
    FOR SHARE
)
SELECT
    NOT EXISTS (
        SELECT FROM jsonb_object_keys($2::jsonb -> 'destinations') AS wanted (id)
        WHERE wanted.id NOT IN (SELECT held.id FROM held))
    AND NOT EXISTS (
        SELECT FROM jsonb_array_elements_text($2::jsonb -> 'keyspaces') AS wanted (name)
        WHERE NOT EXISTS (
            SELECT FROM helenus.node AS node
            WHERE node.cluster_id = $1 AND node.revoked_at IS NULL
                AND node.keyspaces ? wanted.name))

-- name: begin
SELECT begun_request
FROM helenus.begin_backups(jsonb_build_array(jsonb_build_object(
    'cluster_id', $1::text,
    'event_time', GREATEST(date_trunc('second', now()), (
        SELECT max(backup.event_time) + interval '1 second'
        FROM helenus.backup AS backup
        WHERE backup.cluster_id = $1 AND backup.schedule_id IS NULL
            AND backup.event_time >= date_trunc('second', now())
            AND backup.event_time < now() + interval '1 day')),
    'plan', jsonb_build_object(
        'selection', jsonb_build_object('keyspaces', (
            SELECT jsonb_object_agg(wanted.name, '[]'::jsonb)
            FROM jsonb_array_elements_text($2::jsonb -> 'keyspaces') AS wanted (name))),
        'destinations', $2::jsonb -> 'destinations'))))
