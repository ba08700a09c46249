-- Removes what 0007 added.
CREATE OR REPLACE VIEW report.recovery_points AS
SELECT
    kept.cluster_id,
    kept.keyspace_name,
    kept.keyspace_name ~ '^system(_|$)' AS is_system,
    newest.tag,
    newest.destination_id,
    newest.backup_time,
    now() - newest.backup_time AS age,
    newest_sent.tag AS sent_tag,
    newest_sent.destination_id AS sent_destination_id,
    newest_sent.backup_time AS sent_backup_time,
    now() - newest_sent.backup_time AS sent_age,
    NULL::timestamptz AS point_in_time_reach
FROM (
    SELECT DISTINCT node.cluster_id, keyspace.name AS keyspace_name
    FROM helenus.node AS node
    CROSS JOIN LATERAL jsonb_object_keys(node.keyspaces) AS keyspace (name)
) AS kept
LEFT JOIN LATERAL (
    SELECT good.tag, destination.id AS destination_id, good.backup_time
    FROM helenus.destination AS destination
    CROSS JOIN LATERAL (
        SELECT copy.tag, copy.backup_time
        FROM helenus.backup_copy AS copy
        WHERE copy.cluster_id = kept.cluster_id AND copy.destination_id = destination.id
            AND copy.listed AND copy.status = 'success' AND copy.problems IS NULL
            AND copy.keyspaces ? kept.keyspace_name
        ORDER BY copy.backup_time DESC, copy.tag DESC
        LIMIT 1
    ) AS good
    WHERE destination.cluster_id = kept.cluster_id AND destination.removed_at IS NULL
    ORDER BY good.backup_time DESC, good.tag DESC, destination.id
    LIMIT 1
) AS newest_sent ON true
LEFT JOIN LATERAL (
    SELECT copy.tag, copy.backup_time
    FROM helenus.backup_copy AS copy
    WHERE copy.cluster_id = kept.cluster_id AND copy.destination_id = 'OPSC_ON_SERVER'
        AND copy.listed AND copy.status = 'success' AND copy.problems IS NULL
        AND copy.keyspaces ? kept.keyspace_name
    ORDER BY copy.backup_time DESC, copy.tag DESC
    LIMIT 1
) AS newest_on_nodes ON true
-- Of one backup's copies the one that outlives the nodes.
LEFT JOIN LATERAL (
    SELECT place.tag, place.destination_id, place.backup_time
    FROM (VALUES
        (1, newest_sent.tag, newest_sent.destination_id, newest_sent.backup_time),
        (2, newest_on_nodes.tag, 'OPSC_ON_SERVER', newest_on_nodes.backup_time)
    ) AS place (turn, tag, destination_id, backup_time)
    WHERE place.tag IS NOT NULL
    ORDER BY place.backup_time DESC, place.turn
    LIMIT 1
) AS newest ON true;
COMMENT ON COLUMN report.recovery_points.point_in_time_reach IS
    'Up to when commitlogs let it be restored beyond the backup. Always null for now: it is filled as soon as commitlogs are archived, which is not built yet.';
DROP FUNCTION helenus.archive_surplus(text, integer);
DROP TABLE helenus.pit_segment;
DROP FUNCTION helenus.note_predecessor();
DROP TABLE helenus.pit_configuration;
