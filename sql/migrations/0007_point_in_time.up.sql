-- Point in time: what a cluster's commitlog archiving is to do, and the ledger of what was archived.

CREATE TABLE helenus.pit_configuration (
    cluster_id text NOT NULL,
    enabled boolean NOT NULL,
    backup_directory text NOT NULL,
    destinations jsonb NOT NULL,
    sleep integer NOT NULL,
    drain_first boolean NOT NULL,
    epoch bigint NOT NULL DEFAULT 1,
    request_id uuid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pit_configuration_pkey PRIMARY KEY (cluster_id),
    CONSTRAINT pit_configuration_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT pit_configuration_directory_is_absolute CHECK (starts_with(backup_directory, '/')),
    CONSTRAINT pit_configuration_destinations_are_an_object
        CHECK (jsonb_typeof(destinations) = 'object'),
    CONSTRAINT pit_configuration_archives_somewhere CHECK (NOT enabled OR destinations <> '{}'),
    CONSTRAINT pit_configuration_sleep_is_a_pause CHECK (sleep >= 0)
);
COMMENT ON TABLE helenus.pit_configuration IS
    'Commitlog archiving of a cluster, as it was last enabled or disabled; no row before that.';
COMMENT ON COLUMN helenus.pit_configuration.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.pit_configuration.enabled IS 'Whether commitlogs are to be archived.';
COMMENT ON COLUMN helenus.pit_configuration.backup_directory IS
    'The directory on the nodes to which Cassandra archives: what is there is to be shipped.';
COMMENT ON COLUMN helenus.pit_configuration.destinations IS
    'Where segments are shipped: JSON {destination id: {compressed, throttle}}.';
COMMENT ON COLUMN helenus.pit_configuration.sleep IS
    'Seconds between two nodes of the rolling restart that a change brings.';
COMMENT ON COLUMN helenus.pit_configuration.drain_first IS 'Whether each node is drained before it is stopped.';
COMMENT ON COLUMN helenus.pit_configuration.epoch IS 'Grows with every change; agents report the one they act on.';
COMMENT ON COLUMN helenus.pit_configuration.request_id IS 'The request that last brought it to the nodes.';
COMMENT ON COLUMN helenus.pit_configuration.changed_at IS 'When it was last changed.';

CREATE TABLE helenus.pit_segment (
    cluster_id text NOT NULL,
    host_id text NOT NULL,
    destination_id text NOT NULL,
    sequence bigint NOT NULL,
    segment_name text NOT NULL,
    first_write timestamptz NOT NULL,
    last_write timestamptz NOT NULL,
    bytes bigint,
    stored_bytes bigint,
    sha256 bytea,
    compressed boolean NOT NULL DEFAULT false,
    commitlog_version text NOT NULL DEFAULT '',
    outcome text NOT NULL,
    follows boolean NOT NULL DEFAULT false,
    problem text,
    stored_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pit_segment_pkey PRIMARY KEY (cluster_id, host_id, destination_id, sequence),
    CONSTRAINT pit_segment_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT pit_segment_sequence_counts_from_one CHECK (sequence >= 1),
    CONSTRAINT pit_segment_name_is_a_file_name CHECK (segment_name ~ '^[A-Za-z0-9_.-]{1,200}$'),
    CONSTRAINT pit_segment_time_passes CHECK (first_write <= last_write),
    CONSTRAINT pit_segment_outcome_known CHECK (outcome IN ('stored', 'lost')),
    CONSTRAINT pit_segment_hash_is_sha256 CHECK (octet_length(sha256) = 32),
    CONSTRAINT pit_segment_stored_is_described CHECK (
        outcome = 'lost'
        OR (bytes IS NOT NULL AND stored_bytes IS NOT NULL AND sha256 IS NOT NULL)),
    CONSTRAINT pit_segment_lost_follows_nothing CHECK (NOT (follows AND outcome = 'lost'))
);
CREATE INDEX pit_segment_time
    ON helenus.pit_segment (cluster_id, host_id, destination_id, first_write, sequence);
CREATE INDEX pit_segment_breaks ON helenus.pit_segment (cluster_id, host_id, destination_id, sequence)
    WHERE NOT follows OR outcome = 'lost' OR problem IS NOT NULL;
COMMENT ON TABLE helenus.pit_segment IS
    'The ledger of commitlog segments: a row for each segment, node and destination, in the order in which the node wrote them.';
COMMENT ON COLUMN helenus.pit_segment.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.pit_segment.host_id IS 'The node''s host id.';
COMMENT ON COLUMN helenus.pit_segment.destination_id IS 'Where it lies; OPSC_ON_SERVER for the node itself.';
COMMENT ON COLUMN helenus.pit_segment.sequence IS
    'Its number in the node''s ledger, counted from 1. A number that is missing is a break on purpose: archiving was off, or the commitlog directory was emptied.';
COMMENT ON COLUMN helenus.pit_segment.segment_name IS 'Its file name, such as CommitLog-2-1450135082502.log.';
COMMENT ON COLUMN helenus.pit_segment.first_write IS
    'From when on it holds what was written: the end of the one before it, or when archiving began.';
COMMENT ON COLUMN helenus.pit_segment.last_write IS 'Up to when it holds what was written.';
COMMENT ON COLUMN helenus.pit_segment.bytes IS 'Its size as Cassandra wrote it; null where it is lost.';
COMMENT ON COLUMN helenus.pit_segment.stored_bytes IS 'Its size as it lies there; null where it is lost.';
COMMENT ON COLUMN helenus.pit_segment.sha256 IS 'SHA-256 of it as Cassandra wrote it; null where it is lost.';
COMMENT ON COLUMN helenus.pit_segment.compressed IS 'Whether it lies there compressed, with the ending .zst.';
COMMENT ON COLUMN helenus.pit_segment.commitlog_version IS 'The version of its format, the number in its name.';
COMMENT ON COLUMN helenus.pit_segment.outcome IS 'stored, or lost: it existed and could not be got.';
COMMENT ON COLUMN helenus.pit_segment.follows IS
    'Whether it goes on where the segment of the number before it ends: false at the begin of a gapless run.';
COMMENT ON COLUMN helenus.pit_segment.problem IS 'What a verification found wrong with it; null for nothing.';
COMMENT ON COLUMN helenus.pit_segment.stored_at IS 'When it was durable there, by the agent''s clock.';

-- Agents report each destination's rows in the order of their numbers, so the one before is known. It
-- is looked up by the key, also in a session that has made its plan when the table was small.
CREATE FUNCTION helenus.note_predecessor() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    predecessor record;
BEGIN
    -- In the order of the key: a question for the very number could as well be planned by the index
    -- of times, all of which it would read.
    SELECT before.sequence, before.outcome INTO predecessor
    FROM helenus.pit_segment AS before
    WHERE before.cluster_id = NEW.cluster_id AND before.host_id = NEW.host_id
        AND before.destination_id = NEW.destination_id AND before.sequence < NEW.sequence
    ORDER BY before.sequence DESC
    LIMIT 1;
    NEW.follows := FOUND AND NEW.outcome = 'stored' AND predecessor.outcome = 'stored'
        AND predecessor.sequence = NEW.sequence - 1;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION helenus.note_predecessor() IS
    'Notes with a segment whether it goes on where another one ends.';
CREATE TRIGGER note_predecessor BEFORE INSERT ON helenus.pit_segment
    FOR EACH ROW EXECUTE FUNCTION helenus.note_predecessor();

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['pit_configuration', 'pit_segment'] LOOP
        EXECUTE format('ALTER TABLE helenus.%I ENABLE ROW LEVEL SECURITY', table_name);
        EXECUTE format('ALTER TABLE helenus.%I FORCE ROW LEVEL SECURITY', table_name);
        EXECUTE format(
            'CREATE POLICY permitted_clusters ON helenus.%I USING ('
            '(SELECT helenus.all_clusters_permitted())'
            ' OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]))',
            table_name);
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
-- A restore goes from a snapshot on, so what was written before the oldest one serves no restore. A
-- snapshot that is being made counts; five minutes are for clocks that differ, an hour for a snapshot
-- that begins now.
CREATE FUNCTION helenus.archive_surplus(of_cluster text, at_most integer)
RETURNS TABLE (
    host_id text, destination_id text, sequence bigint, segment_name text, outcome text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH oldest AS (
        SELECT LEAST(
            (
                SELECT min(copy.backup_time)
                FROM helenus.backup_copy AS copy
                WHERE copy.cluster_id = of_cluster AND copy.listed),
            (
                SELECT min(backup.event_time)
                FROM helenus.backup_copy AS copy
                JOIN helenus.backup AS backup
                    ON backup.cluster_id = copy.cluster_id AND backup.tag = copy.tag
                WHERE copy.cluster_id = of_cluster AND copy.status = 'running'),
            now() - interval '55 minutes') - interval '5 minutes' AS needed_from
    ),
    place AS (
        SELECT 'OPSC_ON_SERVER' AS id
        UNION ALL
        SELECT destination.id
        FROM helenus.destination AS destination
        WHERE destination.cluster_id = of_cluster
    )
    SELECT surplus.host_id, surplus.destination_id, surplus.sequence, surplus.segment_name,
        surplus.outcome
    FROM oldest
    CROSS JOIN place
    CROSS JOIN (
        SELECT node.host_id FROM helenus.node AS node WHERE node.cluster_id = of_cluster
    ) AS node
    CROSS JOIN LATERAL (
        SELECT segment.*
        FROM helenus.pit_segment AS segment
        WHERE segment.cluster_id = of_cluster AND segment.host_id = node.host_id
            AND segment.destination_id = place.id AND segment.first_write < oldest.needed_from
            AND segment.last_write < oldest.needed_from
        ORDER BY segment.first_write, segment.sequence
        LIMIT at_most
    ) AS surplus;
END;
COMMENT ON FUNCTION helenus.archive_surplus(text, integer) IS
    'The oldest segments that no snapshot of a cluster needs any more, so many of each node and destination.';

GRANT SELECT, INSERT, UPDATE ON helenus.pit_configuration TO helenus_api;
GRANT SELECT, INSERT ON helenus.pit_segment TO helenus_api;
GRANT SELECT, UPDATE ON helenus.pit_configuration TO helenus_executor;
GRANT SELECT, UPDATE, DELETE ON helenus.pit_segment TO helenus_executor;

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
    reach.reached_at AS point_in_time_reach
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
) AS newest ON true
-- One destination has to hold the commitlogs of all nodes, each from the backup on without a gap.
LEFT JOIN LATERAL (
    SELECT max(place.reached_at) AS reached_at
    FROM (
        SELECT
            CASE WHEN bool_and(COALESCE(archived.until > newest.backup_time, false))
                THEN min(archived.until) END AS reached_at
        FROM helenus.pit_configuration AS configuration
        CROSS JOIN LATERAL jsonb_object_keys(configuration.destinations) AS destination (id)
        JOIN helenus.node AS node
            ON node.cluster_id = configuration.cluster_id AND node.revoked_at IS NULL
        LEFT JOIN LATERAL (
            SELECT covering.sequence
            FROM helenus.pit_segment AS covering
            WHERE covering.cluster_id = node.cluster_id AND covering.host_id = node.host_id
                AND covering.destination_id = destination.id
                AND covering.first_write <= newest.backup_time
                AND covering.outcome = 'stored' AND covering.problem IS NULL
            ORDER BY covering.first_write DESC, covering.sequence DESC
            LIMIT 1
        ) AS first ON true
        LEFT JOIN LATERAL (
            SELECT break.sequence
            FROM helenus.pit_segment AS break
            WHERE break.cluster_id = node.cluster_id AND break.host_id = node.host_id
                AND break.destination_id = destination.id AND break.sequence > first.sequence
                AND (NOT break.follows OR break.outcome = 'lost' OR break.problem IS NOT NULL)
            ORDER BY break.sequence
            LIMIT 1
        ) AS next_break ON true
        LEFT JOIN LATERAL (
            SELECT last.last_write AS until
            FROM helenus.pit_segment AS last
            WHERE last.cluster_id = node.cluster_id AND last.host_id = node.host_id
                AND last.destination_id = destination.id AND last.sequence >= first.sequence
                AND (next_break.sequence IS NULL OR last.sequence < next_break.sequence)
            ORDER BY last.sequence DESC
            LIMIT 1
        ) AS archived ON true
        WHERE configuration.cluster_id = kept.cluster_id AND newest.backup_time IS NOT NULL
        GROUP BY destination.id
    ) AS place
) AS reach ON true;
COMMENT ON COLUMN report.recovery_points.point_in_time_reach IS
    'Up to when commitlogs let it be restored beyond the newest good backup: as far as one destination has those of every node without a gap. Null where they do not.';
