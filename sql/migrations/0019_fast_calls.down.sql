ALTER TABLE helenus.backup_copy DROP COLUMN listed_keyspaces;
DROP FUNCTION helenus.event_document_of(text, timestamptz, text, text, text);
CREATE OR REPLACE FUNCTION helenus.reported_clusters() RETURNS text[]
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
CREATE OR REPLACE FUNCTION helenus.all_clusters_reported() RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp
RETURN '*' = ANY (helenus.reported_clusters());
DROP FUNCTION helenus.clusters_of_reader();
