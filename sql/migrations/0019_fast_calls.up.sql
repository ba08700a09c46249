-- What calls of the API need not do anew each time.

-- ── Who calls ───────────────────────────────────────────────────────────────────────────────────

-- The owner's own policies ask these two for each statement of a function that runs as the owner, such
-- as identify. They are expressions now that PostgreSQL writes into the plan of the statement; a
-- function with a search_path of its own, or with the owner's rights, it has to call, and plan, each
-- time. Both are bound to what they mean when they are made, so nobody's search_path changes them.
CREATE FUNCTION helenus.clusters_of_reader() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN COALESCE((
        SELECT reader.clusters
        FROM helenus.report_reader AS reader
        WHERE reader.login = session_user), '{}');
END
$$;
COMMENT ON FUNCTION helenus.clusters_of_reader() IS
    'The ids of the clusters that are in report_reader for the session''s login; {*} for all.';

CREATE OR REPLACE FUNCTION helenus.reported_clusters() RETURNS text[]
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN CASE
    WHEN pg_has_role(session_user, 'helenus_api', 'MEMBER')
        OR pg_has_role(session_user, 'helenus_executor', 'MEMBER')
        OR pg_has_role(session_user, 'helenus_owner', 'MEMBER')
    THEN helenus.permitted_clusters()
    ELSE helenus.clusters_of_reader() END;

CREATE OR REPLACE FUNCTION helenus.all_clusters_reported() RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN '*' = ANY (helenus.reported_clusters());

-- ── Lists ───────────────────────────────────────────────────────────────────────────────────────

-- A list that mentions the whole row for those few of its events that run yet copies every row.
CREATE FUNCTION helenus.event_document_of(
    of_cluster text, at_time timestamptz, of_backup text, of_type text, of_destination text)
RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT helenus.event_document(event)
        FROM helenus.activity_event AS event
        WHERE event.cluster_id = of_cluster AND event.event_time = at_time
            AND event.backup_id = of_backup AND event.type = of_type
            AND event.destination_id = of_destination);
END
$$;
COMMENT ON FUNCTION helenus.event_document_of(text, timestamptz, text, text, text) IS
    'The document of the event with this key, rendered now: for those that run yet.';

-- Most of what GET backups answers, and the most expensive part to write; as a generated column it is
-- what keyspaces is, whoever changes that.
ALTER TABLE helenus.backup_copy ADD COLUMN listed_keyspaces text
    GENERATED ALWAYS AS (CASE WHEN listed THEN keyspaces::text END) STORED;
COMMENT ON COLUMN helenus.backup_copy.listed_keyspaces IS
    'keyspaces as text, ready to be sent, of a copy that is listed; else null.';
