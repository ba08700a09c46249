-- A catalog that was lost learns again of the commitlog segments on a destination, from the documents
-- that lie beside them, and from the manifests what a backup was to hold.

CREATE TABLE helenus.found_segment (
    cluster_id text NOT NULL,
    destination_id text NOT NULL,
    host_id text NOT NULL,
    sequence bigint NOT NULL,
    segment_name text NOT NULL,
    entry jsonb NOT NULL,
    CONSTRAINT found_segment_pkey
        PRIMARY KEY (cluster_id, destination_id, host_id, sequence, segment_name),
    CONSTRAINT found_segment_destination_fkey FOREIGN KEY (cluster_id, destination_id)
        REFERENCES helenus.destination ON DELETE CASCADE,
    CONSTRAINT found_segment_entry_is_an_object CHECK (jsonb_typeof(entry) = 'object')
);
COMMENT ON TABLE helenus.found_segment IS
    'Commitlog segments that were found on a destination that is being read, until its end is reached.';
COMMENT ON COLUMN helenus.found_segment.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.found_segment.destination_id IS 'The destination.';
COMMENT ON COLUMN helenus.found_segment.host_id IS 'The node''s host id.';
COMMENT ON COLUMN helenus.found_segment.sequence IS 'Its number in the node''s ledger.';
COMMENT ON COLUMN helenus.found_segment.segment_name IS 'Its file name.';
COMMENT ON COLUMN helenus.found_segment.entry IS 'JSON: the line of the ledger, as agents report them.';

-- In the order of the numbers, which the trigger needs. A number that two segments have is one of a
-- ledger that was lost and begun anew: it tells nothing, and is left out. Nor does one follow another
-- whose end is not its begin.
CREATE FUNCTION helenus.learn_segments(of_cluster text, of_destination text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    learned text[];
BEGIN
    WITH entered AS (
        INSERT INTO helenus.pit_segment (
            cluster_id, host_id, destination_id, sequence, segment_name, first_write, last_write,
            bytes, stored_bytes, sha256, compressed, commitlog_version, outcome, stored_at)
        SELECT
            found.cluster_id, found.host_id, found.destination_id, found.sequence,
            found.segment_name, to_timestamp(entry.first_write), to_timestamp(entry.last_write),
            entry.bytes, entry.stored_bytes, decode(entry.sha256, 'hex'), entry.compressed,
            entry.version, entry.outcome, to_timestamp(entry.stored_at)
        FROM helenus.found_segment AS found
        CROSS JOIN LATERAL jsonb_to_record(found.entry) AS entry (
            first_write double precision, last_write double precision, bytes bigint,
            stored_bytes bigint, sha256 text, compressed boolean, version text, outcome text,
            stored_at double precision)
        WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
            AND NOT EXISTS (
                SELECT FROM helenus.found_segment AS other
                WHERE other.cluster_id = found.cluster_id
                    AND other.destination_id = found.destination_id
                    AND other.host_id = found.host_id AND other.sequence = found.sequence
                    AND other.segment_name <> found.segment_name)
            AND NOT EXISTS (
                SELECT FROM helenus.pit_segment AS known
                WHERE known.cluster_id = found.cluster_id AND known.host_id = found.host_id
                    AND known.destination_id = found.destination_id)
        ORDER BY found.host_id, found.sequence
        ON CONFLICT (cluster_id, host_id, destination_id, sequence) DO NOTHING
        RETURNING host_id
    )
    SELECT COALESCE(array_agg(DISTINCT entered.host_id), '{}') INTO learned FROM entered;

    UPDATE helenus.pit_segment AS segment SET follows = false
    FROM helenus.pit_segment AS predecessor
    WHERE segment.cluster_id = of_cluster AND segment.destination_id = of_destination
        AND segment.host_id = ANY (learned) AND segment.follows
        AND predecessor.cluster_id = segment.cluster_id
        AND predecessor.destination_id = segment.destination_id
        AND predecessor.host_id = segment.host_id
        AND predecessor.sequence = segment.sequence - 1
        AND predecessor.last_write <> segment.first_write;

    DELETE FROM helenus.found_segment AS found
    WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination;
END
$$;
COMMENT ON FUNCTION helenus.learn_segments(text, text) IS
    'Takes what was found on a destination into the ledger, of nodes of which nothing was known there.';

ALTER TABLE helenus.found_segment ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.found_segment FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.found_segment USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT, INSERT, DELETE ON helenus.found_segment TO helenus_executor;
GRANT INSERT ON helenus.pit_segment TO helenus_executor;

ALTER TABLE helenus.found_backup
    ADD COLUMN selection jsonb,
    ADD CONSTRAINT found_backup_selection_is_an_object CHECK (jsonb_typeof(selection) = 'object');
COMMENT ON COLUMN helenus.found_backup.selection IS
    'What it was to hold, JSON {keyspace: [table]} as request.keyspaces has it; null where that is not told.';
ALTER TABLE helenus.backup
    ADD COLUMN selection jsonb,
    ADD CONSTRAINT backup_selection_is_an_object CHECK (jsonb_typeof(selection) = 'object');
COMMENT ON COLUMN helenus.backup.selection IS
    'What it was to hold, where it was found on a destination; null where its request tells, or nothing.';

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
        snapshot_ended = GREATEST(backup.event_time, whole.written_at),
        selection = whole.selection
    FROM (
        SELECT
            found.tag, max(found.written_at) AS written_at,
            -- Of our run: another cluster may have used the tag.
            (array_agg(found.selection ORDER BY found.host_id) FILTER (WHERE EXISTS (
                SELECT FROM helenus.backup_copy_table AS part
                WHERE part.cluster_id = of_cluster AND part.tag = found.tag
                    AND part.destination_id = of_destination
                    AND part.host_id = found.host_id)))[1] AS selection
        FROM helenus.found_backup AS found
        WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
            AND found.problem IS NULL
        GROUP BY found.tag
        HAVING count(*) = count(found.written_at)
    ) AS whole
    WHERE backup.cluster_id = of_cluster AND backup.tag = whole.tag
        AND backup.request_id IS NULL AND backup.snapshot_ended IS NULL;
END;
