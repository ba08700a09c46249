-- What GET /metrics asks: sums and newest times, kept where they change, so that a scrape reads a row
-- for each of them and no history.

CREATE TABLE helenus.job_count (
    cluster_id text NOT NULL,
    kind text NOT NULL,
    outcome text NOT NULL,
    part smallint NOT NULL,
    jobs bigint NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT job_count_pkey PRIMARY KEY (cluster_id, kind, outcome, part),
    CONSTRAINT job_count_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT job_count_outcome_known CHECK (
        outcome IN ('success', 'partial', 'error', 'cancelled', 'retried', 'lapsed')),
    CONSTRAINT job_count_grows CHECK (jobs >= 1)
) WITH (fillfactor = 50);
COMMENT ON TABLE helenus.job_count IS
    'How often jobs came to what end, also those that were removed from the queue since.';
COMMENT ON COLUMN helenus.job_count.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.job_count.kind IS 'The kind of the jobs.';
COMMENT ON COLUMN helenus.job_count.outcome IS
    'success, partial, error or cancelled: how they ended, as their request says; retried: put back after a failure; lapsed: their executor died or stalled.';
COMMENT ON COLUMN helenus.job_count.part IS
    'Which of eight rows it is, by the connection that counts: so that executors seldom wait for each other. What counts is their sum.';
COMMENT ON COLUMN helenus.job_count.jobs IS 'How often that happened.';
COMMENT ON COLUMN helenus.job_count.last_at IS 'When it last did.';

-- At the end of the transaction, so that its row is locked last and for a moment.
CREATE FUNCTION helenus.count_job() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    came_to text := CASE NEW.state
        WHEN 'succeeded' THEN COALESCE((
            SELECT request.status
            FROM helenus.request AS request
            WHERE request.cluster_id = NEW.cluster_id AND request.id = NEW.request_id
                AND request.status = 'partial'), 'success')
        WHEN 'failed' THEN 'error'
        WHEN 'cancelled' THEN 'cancelled'
        WHEN 'retryable' THEN 'retried'
        ELSE 'lapsed' END;
BEGIN
    INSERT INTO helenus.job_count AS counted (cluster_id, kind, outcome, part, jobs, last_at)
    VALUES (NEW.cluster_id, NEW.kind, came_to, pg_backend_pid() % 8, 1, now())
    ON CONFLICT ON CONSTRAINT job_count_pkey DO UPDATE
    SET jobs = counted.jobs + 1, last_at = GREATEST(counted.last_at, EXCLUDED.last_at);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.count_job() IS 'Counts what came of a job.';
CREATE CONSTRAINT TRIGGER count_job AFTER UPDATE OF state, crashes ON helenus.job
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        OLD.finished_at IS NULL
        AND (NEW.finished_at IS NOT NULL
            OR (NEW.state = 'retryable' AND OLD.state = 'running')
            OR NEW.crashes > OLD.crashes))
    EXECUTE FUNCTION helenus.count_job();

CREATE TABLE helenus.newest_good_copy (
    cluster_id text NOT NULL,
    keyspace_name text NOT NULL,
    destination_id text NOT NULL,
    tag text NOT NULL,
    backup_time timestamptz NOT NULL,
    CONSTRAINT newest_good_copy_pkey PRIMARY KEY (cluster_id, keyspace_name, destination_id),
    CONSTRAINT newest_good_copy_copy_fkey FOREIGN KEY (cluster_id, tag, destination_id)
        REFERENCES helenus.backup_copy ON DELETE CASCADE
) WITH (fillfactor = 50);
COMMENT ON TABLE helenus.newest_good_copy IS
    'The newest good backup of each keyspace on each destination. One that is partial, or in which a verification found a problem, is not good.';
COMMENT ON COLUMN helenus.newest_good_copy.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.newest_good_copy.keyspace_name IS 'The keyspace.';
COMMENT ON COLUMN helenus.newest_good_copy.destination_id IS
    'The destination; OPSC_ON_SERVER for the snapshots on the nodes.';
COMMENT ON COLUMN helenus.newest_good_copy.tag IS 'The backup.';
COMMENT ON COLUMN helenus.newest_good_copy.backup_time IS 'The time in its name.';

CREATE FUNCTION helenus.note_good_copy() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    looked_for text[];
BEGIN
    -- What this copy was the newest of, is looked for anew.
    IF TG_OP = 'UPDATE' AND OLD.listed THEN
        WITH gone AS (
            DELETE FROM helenus.newest_good_copy AS newest
            WHERE newest.cluster_id = OLD.cluster_id AND newest.destination_id = OLD.destination_id
                AND newest.tag = OLD.tag
            RETURNING newest.keyspace_name
        )
        SELECT array_agg(gone.keyspace_name) INTO looked_for FROM gone;
        INSERT INTO helenus.newest_good_copy (
            cluster_id, keyspace_name, destination_id, tag, backup_time)
        SELECT OLD.cluster_id, keyspace.name, OLD.destination_id, found.tag, found.backup_time
        FROM unnest(looked_for) AS keyspace (name)
        CROSS JOIN LATERAL (
            SELECT copy.tag, copy.backup_time
            FROM helenus.backup_copy AS copy
            WHERE copy.cluster_id = OLD.cluster_id AND copy.destination_id = OLD.destination_id
                AND copy.listed AND copy.status = 'success' AND copy.problems IS NULL
                AND copy.keyspaces ? keyspace.name
            ORDER BY copy.backup_time DESC, copy.tag DESC
            LIMIT 1
        ) AS found;
    END IF;
    IF NEW.listed AND NEW.status = 'success' AND NEW.problems IS NULL THEN
        INSERT INTO helenus.newest_good_copy AS newest (
            cluster_id, keyspace_name, destination_id, tag, backup_time)
        SELECT NEW.cluster_id, keyspace.name, NEW.destination_id, NEW.tag, NEW.backup_time
        FROM jsonb_object_keys(NEW.keyspaces) AS keyspace (name)
        ORDER BY keyspace.name
        ON CONFLICT ON CONSTRAINT newest_good_copy_pkey DO UPDATE
        SET tag = EXCLUDED.tag, backup_time = EXCLUDED.backup_time
        WHERE (EXCLUDED.backup_time, EXCLUDED.tag) > (newest.backup_time, newest.tag);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.note_good_copy() IS
    'Keeps the newest good backup of each keyspace of a copy that changes.';
CREATE TRIGGER note_good_copy_made AFTER INSERT ON helenus.backup_copy
    FOR EACH ROW WHEN (NEW.listed)
    EXECUTE FUNCTION helenus.note_good_copy();
CREATE TRIGGER note_good_copy_changed AFTER UPDATE ON helenus.backup_copy
    FOR EACH ROW WHEN (
        (NEW.listed OR OLD.listed)
        AND (NEW.listed, NEW.status, NEW.problems, NEW.keyspaces, NEW.backup_time)
            IS DISTINCT FROM
            (OLD.listed, OLD.status, OLD.problems, OLD.keyspaces, OLD.backup_time))
    EXECUTE FUNCTION helenus.note_good_copy();

CREATE TABLE helenus.node_sent (
    cluster_id text NOT NULL,
    host_id text NOT NULL,
    bytes bigint NOT NULL,
    milliseconds bigint NOT NULL,
    CONSTRAINT node_sent_pkey PRIMARY KEY (cluster_id, host_id),
    CONSTRAINT node_sent_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT node_sent_grows CHECK (bytes >= 0 AND milliseconds >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE helenus.node_sent IS 'What each node has sent to destinations, all backups together.';
COMMENT ON COLUMN helenus.node_sent.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.node_sent.host_id IS 'The node''s host id.';
COMMENT ON COLUMN helenus.node_sent.bytes IS 'Bytes that had to be sent.';
COMMENT ON COLUMN helenus.node_sent.milliseconds IS 'How long its agent was at it.';

-- A part that is sent again counts by as much as it is more.
CREATE FUNCTION helenus.add_node_sent() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    more_bytes bigint := NEW.new_bytes;
    more_milliseconds bigint := COALESCE(NEW.milliseconds, 0);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        more_bytes := GREATEST(0, more_bytes - OLD.new_bytes);
        more_milliseconds := GREATEST(0, more_milliseconds - COALESCE(OLD.milliseconds, 0));
    END IF;
    INSERT INTO helenus.node_sent AS sent (cluster_id, host_id, bytes, milliseconds)
    VALUES (NEW.cluster_id, NEW.host_id, more_bytes, more_milliseconds)
    ON CONFLICT ON CONSTRAINT node_sent_pkey DO UPDATE
    SET bytes = sent.bytes + EXCLUDED.bytes,
        milliseconds = sent.milliseconds + EXCLUDED.milliseconds;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.add_node_sent() IS 'Adds a node''s part of a copy to what it has sent in all.';
CREATE TRIGGER add_node_sent AFTER INSERT OR UPDATE ON helenus.backup_copy_node
    FOR EACH ROW WHEN (NEW.destination_id <> 'OPSC_ON_SERVER')
    EXECUTE FUNCTION helenus.add_node_sent();

-- Beside the document, which is large where there are many tables.
ALTER TABLE helenus.request_progress ADD COLUMN rate bigint GENERATED ALWAYS AS (
    CASE WHEN document ->> 'state' = 'running'
            AND jsonb_typeof(document #> '{details,rate}') = 'number'
        THEN (document #>> '{details,rate}')::numeric::bigint END) STORED;
COMMENT ON COLUMN helenus.request_progress.rate IS
    'Bytes per second that the node moves, as the document says; null where it moves none.';

-- What is known of the time before.
SELECT set_config('helenus.clusters', '*', true);
INSERT INTO helenus.job_count (cluster_id, kind, outcome, part, jobs, last_at)
SELECT ended.cluster_id, ended.kind, ended.outcome, 0, count(*), max(ended.finished_at)
FROM (
    SELECT
        job.cluster_id, job.kind, job.finished_at,
        CASE job.state
            WHEN 'failed' THEN 'error'
            WHEN 'cancelled' THEN 'cancelled'
            ELSE CASE WHEN request.status = 'partial' THEN 'partial' ELSE 'success' END
        END AS outcome
    FROM helenus.job AS job
    LEFT JOIN helenus.request AS request
        ON request.cluster_id = job.cluster_id AND request.id = job.request_id
    WHERE job.finished_at IS NOT NULL
) AS ended
GROUP BY ended.cluster_id, ended.kind, ended.outcome;
INSERT INTO helenus.newest_good_copy (cluster_id, keyspace_name, destination_id, tag, backup_time)
SELECT DISTINCT ON (copy.cluster_id, keyspace.name, copy.destination_id)
    copy.cluster_id, keyspace.name, copy.destination_id, copy.tag, copy.backup_time
FROM helenus.backup_copy AS copy
CROSS JOIN LATERAL jsonb_object_keys(copy.keyspaces) AS keyspace (name)
WHERE copy.listed AND copy.status = 'success' AND copy.problems IS NULL
ORDER BY
    copy.cluster_id, keyspace.name, copy.destination_id, copy.backup_time DESC, copy.tag DESC;
SELECT set_config('helenus.clusters', '', true);

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['job_count', 'newest_good_copy', 'node_sent'] LOOP
        EXECUTE format('ALTER TABLE helenus.%I ENABLE ROW LEVEL SECURITY', table_name);
        EXECUTE format('ALTER TABLE helenus.%I FORCE ROW LEVEL SECURITY', table_name);
        EXECUTE format(
            'CREATE POLICY permitted_clusters ON helenus.%I USING ('
            '(SELECT helenus.all_clusters_permitted())'
            ' OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]))',
            table_name);
    END LOOP;
END
$$;
GRANT SELECT ON helenus.job_count, helenus.node_sent TO helenus_api;
GRANT SELECT, INSERT, UPDATE ON helenus.job_count, helenus.node_sent TO helenus_executor;
GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.newest_good_copy TO helenus_api, helenus_executor;
