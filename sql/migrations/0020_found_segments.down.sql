CREATE OR REPLACE FUNCTION helenus.follow_hosts(of_cluster text, of_destination text) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO helenus.backup_host (cluster_id, tag, host_id, tokens)
    SELECT found.cluster_id, found.tag, found.host_id, found.tokens
    FROM helenus.found_backup AS found
    WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
        AND found.problem IS NULL AND found.tokens <> '[]'
        AND EXISTS (
            SELECT FROM helenus.backup_copy_table AS part
            WHERE part.cluster_id = of_cluster AND part.tag = found.tag
                AND part.destination_id = of_destination AND part.host_id = found.host_id)
    ON CONFLICT DO NOTHING;

    UPDATE helenus.backup_copy_table AS part SET table_identity = held.identity
    FROM helenus.found_backup AS found
    CROSS JOIN LATERAL jsonb_to_recordset(found.tables) AS held (
        keyspace text, cf text, identity text)
    WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
        AND found.problem IS NULL AND held.identity IS NOT NULL
        AND part.cluster_id = of_cluster AND part.destination_id = of_destination
        AND part.tag = found.tag AND part.host_id = found.host_id
        AND part.keyspace_name = held.keyspace AND part.table_name = held.cf
        AND part.table_identity IS NULL;

    UPDATE helenus.backup AS backup
    SET snapshot_began = backup.event_time,
        snapshot_ended = GREATEST(backup.event_time, whole.written_at)
    FROM (
        SELECT found.tag, max(found.written_at) AS written_at
        FROM helenus.found_backup AS found
        WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
            AND found.problem IS NULL
        GROUP BY found.tag
        HAVING count(*) = count(found.written_at)
    ) AS whole
    WHERE backup.cluster_id = of_cluster AND backup.tag = whole.tag
        AND backup.request_id IS NULL AND backup.snapshot_ended IS NULL;
END;
ALTER TABLE helenus.backup DROP COLUMN selection;
ALTER TABLE helenus.found_backup DROP COLUMN selection;
REVOKE INSERT ON helenus.pit_segment FROM helenus_executor;
DROP FUNCTION helenus.learn_segments(text, text);
DROP TABLE helenus.found_segment;
