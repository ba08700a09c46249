-- Who calls is asked with every request. PostgreSQL plans a function in SQL anew at each call, one in
-- PL/pgSQL once in a session: that took longer than looking.

CREATE OR REPLACE FUNCTION helenus.identify(of_hash bytea, cluster_name text)
RETURNS TABLE (account_name text, roles jsonb, cluster_id text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
    permitted text;
BEGIN
    SELECT
        shown.account_name,
        COALESCE((
            SELECT jsonb_object_agg(held.scope, held.role)
            FROM helenus.account_role AS held
            WHERE held.account_name = shown.account_name), '{}')
    INTO identify.account_name, identify.roles
    FROM helenus.credential AS shown
    WHERE shown.token_hash = of_hash AND shown.expires_at > now();
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF cluster_name IS NOT NULL THEN
        permitted := COALESCE(current_setting('helenus.clusters', true), '');
        PERFORM set_config('helenus.clusters', '*', true);
        SELECT known.cluster_id INTO identify.cluster_id
        FROM helenus.cluster AS known
        WHERE known.cluster_id = cluster_name;
        IF NOT FOUND THEN
            SELECT known.cluster_id INTO identify.cluster_id
            FROM helenus.cluster AS known
            WHERE known.name = cluster_name
            LIMIT 1;
        END IF;
        PERFORM set_config('helenus.clusters', permitted, true);
    END IF;
    RETURN NEXT;
END
$$;
