CREATE OR REPLACE FUNCTION helenus.identify(of_hash bytea, cluster_name text)
RETURNS TABLE (account_name text, roles jsonb, cluster_id text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT
        shown.account_name, helenus.roles_of(shown.account_name),
        CASE WHEN cluster_name IS NOT NULL THEN helenus.resolve_cluster(cluster_name) END
    FROM helenus.credential AS shown
    WHERE shown.token_hash = of_hash AND shown.expires_at > now();
END;
