-- Who reads is looked for without another function between: that one's call and the cursor over its
-- answer took a fifth of it.

-- As in identify, each statement is small enough for PL/pgSQL to plan it once in a session. What is set
-- here holds until the transaction ends, also after the function and its own search_path.
CREATE OR REPLACE FUNCTION helenus.identify_reader(of_hash bytea, cluster_name text)
RETURNS TABLE (account_name text, roles jsonb, cluster_id text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
    permitted text := '';
BEGIN
    PERFORM set_config('transaction_read_only', 'on', true);
    SELECT
        shown.account_name,
        COALESCE((
            SELECT jsonb_object_agg(held.scope, held.role)
            FROM helenus.account_role AS held
            WHERE held.account_name = shown.account_name), '{}')
    INTO identify_reader.account_name, identify_reader.roles
    FROM helenus.credential AS shown
    WHERE shown.token_hash = of_hash AND shown.expires_at > now();
    IF FOUND THEN
        IF cluster_name IS NOT NULL THEN
            PERFORM set_config('helenus.clusters', '*', true);
            SELECT known.cluster_id INTO identify_reader.cluster_id
            FROM helenus.cluster AS known
            WHERE known.cluster_id = cluster_name;
            IF NOT FOUND THEN
                SELECT known.cluster_id INTO identify_reader.cluster_id
                FROM helenus.cluster AS known
                WHERE known.name = cluster_name
                LIMIT 1;
            ELSIF identify_reader.roles ? '*' OR identify_reader.roles ? cluster_name THEN
                permitted := cluster_name;
            END IF;
        END IF;
        RETURN NEXT;
    END IF;
    PERFORM set_config('helenus.clusters', permitted, true);
END
$$;
