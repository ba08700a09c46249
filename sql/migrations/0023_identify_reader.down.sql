CREATE OR REPLACE FUNCTION helenus.identify_reader(of_hash bytea, cluster_name text)
RETURNS TABLE (account_name text, roles jsonb, cluster_id text)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    permitted text := '';
BEGIN
    PERFORM set_config('transaction_read_only', 'on', true);
    SELECT caller.account_name, caller.roles, caller.cluster_id
    INTO identify_reader.account_name, identify_reader.roles, identify_reader.cluster_id
    FROM helenus.identify(of_hash, cluster_name) AS caller;
    IF FOUND THEN
        IF identify_reader.cluster_id = cluster_name
            AND (identify_reader.roles ? '*' OR identify_reader.roles ? cluster_name)
        THEN
            permitted := cluster_name;
        END IF;
        RETURN NEXT;
    END IF;
    PERFORM set_config('helenus.clusters', permitted, true);
END
$$;
