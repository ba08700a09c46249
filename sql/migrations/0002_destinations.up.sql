-- What syncs, verifications and the reading of destinations need to remember.

ALTER TABLE helenus.backup_copy
    ADD COLUMN transfer jsonb,
    ADD COLUMN retries integer NOT NULL DEFAULT 0,
    ADD COLUMN sample_part integer NOT NULL DEFAULT 0,
    ADD COLUMN unverified bigint NOT NULL DEFAULT 0,
    ADD COLUMN origin jsonb,
    ADD CONSTRAINT backup_copy_problems_are_listed
        CHECK (problems IS NULL OR jsonb_typeof(problems) = 'array');
CREATE INDEX backup_copy_owed ON helenus.backup_copy (cluster_id, destination_id, tag)
    WHERE status IN ('error', 'partial') AND deleted_at IS NULL;
COMMENT ON COLUMN helenus.backup_copy.transfer IS
    'How it is sent, for another try: JSON {compressed, throttle, deleteAfterwards}; null for the default.';
COMMENT ON COLUMN helenus.backup_copy.retries IS 'How often it was tried again by itself.';
COMMENT ON COLUMN helenus.backup_copy.sample_part IS 'Which part of its files the next sample reads.';
COMMENT ON COLUMN helenus.backup_copy.unverified IS
    'Files that the last verification read and whose content nothing proves.';
COMMENT ON COLUMN helenus.backup_copy.origin IS
    'Of a backup that was found and is not this cluster''s own: JSON {cluster, cluster_name, written_by, hosts}; null for our own.';
COMMENT ON COLUMN helenus.backup_copy.problems IS
    'What the last verification found: JSON array of {node, keyspace, cf, file, problem}; null for nothing.';

CREATE TABLE helenus.found_backup (
    cluster_id text NOT NULL,
    destination_id text NOT NULL,
    tag text NOT NULL,
    host_id text NOT NULL,
    manifest_bytes bigint NOT NULL,
    seen_at timestamptz NOT NULL,
    run_key text NOT NULL,
    written_by text NOT NULL,
    origin_cluster text NOT NULL,
    origin_cluster_name text NOT NULL,
    node_address text NOT NULL,
    schedule_id text,
    event_time timestamptz,
    host_count integer NOT NULL,
    absent_count integer NOT NULL,
    tables jsonb NOT NULL,
    problem text,
    CONSTRAINT found_backup_pkey PRIMARY KEY (cluster_id, destination_id, tag, host_id),
    CONSTRAINT found_backup_destination_fkey FOREIGN KEY (cluster_id, destination_id)
        REFERENCES helenus.destination ON DELETE CASCADE,
    CONSTRAINT found_backup_writer_known CHECK (written_by IN ('Helenus', 'OpsCenter', '')),
    CONSTRAINT found_backup_tables_are_listed CHECK (jsonb_typeof(tables) = 'array')
);
COMMENT ON TABLE helenus.found_backup IS
    'One node''s part of a backup as it was last seen on a destination, whoever wrote it.';
COMMENT ON COLUMN helenus.found_backup.cluster_id IS 'The cluster whose destination it is.';
COMMENT ON COLUMN helenus.found_backup.destination_id IS 'The destination.';
COMMENT ON COLUMN helenus.found_backup.tag IS 'The backup''s name.';
COMMENT ON COLUMN helenus.found_backup.host_id IS 'Whose part it is.';
COMMENT ON COLUMN helenus.found_backup.manifest_bytes IS
    'Bytes of its backup.json; another size means that it must be read again.';
COMMENT ON COLUMN helenus.found_backup.seen_at IS 'When the reading began that saw it last.';
COMMENT ON COLUMN helenus.found_backup.run_key IS
    'Equal for the parts of one run: two clusters may use the same tag.';
COMMENT ON COLUMN helenus.found_backup.written_by IS 'Helenus, OpsCenter, or empty where it cannot be read.';
COMMENT ON COLUMN helenus.found_backup.origin_cluster IS
    'The cluster''s id in the service that wrote it; empty where that is not told.';
COMMENT ON COLUMN helenus.found_backup.origin_cluster_name IS 'That cluster''s name in Cassandra.';
COMMENT ON COLUMN helenus.found_backup.node_address IS 'The node''s address at the time.';
COMMENT ON COLUMN helenus.found_backup.schedule_id IS 'The schedule that made it; null for an ad hoc run.';
COMMENT ON COLUMN helenus.found_backup.event_time IS 'When it was made; null where nothing tells.';
COMMENT ON COLUMN helenus.found_backup.host_count IS
    'How many nodes the backup was to hold; 0 where that is not told.';
COMMENT ON COLUMN helenus.found_backup.absent_count IS 'How many of them were away at the snapshot.';
COMMENT ON COLUMN helenus.found_backup.tables IS
    'JSON array of {keyspace, cf, outcome, message, files, size}.';
COMMENT ON COLUMN helenus.found_backup.problem IS 'Why it cannot be used; null where it can.';

ALTER TABLE helenus.found_backup ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.found_backup FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.found_backup USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.found_backup TO helenus_executor;

CREATE FUNCTION helenus.copy_sums(of_cluster text, of_tag text, of_destination text)
RETURNS TABLE (keyspaces jsonb, files bigint, bytes bigint, new_bytes bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        COALESCE(jsonb_object_agg(keyspace.name, jsonb_build_object(
            'cfs', keyspace.cfs, 'nodes', keyspace.nodes, 'size', keyspace.bytes)), '{}'),
        COALESCE(sum(keyspace.files), 0)::bigint,
        COALESCE(sum(keyspace.bytes), 0)::bigint,
        COALESCE(sum(keyspace.new_bytes), 0)::bigint
    FROM (
        SELECT
            part.keyspace_name AS name,
            jsonb_agg(DISTINCT part.table_name) AS cfs,
            jsonb_agg(DISTINCT part.node_address) AS nodes,
            sum(part.files) AS files, sum(part.bytes) AS bytes, sum(part.new_bytes) AS new_bytes
        FROM helenus.backup_copy_table AS part
        WHERE part.cluster_id = of_cluster AND part.tag = of_tag
            AND part.destination_id = of_destination
        GROUP BY part.keyspace_name
    ) AS keyspace;
END;
COMMENT ON FUNCTION helenus.copy_sums(text, text, text) IS
    'What a copy holds, summed over its nodes and tables, with its keyspaces as the API lists them.';

CREATE FUNCTION helenus.follow_destination(
    of_cluster text, of_destination text, since timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    busy text[];
    chosen_tags text[];
    chosen_runs text[];
BEGIN
    PERFORM pg_advisory_xact_lock(1749775, hashtext(of_cluster || '/' || of_destination));

    DELETE FROM helenus.found_backup AS found
    WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
        AND found.seen_at < since;

    -- What is being made or removed, or was while the destination was read, is left to whoever
    -- does that.
    busy := ARRAY(
        SELECT copy.tag
        FROM helenus.backup_copy AS copy
        WHERE copy.cluster_id = of_cluster AND copy.destination_id = of_destination
            AND (copy.status = 'running' OR copy.finished_at >= since OR copy.deleted_at >= since)
        UNION
        SELECT job.payload ->> 'tag'
        FROM helenus.job AS job
        WHERE job.cluster_id = of_cluster AND job.finished_at IS NULL
            AND job.kind IN ('backup', 'sync', 'delete_backup')
            AND (job.payload ->> 'destinationID' = of_destination
                OR job.payload -> 'destinations' ? of_destination));

    -- Two clusters may have used one tag: our own nodes' run goes before others, then the largest.
    -- Of these, the runs that the catalog does not know, or knows with other nodes.
    SELECT
        COALESCE(array_agg(chosen.tag), '{}'), COALESCE(array_agg(chosen.run_key), '{}')
    INTO chosen_tags, chosen_runs
    FROM (
        SELECT DISTINCT ON (run.tag) run.tag, run.run_key, run.hosts
        FROM (
            SELECT
                found.tag, found.run_key,
                array_agg(found.host_id ORDER BY found.host_id) AS hosts,
                bool_or(
                    EXISTS (
                        SELECT FROM helenus.node AS node
                        WHERE node.cluster_id = of_cluster AND node.host_id = found.host_id)
                    OR EXISTS (
                        SELECT FROM helenus.backup_copy_table AS part
                        WHERE part.cluster_id = of_cluster AND part.tag = found.tag
                            AND part.destination_id = of_destination
                            AND part.host_id = found.host_id)) AS is_own
            FROM helenus.found_backup AS found
            WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
                AND found.problem IS NULL AND found.tag <> ALL (busy)
            GROUP BY found.tag, found.run_key
        ) AS run
        ORDER BY run.tag, run.is_own DESC, cardinality(run.hosts) DESC, run.run_key
    ) AS chosen
    WHERE NOT EXISTS (
        SELECT FROM helenus.backup_copy AS copy
        WHERE copy.cluster_id = of_cluster AND copy.tag = chosen.tag
            AND copy.destination_id = of_destination AND copy.listed
            AND chosen.hosts = ARRAY(
                SELECT DISTINCT part.host_id
                FROM helenus.backup_copy_table AS part
                WHERE part.cluster_id = of_cluster AND part.tag = chosen.tag
                    AND part.destination_id = of_destination
                ORDER BY part.host_id));

    INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time)
    SELECT
        of_cluster, found.tag, min(found.schedule_id),
        date_trunc('second', COALESCE(min(found.event_time), now()))
    FROM helenus.found_backup AS found
    JOIN unnest(chosen_tags, chosen_runs) AS chosen (tag, run_key)
        ON chosen.tag = found.tag AND chosen.run_key = found.run_key
    WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
    GROUP BY found.tag
    ON CONFLICT DO NOTHING;

    INSERT INTO helenus.backup_copy AS copy (
        cluster_id, tag, destination_id, status, message, listed, finished_at, origin)
    SELECT
        of_cluster, verdict.tag, of_destination,
        CASE WHEN verdict.message = '' THEN 'success' ELSE 'partial' END,
        NULLIF(verdict.message, ''), true, now(), verdict.origin
    FROM (
        SELECT
            found.tag,
            concat_ws('; ',
                CASE WHEN count(*) < max(found.host_count) - max(found.absent_count) THEN format(
                    'the parts of %s of %s nodes are there', count(*),
                    max(found.host_count) - max(found.absent_count)) END,
                CASE WHEN max(found.absent_count) > 0 THEN format(
                    '%s of %s nodes were away at the snapshot', max(found.absent_count),
                    max(found.host_count)) END,
                CASE WHEN bool_or(found.tables @? '$[*] ? (@.outcome != "success")') THEN
                    'not every table is whole' END,
                (
                    SELECT min(other.problem)
                    FROM helenus.found_backup AS other
                    WHERE other.cluster_id = of_cluster AND other.tag = found.tag
                        AND other.destination_id = of_destination AND other.problem IS NOT NULL
                )) AS message,
            CASE WHEN bool_or(
                found.written_by <> 'Helenus' OR found.origin_cluster <> of_cluster)
            THEN jsonb_build_object(
                'cluster', max(found.origin_cluster),
                'cluster_name', max(found.origin_cluster_name),
                'written_by', max(found.written_by),
                'hosts', jsonb_object_agg(found.host_id, found.node_address)) END AS origin
        FROM helenus.found_backup AS found
        JOIN unnest(chosen_tags, chosen_runs) AS chosen (tag, run_key)
            ON chosen.tag = found.tag AND chosen.run_key = found.run_key
        WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
            AND found.problem IS NULL
        GROUP BY found.tag
    ) AS verdict
    ON CONFLICT ON CONSTRAINT backup_copy_pkey DO UPDATE
    SET status = EXCLUDED.status, message = EXCLUDED.message, listed = true,
        finished_at = EXCLUDED.finished_at, deleted_at = NULL, origin = EXCLUDED.origin,
        -- What was verified was another set of files.
        verified_at = NULL, verified_mode = NULL, problems = NULL, unverified = 0;

    DELETE FROM helenus.backup_copy_table AS part
    WHERE part.cluster_id = of_cluster AND part.destination_id = of_destination
        AND part.tag = ANY (chosen_tags);

    INSERT INTO helenus.backup_copy_table (
        cluster_id, tag, destination_id, host_id, node_address,
        keyspace_name, table_name, files, bytes, outcome, message)
    SELECT
        of_cluster, found.tag, of_destination, found.host_id,
        COALESCE(NULLIF(found.node_address, ''), node.address, found.host_id),
        held.keyspace, held.cf, held.files, held.size,
        CASE held.outcome WHEN 'success' THEN 'success' ELSE 'error' END, held.message
    FROM helenus.found_backup AS found
    JOIN unnest(chosen_tags, chosen_runs) AS chosen (tag, run_key)
        ON chosen.tag = found.tag AND chosen.run_key = found.run_key
    LEFT JOIN helenus.node AS node
        ON node.cluster_id = of_cluster AND node.host_id = found.host_id
    CROSS JOIN LATERAL jsonb_to_recordset(found.tables) AS held (
        keyspace text, cf text, outcome text, message text, files bigint, size bigint)
    WHERE found.cluster_id = of_cluster AND found.destination_id = of_destination
        AND found.problem IS NULL
    ON CONFLICT DO NOTHING;

    UPDATE helenus.backup_copy AS copy
    SET keyspaces = sums.keyspaces, files = sums.files, bytes = sums.bytes
    FROM unnest(chosen_tags) AS chosen (tag)
    CROSS JOIN LATERAL helenus.copy_sums(of_cluster, chosen.tag, of_destination) AS sums
    WHERE copy.cluster_id = of_cluster AND copy.tag = chosen.tag
        AND copy.destination_id = of_destination;

    -- What is there and cannot be used any more.
    UPDATE helenus.backup_copy AS copy
    SET listed = false, status = 'error', message = found.problem
    FROM (
        SELECT part.tag, min(part.problem) AS problem
        FROM helenus.found_backup AS part
        WHERE part.cluster_id = of_cluster AND part.destination_id = of_destination
        GROUP BY part.tag
        HAVING bool_and(part.problem IS NOT NULL)
    ) AS found
    WHERE copy.cluster_id = of_cluster AND copy.destination_id = of_destination
        AND copy.tag = found.tag AND copy.listed AND copy.tag <> ALL (busy);

    -- What is not there any more.
    WITH gone AS (
        UPDATE helenus.backup_copy AS copy
        SET listed = false, deleted_at = now()
        WHERE copy.cluster_id = of_cluster AND copy.destination_id = of_destination
            AND copy.listed AND copy.tag <> ALL (busy)
            AND NOT EXISTS (
                SELECT FROM helenus.found_backup AS found
                WHERE found.cluster_id = of_cluster AND found.tag = copy.tag
                    AND found.destination_id = of_destination)
        RETURNING copy.tag
    )
    UPDATE helenus.activity_event AS event
    SET deleted_at = now()
    FROM gone
    WHERE event.cluster_id = of_cluster AND event.backup_id = gone.tag
        AND event.destination_id = of_destination
        AND event.type IN ('backup', 'sync') AND event.deleted_at IS NULL;
END
$$;
COMMENT ON FUNCTION helenus.follow_destination(text, text, timestamptz) IS
    'Brings the catalog in line with what found_backup says of a destination whose reading began at that time.';
