-- The schema report: the stable SQL interface, who may read which clusters through it, and what it
-- needs to be recorded and indexed.

CREATE TABLE helenus.backup_copy_node (
    cluster_id text NOT NULL,
    tag text NOT NULL,
    destination_id text NOT NULL,
    host_id text NOT NULL,
    node_address text NOT NULL,
    files bigint NOT NULL,
    bytes bigint NOT NULL,
    new_bytes bigint NOT NULL,
    milliseconds bigint,
    CONSTRAINT backup_copy_node_pkey PRIMARY KEY (cluster_id, tag, destination_id, host_id),
    CONSTRAINT backup_copy_node_copy_fkey FOREIGN KEY (cluster_id, tag, destination_id)
        REFERENCES helenus.backup_copy ON DELETE CASCADE,
    CONSTRAINT backup_copy_node_time_is_elapsed CHECK (milliseconds >= 0)
);
COMMENT ON TABLE helenus.backup_copy_node IS
    'What one node added to a copy, and in which time; written with its rows of backup_copy_table.';
COMMENT ON COLUMN helenus.backup_copy_node.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.backup_copy_node.tag IS 'The backup.';
COMMENT ON COLUMN helenus.backup_copy_node.destination_id IS
    'The destination; OPSC_ON_SERVER for the capture of the snapshot.';
COMMENT ON COLUMN helenus.backup_copy_node.host_id IS 'The node''s host id at the time.';
COMMENT ON COLUMN helenus.backup_copy_node.node_address IS 'The node''s address at the time.';
COMMENT ON COLUMN helenus.backup_copy_node.files IS 'Files of the node in the copy.';
COMMENT ON COLUMN helenus.backup_copy_node.bytes IS 'Bytes of those files.';
COMMENT ON COLUMN helenus.backup_copy_node.new_bytes IS 'Bytes that had to be sent.';
COMMENT ON COLUMN helenus.backup_copy_node.milliseconds IS
    'How long the agent was at it, since it last started; null where it did not tell.';
ALTER TABLE helenus.backup_copy_node ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.backup_copy_node FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.backup_copy_node USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.backup_copy_node TO helenus_executor;

-- The newest good copy of a destination is found in one step, and those that are too old in a few.
ALTER TABLE helenus.backup_copy ADD COLUMN backup_time timestamptz;
COMMENT ON COLUMN helenus.backup_copy.backup_time IS
    'The event_time of its backup, from when it is first listed; kept here for an index.';

CREATE FUNCTION helenus.note_backup_time() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.backup_time := (
        SELECT backup.event_time
        FROM helenus.backup AS backup
        WHERE backup.cluster_id = NEW.cluster_id AND backup.tag = NEW.tag);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION helenus.note_backup_time() IS
    'Gives a copy that becomes listed the time of its backup.';
CREATE TRIGGER note_backup_time BEFORE INSERT OR UPDATE ON helenus.backup_copy
    FOR EACH ROW WHEN (NEW.listed AND NEW.backup_time IS NULL)
    EXECUTE FUNCTION helenus.note_backup_time();

SELECT set_config('helenus.clusters', '*', true);
UPDATE helenus.backup_copy AS copy SET backup_time = backup.event_time
FROM helenus.backup AS backup
WHERE copy.listed AND backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag;
SELECT set_config('helenus.clusters', '', true);
ALTER TABLE helenus.backup_copy ADD CONSTRAINT backup_copy_listed_has_a_time
    CHECK (NOT listed OR backup_time IS NOT NULL);
CREATE INDEX backup_copy_newest
    ON helenus.backup_copy (cluster_id, destination_id, backup_time DESC, tag DESC) WHERE listed;

-- Reports ask for days, over many clusters at once. The day is a column and not an expression in an
-- index: before row-level security has decided, an index is used only for what is leakproof, and
-- AT TIME ZONE is not.
ALTER TABLE helenus.backup ADD COLUMN day date NOT NULL
    GENERATED ALWAYS AS ((event_time AT TIME ZONE 'UTC')::date) STORED;
COMMENT ON COLUMN helenus.backup.day IS 'The day of event_time in UTC.';
CREATE INDEX backup_day ON helenus.backup (day, cluster_id);

-- Not generated, for rows are moved between partitions as they are.
ALTER TABLE helenus.activity_event ADD COLUMN day date;
COMMENT ON COLUMN helenus.activity_event.day IS 'The day of event_time in UTC.';
CREATE OR REPLACE FUNCTION helenus.render_event() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.day := (NEW.event_time AT TIME ZONE 'UTC')::date;
    NEW.document := NULL;
    IF NEW.status <> 'running' THEN
        NEW.document := helenus.event_document(NEW);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION helenus.render_event() IS
    'Keeps the day of an event and the document of a finished one true, in the transaction that changes the event.';
SELECT set_config('helenus.clusters', '*', true);
UPDATE helenus.activity_event SET day = NULL;
SELECT set_config('helenus.clusters', '', true);
ALTER TABLE helenus.activity_event ALTER COLUMN day SET NOT NULL;
CREATE INDEX activity_event_day ON helenus.activity_event (day, cluster_id);

-- ── Who reads what ──────────────────────────────────────────────────────────────────────────────

CREATE TABLE helenus.report_reader (
    login text NOT NULL,
    clusters text[] NOT NULL,
    CONSTRAINT report_reader_pkey PRIMARY KEY (login),
    CONSTRAINT report_reader_clusters_are_named CHECK (array_position(clusters, NULL) IS NULL)
);
COMMENT ON TABLE helenus.report_reader IS
    'Which clusters a login sees in the schema report; a login without a row sees none.';
COMMENT ON COLUMN helenus.report_reader.login IS
    'The role that logs in, a member of helenus_report or that role itself.';
COMMENT ON COLUMN helenus.report_reader.clusters IS 'The ids of the clusters; {*} for all of them.';

-- The transaction's setting is no wall against a login that may write SQL of its own: it could set
-- it to '*'. The setting holds for the service's own roles, for all others the table.
CREATE FUNCTION helenus.reported_clusters() RETURNS text[]
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT CASE
        WHEN pg_has_role(session_user, 'helenus_api', 'MEMBER')
            OR pg_has_role(session_user, 'helenus_executor', 'MEMBER')
            OR pg_has_role(session_user, 'helenus_owner', 'MEMBER')
        THEN helenus.permitted_clusters()
        ELSE COALESCE((
            SELECT reader.clusters
            FROM helenus.report_reader AS reader
            WHERE reader.login = session_user), '{}') END;
END;
COMMENT ON FUNCTION helenus.reported_clusters() IS
    'The ids of the clusters whose rows the session''s login may see in reports; {*} for all.';

CREATE FUNCTION helenus.all_clusters_reported() RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp
RETURN '*' = ANY (helenus.reported_clusters());
COMMENT ON FUNCTION helenus.all_clusters_reported() IS
    'Whether the session''s login may see the rows of every cluster in reports.';

-- The views run as their owner, so these policies are the owner's: one lets it see what a reader
-- may, the other lets it see nothing else, whatever the transaction's setting says.
DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'cluster', 'node', 'destination', 'backup', 'backup_copy', 'backup_copy_table',
        'backup_copy_node', 'activity_event', 'schedule'
    ] LOOP
        EXECUTE format(
            'CREATE POLICY reported ON helenus.%I FOR SELECT TO helenus_owner USING (true)',
            table_name);
        EXECUTE format(
            'CREATE POLICY reported_only ON helenus.%I AS RESTRICTIVE FOR SELECT TO helenus_owner'
            ' USING ((SELECT helenus.all_clusters_reported())'
            ' OR cluster_id = ANY ((SELECT helenus.reported_clusters())::text[]))',
            table_name);
    END LOOP;
END
$$;

-- ── Views ───────────────────────────────────────────────────────────────────────────────────────

CREATE VIEW report.backup_history AS
SELECT
    copy.cluster_id,
    copy.tag,
    copy.destination_id,
    CASE WHEN copy.destination_id = 'OPSC_ON_SERVER' THEN 'on the nodes'
        ELSE destination.provider || ':' || destination.path END AS destination,
    backup.schedule_id,
    backup.event_time AS backup_time,
    backup.day,
    copy.status,
    copy.message,
    copy.listed AS is_restorable,
    copy.listed AND copy.status = 'success' AND copy.problems IS NULL AS is_good,
    copy.started_at,
    copy.finished_at,
    extract(epoch FROM copy.finished_at - copy.started_at)::double precision AS seconds,
    copy.files,
    copy.bytes,
    copy.new_bytes,
    copy.stored_bytes,
    copy.verified_at,
    copy.verified_mode,
    COALESCE(jsonb_array_length(copy.problems), 0) AS problems,
    copy.deleted_at,
    copy.origin ->> 'cluster_name' AS origin
FROM helenus.backup_copy AS copy
JOIN helenus.backup AS backup ON backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag
LEFT JOIN helenus.destination AS destination
    ON destination.cluster_id = copy.cluster_id AND destination.id = copy.destination_id;
COMMENT ON VIEW report.backup_history IS
    'Every backup on every destination, also those that failed, run or were deleted: one row per backup and destination.';
COMMENT ON COLUMN report.backup_history.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.backup_history.tag IS 'The backup''s name.';
COMMENT ON COLUMN report.backup_history.destination_id IS 'The destination; OPSC_ON_SERVER for the snapshots on the nodes.';
COMMENT ON COLUMN report.backup_history.destination IS 'The destination for people: provider:path, or on the nodes.';
COMMENT ON COLUMN report.backup_history.schedule_id IS 'The schedule that made it; null for an ad hoc run.';
COMMENT ON COLUMN report.backup_history.backup_time IS 'The time in its name: what it holds is of that time.';
COMMENT ON COLUMN report.backup_history.day IS 'The day of that time in UTC; a condition on it is served by an index.';
COMMENT ON COLUMN report.backup_history.status IS 'running, success, partial, error or cancelled.';
COMMENT ON COLUMN report.backup_history.message IS 'The cause, where it is not success.';
COMMENT ON COLUMN report.backup_history.is_restorable IS 'Whether it is there and can be restored, if only in part.';
COMMENT ON COLUMN report.backup_history.is_good IS 'Whether it is there and whole, and its last verification, if any, found nothing.';
COMMENT ON COLUMN report.backup_history.started_at IS 'When the copy was begun.';
COMMENT ON COLUMN report.backup_history.finished_at IS 'When it ended; null while it runs.';
COMMENT ON COLUMN report.backup_history.seconds IS 'From the one to the other; null while it runs.';
COMMENT ON COLUMN report.backup_history.files IS 'Files in it, over all nodes.';
COMMENT ON COLUMN report.backup_history.bytes IS 'Bytes of those files.';
COMMENT ON COLUMN report.backup_history.new_bytes IS 'Bytes that had to be sent, because the destination lacked them.';
COMMENT ON COLUMN report.backup_history.stored_bytes IS 'Bytes that were written there.';
COMMENT ON COLUMN report.backup_history.verified_at IS 'When it was last verified; null for never.';
COMMENT ON COLUMN report.backup_history.verified_mode IS 'How: manifest, sample or full.';
COMMENT ON COLUMN report.backup_history.problems IS 'How many problems that verification found.';
COMMENT ON COLUMN report.backup_history.deleted_at IS 'When it was deleted; null while it is there.';
COMMENT ON COLUMN report.backup_history.origin IS 'The name of the cluster that made it, where that is another one; null for our own.';

CREATE VIEW report.backup_tables AS
SELECT
    copy.cluster_id,
    copy.tag,
    copy.destination_id,
    held.keyspace_name,
    held.table_name,
    backup.event_time AS backup_time,
    backup.day,
    held.nodes,
    held.failed_nodes,
    held.files,
    held.bytes,
    held.new_bytes,
    held.message
FROM helenus.backup_copy AS copy
JOIN helenus.backup AS backup ON backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag
CROSS JOIN LATERAL (
    SELECT
        part.keyspace_name,
        part.table_name,
        count(*) AS nodes,
        count(*) FILTER (WHERE part.outcome <> 'success') AS failed_nodes,
        sum(part.files)::bigint AS files,
        sum(part.bytes)::bigint AS bytes,
        sum(part.new_bytes)::bigint AS new_bytes,
        min(part.message) FILTER (WHERE part.outcome <> 'success') AS message
    FROM helenus.backup_copy_table AS part
    WHERE part.cluster_id = copy.cluster_id AND part.tag = copy.tag
        AND part.destination_id = copy.destination_id
    GROUP BY part.keyspace_name, part.table_name
) AS held;
COMMENT ON VIEW report.backup_tables IS
    'What each copy holds of each table, over its nodes. Of millions of rows: name a cluster, a backup or a day.';
COMMENT ON COLUMN report.backup_tables.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.backup_tables.tag IS 'The backup''s name.';
COMMENT ON COLUMN report.backup_tables.destination_id IS 'The destination; OPSC_ON_SERVER for the nodes.';
COMMENT ON COLUMN report.backup_tables.keyspace_name IS 'The keyspace.';
COMMENT ON COLUMN report.backup_tables.table_name IS 'The table.';
COMMENT ON COLUMN report.backup_tables.backup_time IS 'The time in the backup''s name.';
COMMENT ON COLUMN report.backup_tables.day IS 'The day of that time in UTC.';
COMMENT ON COLUMN report.backup_tables.nodes IS 'From how many nodes there is a part.';
COMMENT ON COLUMN report.backup_tables.failed_nodes IS 'How many of these parts are not whole.';
COMMENT ON COLUMN report.backup_tables.files IS 'Files, over all nodes.';
COMMENT ON COLUMN report.backup_tables.bytes IS 'Bytes of those files.';
COMMENT ON COLUMN report.backup_tables.new_bytes IS 'Bytes that had to be sent.';
COMMENT ON COLUMN report.backup_tables.message IS 'A cause, where a part is not whole.';

CREATE VIEW report.daily_outcomes AS
SELECT
    event.cluster_id,
    event.day,
    event.type,
    count(*) AS events,
    count(*) FILTER (WHERE event.status = 'success') AS success,
    count(*) FILTER (WHERE event.status = 'partial') AS partial,
    count(*) FILTER (WHERE event.status = 'error') AS error,
    count(*) FILTER (WHERE event.status = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE event.status = 'running') AS running
FROM helenus.activity_event AS event
GROUP BY event.cluster_id, event.day, event.type;
COMMENT ON VIEW report.daily_outcomes IS
    'How what was begun on a day ended, by cluster and type; each destination of a run counts for itself. What was deleted since still counts.';
COMMENT ON COLUMN report.daily_outcomes.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.daily_outcomes.day IS 'The day in UTC.';
COMMENT ON COLUMN report.daily_outcomes.type IS 'backup, restore, sync, delete, pit_enable, pit_disable or pit_restore.';
COMMENT ON COLUMN report.daily_outcomes.events IS 'How many there were.';
COMMENT ON COLUMN report.daily_outcomes.success IS 'How many ended well.';
COMMENT ON COLUMN report.daily_outcomes.partial IS 'How many ended in part.';
COMMENT ON COLUMN report.daily_outcomes.error IS 'How many failed.';
COMMENT ON COLUMN report.daily_outcomes.cancelled IS 'How many were called off.';
COMMENT ON COLUMN report.daily_outcomes.running IS 'How many have not ended.';

CREATE VIEW report.recovery_points AS
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
COMMENT ON VIEW report.recovery_points IS
    'The newest good backup of every keyspace that the nodes last reported; also of those that have none. A backup that is partial, or in which a verification found a problem, is not good.';
COMMENT ON COLUMN report.recovery_points.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.recovery_points.keyspace_name IS 'The keyspace.';
COMMENT ON COLUMN report.recovery_points.is_system IS 'Whether it is Cassandra''s own.';
COMMENT ON COLUMN report.recovery_points.tag IS 'The newest good backup; null where there is none.';
COMMENT ON COLUMN report.recovery_points.destination_id IS 'Where it lies: a destination rather than the nodes, if it is on both.';
COMMENT ON COLUMN report.recovery_points.backup_time IS 'The time in its name.';
COMMENT ON COLUMN report.recovery_points.age IS 'How long ago that is: what is lost if data is damaged now.';
COMMENT ON COLUMN report.recovery_points.sent_tag IS 'The newest good backup on a destination, which outlives the nodes; null where there is none.';
COMMENT ON COLUMN report.recovery_points.sent_destination_id IS 'That destination.';
COMMENT ON COLUMN report.recovery_points.sent_backup_time IS 'The time in its name.';
COMMENT ON COLUMN report.recovery_points.sent_age IS 'How long ago that is: what is lost if the nodes are lost now.';
COMMENT ON COLUMN report.recovery_points.point_in_time_reach IS
    'Up to when commitlogs let it be restored beyond the backup. Always null for now: it is filled as soon as commitlogs are archived, which is not built yet.';

CREATE VIEW report.storage_growth AS
SELECT
    copy.cluster_id,
    copy.destination_id,
    backup.day,
    count(*) AS backups,
    max(copy.bytes) AS largest_bytes,
    sum(copy.new_bytes)::bigint AS new_bytes,
    sum(copy.stored_bytes)::bigint AS stored_bytes,
    count(*) FILTER (WHERE copy.deleted_at IS NOT NULL) AS deleted
FROM helenus.backup AS backup
JOIN helenus.backup_copy AS copy ON copy.cluster_id = backup.cluster_id AND copy.tag = backup.tag
WHERE copy.status IN ('success', 'partial')
GROUP BY copy.cluster_id, copy.destination_id, backup.day;
COMMENT ON VIEW report.storage_growth IS
    'What the backups of each day added to each destination. What their deletion freed is not in it: files may be shared with other backups.';
COMMENT ON COLUMN report.storage_growth.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.storage_growth.destination_id IS 'The destination; OPSC_ON_SERVER for the nodes, where snapshots are links and nothing is sent.';
COMMENT ON COLUMN report.storage_growth.day IS 'The day of the backups in UTC.';
COMMENT ON COLUMN report.storage_growth.backups IS 'How many of them ended well or in part.';
COMMENT ON COLUMN report.storage_growth.largest_bytes IS 'Bytes of the largest of them, whether sent or there before.';
COMMENT ON COLUMN report.storage_growth.new_bytes IS 'Bytes that had to be sent.';
COMMENT ON COLUMN report.storage_growth.stored_bytes IS 'Bytes that were written there.';
COMMENT ON COLUMN report.storage_growth.deleted IS 'How many of these backups have been deleted since.';

CREATE VIEW report.keyspace_growth AS
SELECT
    copy.cluster_id,
    copy.destination_id,
    keyspace.name AS keyspace_name,
    backup.day,
    max((keyspace.held ->> 'size')::bigint) AS bytes
FROM helenus.backup AS backup
JOIN helenus.backup_copy AS copy ON copy.cluster_id = backup.cluster_id AND copy.tag = backup.tag
CROSS JOIN LATERAL jsonb_each(copy.keyspaces) AS keyspace (name, held)
WHERE copy.status = 'success'
GROUP BY copy.cluster_id, copy.destination_id, keyspace.name, backup.day;
COMMENT ON VIEW report.keyspace_growth IS
    'How large each keyspace was in each day''s whole backups, also in those deleted since.';
COMMENT ON COLUMN report.keyspace_growth.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.keyspace_growth.destination_id IS 'The destination; OPSC_ON_SERVER for the nodes.';
COMMENT ON COLUMN report.keyspace_growth.keyspace_name IS 'The keyspace.';
COMMENT ON COLUMN report.keyspace_growth.day IS 'The day of the backups in UTC.';
COMMENT ON COLUMN report.keyspace_growth.bytes IS 'Its bytes over all nodes, in the day''s largest backup of it.';

CREATE VIEW report.node_throughput AS
SELECT
    part.cluster_id,
    part.tag,
    part.destination_id,
    part.host_id,
    part.node_address,
    backup.event_time AS backup_time,
    backup.day,
    part.files,
    part.bytes,
    part.new_bytes,
    part.milliseconds / 1000.0::double precision AS seconds,
    part.bytes * 1000.0::double precision / NULLIF(part.milliseconds, 0) AS bytes_per_second
FROM helenus.backup_copy_node AS part
JOIN helenus.backup AS backup ON backup.cluster_id = part.cluster_id AND backup.tag = part.tag;
COMMENT ON VIEW report.node_throughput IS
    'How long each node was at its part of a copy: on OPSC_ON_SERVER the capture of its snapshot, elsewhere the sending. A node that failed has no row.';
COMMENT ON COLUMN report.node_throughput.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.node_throughput.tag IS 'The backup''s name.';
COMMENT ON COLUMN report.node_throughput.destination_id IS 'The destination; OPSC_ON_SERVER for the capture.';
COMMENT ON COLUMN report.node_throughput.host_id IS 'The node''s host id.';
COMMENT ON COLUMN report.node_throughput.node_address IS 'Its address at the time.';
COMMENT ON COLUMN report.node_throughput.backup_time IS 'The time in the backup''s name.';
COMMENT ON COLUMN report.node_throughput.day IS 'The day of that time in UTC.';
COMMENT ON COLUMN report.node_throughput.files IS 'Files of its part.';
COMMENT ON COLUMN report.node_throughput.bytes IS 'Bytes of those files, whether sent or there before.';
COMMENT ON COLUMN report.node_throughput.new_bytes IS 'Bytes that had to be sent; of a folder''s, some were sent during the capture.';
COMMENT ON COLUMN report.node_throughput.seconds IS 'How long the agent was at it, since it last started; null where it did not tell.';
COMMENT ON COLUMN report.node_throughput.bytes_per_second IS 'bytes by seconds: compares nodes in one run, and is no rate of the network.';

CREATE VIEW report.slow_nodes AS
WITH node_rate AS (
    SELECT
        part.cluster_id, part.destination_id, part.host_id,
        max(part.node_address) AS node_address,
        count(*) AS runs,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY part.bytes_per_second) AS bytes_per_second
    FROM report.node_throughput AS part
    WHERE part.day >= (now() AT TIME ZONE 'UTC')::date - 30 AND part.bytes_per_second > 0
    GROUP BY part.cluster_id, part.destination_id, part.host_id
    HAVING count(*) >= 3
),
cluster_rate AS (
    SELECT
        node_rate.cluster_id, node_rate.destination_id,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY node_rate.bytes_per_second)
            AS bytes_per_second
    FROM node_rate
    GROUP BY node_rate.cluster_id, node_rate.destination_id
)
SELECT
    node_rate.cluster_id,
    node_rate.destination_id,
    node_rate.host_id,
    node_rate.node_address,
    node_rate.runs,
    node_rate.bytes_per_second,
    cluster_rate.bytes_per_second AS cluster_bytes_per_second,
    cluster_rate.bytes_per_second / node_rate.bytes_per_second AS times_slower
FROM node_rate
JOIN cluster_rate
    ON cluster_rate.cluster_id = node_rate.cluster_id
    AND cluster_rate.destination_id = node_rate.destination_id
WHERE cluster_rate.bytes_per_second >= 1.5 * node_rate.bytes_per_second;
COMMENT ON VIEW report.slow_nodes IS
    'Nodes that took at least half as long again as the middle one of their cluster, in the last 30 days and at least three runs.';
COMMENT ON COLUMN report.slow_nodes.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.slow_nodes.destination_id IS 'Where it is slow: at sending to this destination, or at the capture (OPSC_ON_SERVER).';
COMMENT ON COLUMN report.slow_nodes.host_id IS 'The node''s host id.';
COMMENT ON COLUMN report.slow_nodes.node_address IS 'Its address.';
COMMENT ON COLUMN report.slow_nodes.runs IS 'In how many runs that was measured.';
COMMENT ON COLUMN report.slow_nodes.bytes_per_second IS 'Its median, as in node_throughput.';
COMMENT ON COLUMN report.slow_nodes.cluster_bytes_per_second IS 'The median of the medians of its cluster''s nodes.';
COMMENT ON COLUMN report.slow_nodes.times_slower IS 'The latter by the former.';

CREATE VIEW report.restore_history AS
SELECT
    event.cluster_id,
    event.event_time AS asked_at,
    event.day,
    event.backup_id AS tag,
    event.destination_id,
    event.status,
    event.message,
    event.keyspaces,
    event.finished_at,
    extract(epoch FROM event.finished_at - event.event_time)::double precision AS seconds,
    event.request_id
FROM helenus.activity_event AS event
WHERE event.type IN ('restore', 'pit_restore');
COMMENT ON VIEW report.restore_history IS 'Every restore that was asked for.';
COMMENT ON COLUMN report.restore_history.cluster_id IS 'The cluster into which it went.';
COMMENT ON COLUMN report.restore_history.asked_at IS 'When it was asked for.';
COMMENT ON COLUMN report.restore_history.day IS 'The day of that time in UTC.';
COMMENT ON COLUMN report.restore_history.tag IS 'The backup.';
COMMENT ON COLUMN report.restore_history.destination_id IS 'Where it was read from; OPSC_ON_SERVER for the nodes.';
COMMENT ON COLUMN report.restore_history.status IS 'running, success, partial, error or cancelled.';
COMMENT ON COLUMN report.restore_history.message IS 'The cause, where it is not success.';
COMMENT ON COLUMN report.restore_history.keyspaces IS 'JSON {keyspace: [tables]}.';
COMMENT ON COLUMN report.restore_history.finished_at IS 'When it ended; null while it runs.';
COMMENT ON COLUMN report.restore_history.seconds IS 'How long that took, waiting included; null while it runs.';
COMMENT ON COLUMN report.restore_history.request_id IS 'Its request.';

CREATE VIEW report.retention_rules AS
SELECT
    schedule.cluster_id,
    schedule.id::text AS schedule_id,
    rule.destination_id,
    CASE
        WHEN rule.document ->> 'age' IS NULL AND rule.document ->> 'keep' IS NULL THEN 'none'
        WHEN rule.document ->> 'keep' IS NULL THEN 'age'
        WHEN rule.document ->> 'age' IS NULL THEN 'keep'
        ELSE 'age and keep' END AS rule,
    make_interval(secs => (rule.document ->> 'age')::double precision) AS kept_for,
    rule.document -> 'keep' AS keep,
    last_good.tag AS last_good_tag
FROM helenus.schedule AS schedule
CROSS JOIN LATERAL jsonb_each(schedule.retention) AS rule (destination_id, document)
LEFT JOIN LATERAL (
    SELECT held.tag
    FROM helenus.backup_copy AS held
    WHERE held.cluster_id = schedule.cluster_id AND held.destination_id = rule.destination_id
        AND held.listed AND held.status = 'success' AND held.problems IS NULL
        AND held.origin IS NULL
        -- No join: newest first, it is mostly the first one.
        AND schedule.id::text = (
            SELECT made.schedule_id
            FROM helenus.backup AS made
            WHERE made.cluster_id = held.cluster_id AND made.tag = held.tag)
    ORDER BY held.backup_time DESC, held.tag DESC
    LIMIT 1
) AS last_good ON true;
COMMENT ON VIEW report.retention_rules IS
    'What of its backups each schedule keeps on each destination; a destination without a row keeps everything.';
COMMENT ON COLUMN report.retention_rules.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.retention_rules.schedule_id IS 'The schedule.';
COMMENT ON COLUMN report.retention_rules.destination_id IS 'The destination; OPSC_ON_SERVER for the nodes.';
COMMENT ON COLUMN report.retention_rules.rule IS 'age, keep, age and keep, or none: everything stays.';
COMMENT ON COLUMN report.retention_rules.kept_for IS 'The age up to which a backup stays; null without such a rule.';
COMMENT ON COLUMN report.retention_rules.keep IS 'JSON {last, daily, weekly, monthly, yearly}: how many stay; null without such a rule.';
COMMENT ON COLUMN report.retention_rules.last_good_tag IS 'The last good backup there, which stays whatever the rule.';

CREATE VIEW report.retention_forecast AS
SELECT
    copy.cluster_id,
    copy.tag,
    copy.destination_id,
    backup.schedule_id,
    copy.backup_time,
    copy.bytes,
    COALESCE(rules.rule, 'none') AS rule,
    rules.kept_for,
    COALESCE(rules.last_good_tag = copy.tag, false) AS is_last_good,
    CASE WHEN rules.last_good_tag IS DISTINCT FROM copy.tag
        THEN copy.backup_time + rules.kept_for END AS deleted_from
FROM helenus.backup_copy AS copy
JOIN helenus.backup AS backup ON backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag
LEFT JOIN helenus.destination AS destination
    ON destination.cluster_id = copy.cluster_id AND destination.id = copy.destination_id
LEFT JOIN LATERAL (
    SELECT rule.rule, rule.kept_for, rule.last_good_tag
    FROM report.retention_rules AS rule
    WHERE rule.cluster_id = copy.cluster_id AND rule.schedule_id = backup.schedule_id
        AND rule.destination_id = copy.destination_id
    OFFSET 0 -- Found for each copy, and remembered; never all rules for all copies.
) AS rules
    -- What another cluster made, and what lies where the service does not write any more, stays.
    ON copy.origin IS NULL AND destination.removed_at IS NULL
WHERE copy.listed;
COMMENT ON VIEW report.retention_forecast IS
    'When the retention of its schedule will let each backup go, as the rules are now. GET job-schedules/{id}/retention answers for one schedule what the rules do at this moment, keep included.';
COMMENT ON COLUMN report.retention_forecast.cluster_id IS 'The cluster.';
COMMENT ON COLUMN report.retention_forecast.tag IS 'The backup''s name.';
COMMENT ON COLUMN report.retention_forecast.destination_id IS 'The destination; OPSC_ON_SERVER for the nodes.';
COMMENT ON COLUMN report.retention_forecast.schedule_id IS 'The schedule that made it; null for an ad hoc run.';
COMMENT ON COLUMN report.retention_forecast.backup_time IS 'The time in its name.';
COMMENT ON COLUMN report.retention_forecast.bytes IS 'Its bytes; how many its deletion frees depends on what it shares with others.';
COMMENT ON COLUMN report.retention_forecast.rule IS 'age, keep, age and keep, or none: an ad hoc backup, a schedule that is gone, or everything stays.';
COMMENT ON COLUMN report.retention_forecast.kept_for IS 'The age up to which it stays; null without such a rule.';
COMMENT ON COLUMN report.retention_forecast.is_last_good IS 'Whether it is its schedule''s last good backup there, which stays whatever the rule.';
COMMENT ON COLUMN report.retention_forecast.deleted_from IS
    'From when on its age keeps it no longer; the last good one and what keep wants stay longer. Null where age does not decide, and for the last good one.';

GRANT SELECT ON ALL TABLES IN SCHEMA report TO helenus_report, helenus_api, helenus_executor;
