-- Whose rows the owner's functions see is part of their plans: PostgreSQL calls and plans nothing for it.
BEGIN;
SELECT plan(4);

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END
$$;
GRANT helenus_owner TO CURRENT_USER;
SET LOCAL ROLE helenus_owner;
SELECT unalike(
    pg_temp.plan_of('SELECT cluster_id FROM helenus.cluster'), '%reported%',
    'the functions that the owner''s policies ask are written into the plan');
SELECT alike(
    pg_temp.plan_of('SELECT cluster_id FROM helenus.cluster'), '%clusters_of_reader%',
    'and a login that is not the service''s is still looked up');
RESET ROLE;
SELECT is(
    (SELECT proconfig FROM pg_proc WHERE oid = 'helenus.clusters_of_reader()'::regprocedure),
    ARRAY['search_path=pg_catalog, pg_temp'], 'the look-up has a search_path of its own');
SELECT is(
    (SELECT array_agg(proname ORDER BY proname) FROM pg_proc
        WHERE proname IN ('reported_clusters', 'all_clusters_reported')
            AND prosqlbody IS NOT NULL AND NOT prosecdef AND proconfig IS NULL),
    ARRAY['all_clusters_reported', 'reported_clusters']::name[],
    'the others are bound to what they mean, whatever search_path a session has');
SELECT * FROM finish();
ROLLBACK;
