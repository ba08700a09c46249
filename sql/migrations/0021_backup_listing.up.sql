-- What GET backups answers of a backup is rendered when one of its copies changes, and not at each call.

-- The keyspaces are put in as the text that is kept of them; so is the rest, which is small. What was
-- verified or drilled is looked for only where there is some. It answers a set, of one row at most, so
-- that PostgreSQL writes it into the plan of whoever reads from it.
CREATE FUNCTION helenus.backup_document(
    of_cluster text, of_tag text, at_time timestamptz, of_schedule text,
    of_destination text DEFAULT NULL, of_keyspace text DEFAULT NULL)
RETURNS TABLE (document text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT to_jsonb(of_tag)::text || ':'
        || left((jsonb_build_object(
                'id', COALESCE(of_schedule, 'adhoc'),
                'time', extract(epoch FROM at_time)::bigint,
                'destinations', copies.destinations)
            || COALESCE(copies.origin, '{}')
            || CASE WHEN copies.proofs = 0 THEN '{}' ELSE (
                SELECT
                    -- The newest verification of the copies that are shown, and that of each.
                    COALESCE((array_agg(proof.verification ORDER BY proof.verified_at DESC)
                        FILTER (WHERE proof.verified_at IS NOT NULL))[1]
                        || jsonb_build_object('verified', jsonb_object_agg(
                            proof.destination_id, proof.verification)
                            FILTER (WHERE proof.verified_at IS NOT NULL)), '{}')
                    -- The newest restore drill of the copies that are shown.
                    || COALESCE((array_agg(jsonb_build_object('drill', proof.drill)
                        ORDER BY (proof.drill ->> 'time')::bigint DESC)
                        FILTER (WHERE proof.drill IS NOT NULL))[1], '{}')
                FROM (
                    SELECT copy.destination_id, copy.verified_at, copy.drill, jsonb_build_object(
                        'verified_at', extract(epoch FROM copy.verified_at)::bigint,
                        'verified_mode', copy.verified_mode,
                        'problems', COALESCE(copy.problems, '[]'),
                        'unverified', copy.unverified) AS verification
                    FROM helenus.backup_copy AS copy
                    WHERE copy.cluster_id = of_cluster AND copy.tag = of_tag AND copy.listed
                        AND (of_destination IS NULL OR copy.destination_id = of_destination)
                    ORDER BY copy.destination_id
                ) AS proof
            ) END)::text, -1)
        || ', "keyspaces": '
        || CASE WHEN of_keyspace IS NULL THEN copies.keyspaces
            ELSE jsonb_build_object(
                of_keyspace, copies.keyspaces::jsonb -> of_keyspace)::text END
        || '}'
    FROM (
        SELECT
            jsonb_agg(copy.destination_id) AS destinations,
            COALESCE(
                max(copy.listed_keyspaces) FILTER (WHERE copy.destination_id = 'OPSC_ON_SERVER'),
                (array_agg(copy.listed_keyspaces))[1]) AS keyspaces,
            (array_agg(copy.origin) FILTER (WHERE copy.origin IS NOT NULL))[1] AS origin,
            count(*) FILTER (
                WHERE copy.verified_at IS NOT NULL OR copy.drill IS NOT NULL) AS proofs
        FROM (
            SELECT held.*
            FROM helenus.backup_copy AS held
            WHERE held.cluster_id = of_cluster AND held.tag = of_tag AND held.listed
                AND (of_destination IS NULL OR held.destination_id = of_destination)
            ORDER BY held.destination_id
        ) AS copy
    ) AS copies
    WHERE copies.destinations IS NOT NULL
        AND CASE WHEN of_keyspace IS NULL THEN true
            ELSE copies.keyspaces::jsonb ? of_keyspace END;
END;
COMMENT ON FUNCTION helenus.backup_document(text, text, timestamptz, text, text, text) IS
    'The backup of that tag, time and schedule as a member of what GET backups answers, the copies of one destination or one keyspace only where one is named; no row where it has no such copy that is listed. The only place that says so.';

CREATE TABLE helenus.backup_listing (
    cluster_id text NOT NULL,
    tag text NOT NULL,
    event_time timestamptz NOT NULL,
    schedule_id text,
    document text NOT NULL,
    CONSTRAINT backup_listing_pkey PRIMARY KEY (cluster_id, tag),
    CONSTRAINT backup_listing_backup_fkey FOREIGN KEY (cluster_id, tag)
        REFERENCES helenus.backup ON DELETE CASCADE
);
CREATE INDEX backup_listing_newest
    ON helenus.backup_listing (cluster_id, event_time DESC, tag DESC);
COMMENT ON TABLE helenus.backup_listing IS
    'The backups of which a copy is listed, ready to be sent. Nobody writes it but list_backup.';
COMMENT ON COLUMN helenus.backup_listing.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.backup_listing.tag IS 'The backup.';
COMMENT ON COLUMN helenus.backup_listing.event_time IS 'The event_time of the backup.';
COMMENT ON COLUMN helenus.backup_listing.schedule_id IS 'The schedule_id of the backup.';
COMMENT ON COLUMN helenus.backup_listing.document IS
    'Its backup_document, all destinations and keyspaces.';

-- It is read far more often than it is written, and lz4 reads faster; not every server has it.
DO $$
BEGIN
    ALTER TABLE helenus.backup_listing ALTER COLUMN document SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;

-- Two transactions that change copies of one backup must not each render without what the other did,
-- so one waits for the other's end, and renders from what is there then. They wait for the cluster and
-- not for the backup: transactions that change copies of many backups come to them in whatever order,
-- and must not wait for each other crosswise. At commit a transaction has all its other locks, and has
-- this one for a moment.
CREATE FUNCTION helenus.list_backup() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    of_cluster text := CASE TG_OP WHEN 'DELETE' THEN OLD.cluster_id ELSE NEW.cluster_id END;
    of_tag text := CASE TG_OP WHEN 'DELETE' THEN OLD.tag ELSE NEW.tag END;
    permitted text := COALESCE(current_setting('helenus.clusters', true), '');
BEGIN
    PERFORM pg_advisory_xact_lock(1749776, hashtext(of_cluster));
    -- Whatever the transaction may see by now, it has changed this cluster.
    PERFORM set_config('helenus.clusters', of_cluster, true);
    INSERT INTO helenus.backup_listing (cluster_id, tag, event_time, schedule_id, document)
    SELECT backup.cluster_id, backup.tag, backup.event_time, backup.schedule_id, shown.document
    FROM helenus.backup AS backup
    CROSS JOIN LATERAL helenus.backup_document(
        backup.cluster_id, backup.tag, backup.event_time, backup.schedule_id) AS shown
    WHERE backup.cluster_id = of_cluster AND backup.tag = of_tag
    ON CONFLICT ON CONSTRAINT backup_listing_pkey DO UPDATE
    SET event_time = EXCLUDED.event_time, schedule_id = EXCLUDED.schedule_id,
        document = EXCLUDED.document;
    IF NOT FOUND THEN
        DELETE FROM helenus.backup_listing AS listing
        WHERE listing.cluster_id = of_cluster AND listing.tag = of_tag;
    END IF;
    PERFORM set_config('helenus.clusters', permitted, true);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.list_backup() IS
    'Keeps the row in backup_listing of a backup whose copies have changed, or which has itself.';

CREATE CONSTRAINT TRIGGER list_copy_made AFTER INSERT ON helenus.backup_copy
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.listed)
    EXECUTE FUNCTION helenus.list_backup();
CREATE CONSTRAINT TRIGGER list_copy_changed AFTER UPDATE ON helenus.backup_copy
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        (NEW.listed OR OLD.listed)
        AND (NEW.listed, NEW.verified_at, NEW.verified_mode, NEW.unverified, NEW.problems, NEW.drill,
                NEW.origin, NEW.keyspaces)
            IS DISTINCT FROM
            (OLD.listed, OLD.verified_at, OLD.verified_mode, OLD.unverified, OLD.problems, OLD.drill,
                OLD.origin, OLD.keyspaces))
    EXECUTE FUNCTION helenus.list_backup();
CREATE CONSTRAINT TRIGGER list_copy_removed AFTER DELETE ON helenus.backup_copy
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.listed)
    EXECUTE FUNCTION helenus.list_backup();
CREATE CONSTRAINT TRIGGER list_backup_changed
    AFTER UPDATE OF event_time, schedule_id ON helenus.backup
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        (NEW.event_time, NEW.schedule_id) IS DISTINCT FROM (OLD.event_time, OLD.schedule_id))
    EXECUTE FUNCTION helenus.list_backup();

-- What is listed already.
SELECT set_config('helenus.clusters', '*', true);
INSERT INTO helenus.backup_listing (cluster_id, tag, event_time, schedule_id, document)
SELECT backup.cluster_id, backup.tag, backup.event_time, backup.schedule_id, shown.document
FROM helenus.backup AS backup
CROSS JOIN LATERAL helenus.backup_document(
    backup.cluster_id, backup.tag, backup.event_time, backup.schedule_id) AS shown
ORDER BY backup.cluster_id, backup.event_time DESC, backup.tag DESC;
SELECT set_config('helenus.clusters', '', true);

ALTER TABLE helenus.backup_listing ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.backup_listing FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.backup_listing USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT ON helenus.backup_listing TO helenus_api;
