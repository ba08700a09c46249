-- Who changes something, and was identified a moment ago, is confirmed by the statement that also lets
-- the change be made: in one transaction and one message with it.

-- What is set here holds until the transaction ends, also after the function and its own search_path.
CREATE FUNCTION helenus.confirm_caller(
    of_hash bytea, of_account text, of_role text, of_cluster text, trace text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM set_config('helenus.clusters', of_cluster, true), set_config('helenus.trace', trace, true);
    PERFORM
    FROM helenus.credential AS shown
    JOIN helenus.account_role AS held ON held.account_name = shown.account_name
    JOIN helenus.cluster AS known ON known.cluster_id = of_cluster
    WHERE shown.token_hash = of_hash AND shown.expires_at > now()
        AND shown.account_name = of_account
        AND held.scope IN ('*', of_cluster) AND held.role = of_role;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'HL003', MESSAGE = 'the caller is not who they were, or may not what they might';
    END IF;
END
$$;
COMMENT ON FUNCTION helenus.confirm_caller(bytea, text, text, text, text) IS
    'Lets the transaction see this one cluster, where the session or token is still that account''s and it still has that role there. HL003 where not.';
REVOKE ALL ON FUNCTION helenus.confirm_caller(bytea, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION helenus.confirm_caller(bytea, text, text, text, text) TO helenus_api;
