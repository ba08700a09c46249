-- What must be known of a snapshot, and of the cluster that it would go back to, before a
-- point-in-time restore may begin.

ALTER TABLE helenus.backup
    ADD COLUMN snapshot_began timestamptz,
    ADD COLUMN snapshot_ended timestamptz,
    ADD CONSTRAINT backup_snapshot_takes_time CHECK (snapshot_began <= snapshot_ended);
COMMENT ON COLUMN helenus.backup.snapshot_began IS
    'Before this no node had taken its snapshot; null where that was not noted.';
COMMENT ON COLUMN helenus.backup.snapshot_ended IS
    'From here on every node had: it holds nothing that was written later; null where that was not noted.';

ALTER TABLE helenus.backup_copy_table ADD COLUMN table_identity text;
COMMENT ON COLUMN helenus.backup_copy_table.table_identity IS
    'Cassandra''s id of the table, 32 hex digits; before version 2.1 when it was made, in microseconds since 1970; null where nothing told.';

ALTER TABLE helenus.node
    ADD COLUMN table_identities jsonb NOT NULL DEFAULT '{}',
    ADD CONSTRAINT node_table_identities_are_an_object
        CHECK (jsonb_typeof(table_identities) = 'object');
COMMENT ON COLUMN helenus.node.table_identities IS
    'JSON {keyspace: {table: identity}}, as backup_copy_table has them, of the schema now.';

CREATE TABLE helenus.backup_host (
    cluster_id text NOT NULL,
    tag text NOT NULL,
    host_id text NOT NULL,
    tokens jsonb NOT NULL,
    CONSTRAINT backup_host_pkey PRIMARY KEY (cluster_id, tag, host_id),
    CONSTRAINT backup_host_backup_fkey FOREIGN KEY (cluster_id, tag)
        REFERENCES helenus.backup ON DELETE CASCADE,
    CONSTRAINT backup_host_tokens_are_listed CHECK (jsonb_typeof(tokens) = 'array')
);
COMMENT ON TABLE helenus.backup_host IS 'The ring at a backup: a row for each node that it holds.';
COMMENT ON COLUMN helenus.backup_host.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.backup_host.tag IS 'The backup.';
COMMENT ON COLUMN helenus.backup_host.host_id IS 'The node''s host id.';
COMMENT ON COLUMN helenus.backup_host.tokens IS 'The tokens that it had, a JSON array of strings.';
-- A backup that is found on a destination tells the same, but for the times of its snapshot: it began
-- not before it was asked for, and had ended when its manifests were written.
ALTER TABLE helenus.found_backup
    ADD COLUMN tokens jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN written_at timestamptz,
    ADD CONSTRAINT found_backup_tokens_are_listed CHECK (jsonb_typeof(tokens) = 'array');
COMMENT ON COLUMN helenus.found_backup.tokens IS
    'The tokens that the node had, a JSON array of strings; empty where that is not told.';
COMMENT ON COLUMN helenus.found_backup.written_at IS
    'When the manifest was written; null where that is not told.';

CREATE FUNCTION helenus.follow_hosts(of_cluster text, of_destination text) RETURNS void
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
COMMENT ON FUNCTION helenus.follow_hosts(text, text) IS
    'Notes the ring, the tables and the times of the backups that were found on a destination.';

ALTER TABLE helenus.backup_host ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.backup_host FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.backup_host USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT ON helenus.backup_host TO helenus_api;
GRANT SELECT, INSERT, UPDATE ON helenus.backup_host TO helenus_executor;
