-- Calls that are answered in one message to the server.

-- Who reads is identified, and is let see what he may, by one statement: those after it in the same
-- transaction see the cluster that was named by its id where the account has a role on it, and else
-- nothing.
CREATE FUNCTION helenus.identify_reader(of_hash bytea, cluster_name text)
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
COMMENT ON FUNCTION helenus.identify_reader(bytea, text) IS
    'As identify; the transaction may then see this one cluster, if the account has a role on it, and changes nothing.';
REVOKE ALL ON FUNCTION helenus.identify_reader(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION helenus.identify_reader(bytea, text) TO helenus_api;

-- What a run of a backup needs is there. Destinations are held until the transaction ends, so that none
-- is removed meanwhile. A keyspace is known where an agent reports it; where none has reported yet, the
-- run will tell.
CREATE FUNCTION helenus.check_run(
    of_cluster text, wanted_destinations text[], wanted_keyspaces text[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    missing text;
BEGIN
    SELECT min(wanted.id) INTO missing
    FROM unnest(wanted_destinations) AS wanted (id)
    WHERE wanted.id <> 'OPSC_ON_SERVER'
        AND wanted.id NOT IN (
            SELECT held.id
            FROM (
                SELECT destination.id
                FROM helenus.destination AS destination
                WHERE destination.cluster_id = of_cluster AND destination.removed_at IS NULL
                    AND destination.id = ANY (wanted_destinations)
                ORDER BY destination.id
                FOR SHARE
            ) AS held);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'HL001', MESSAGE = missing;
    END IF;
    SELECT min(wanted.name) INTO missing
    FROM unnest(wanted_keyspaces) AS wanted (name)
    WHERE wanted.name NOT LIKE 'system%'
        AND NOT EXISTS (
            SELECT FROM helenus.node AS node
            WHERE node.cluster_id = of_cluster AND node.revoked_at IS NULL
                AND node.keyspaces ? wanted.name)
        AND EXISTS (
            SELECT FROM helenus.node AS node
            WHERE node.cluster_id = of_cluster AND node.revoked_at IS NULL
                AND node.keyspaces <> '{}');
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'HL002', MESSAGE = missing;
    END IF;
END
$$;
COMMENT ON FUNCTION helenus.check_run(text, text[], text[]) IS
    'Holds the destinations of a run. HL001 names one that is not known, HL002 a keyspace.';
REVOKE ALL ON FUNCTION helenus.check_run(text, text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION helenus.check_run(text, text[], text[]) TO helenus_api;

-- A tag holds whole seconds: a run takes this second, or the first that is free after the last one that
-- is taken.
CREATE FUNCTION helenus.begin_run(of_cluster text, plan jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    at_second timestamptz;
    request uuid;
BEGIN
    PERFORM helenus.check_run(
        of_cluster,
        ARRAY(SELECT jsonb_object_keys(plan -> 'destinations')),
        ARRAY(SELECT jsonb_object_keys(plan #> '{selection,keyspaces}')));
    SELECT GREATEST(date_trunc('second', now()), max(backup.event_time) + interval '1 second')
    INTO at_second
    FROM helenus.backup AS backup
    WHERE backup.cluster_id = of_cluster AND backup.schedule_id IS NULL
        AND backup.event_time >= date_trunc('second', now())
        AND backup.event_time < now() + interval '1 day';
    -- Of two runs in the same second one waits here for the other's commit, and goes on.
    LOOP
        SELECT begun.begun_request INTO request
        FROM helenus.begin_backups(jsonb_build_array(jsonb_build_object(
            'cluster_id', of_cluster, 'event_time', at_second, 'plan', plan))) AS begun;
        EXIT WHEN FOUND;
        at_second := at_second + interval '1 second';
    END LOOP;
    RETURN request;
END
$$;
COMMENT ON FUNCTION helenus.begin_run(text, jsonb) IS
    'Puts a backup that nobody scheduled in the queue, now; answers its request. Refuses as check_run does.';
REVOKE ALL ON FUNCTION helenus.begin_run(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION helenus.begin_run(text, jsonb) TO helenus_api;
