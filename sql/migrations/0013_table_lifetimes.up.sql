-- When which table was there: a table that was dropped since is in no schema any more, and one without
-- a row may be in no snapshot either; what was written to it later is lost to a restore to a moment all
-- the same.

CREATE TABLE helenus.table_lifetime (
    cluster_id text NOT NULL,
    keyspace_name text NOT NULL,
    table_name text NOT NULL,
    identity text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    gone_at timestamptz,
    CONSTRAINT table_lifetime_pkey PRIMARY KEY (cluster_id, keyspace_name, table_name, identity),
    CONSTRAINT table_lifetime_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT table_lifetime_takes_time CHECK (seen_at <= gone_at)
);
CREATE INDEX table_lifetime_gone ON helenus.table_lifetime (cluster_id, gone_at)
    WHERE gone_at IS NOT NULL;
COMMENT ON TABLE helenus.table_lifetime IS
    'Every table that agents have told of, until no archived commitlog is older than its end.';
COMMENT ON COLUMN helenus.table_lifetime.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.table_lifetime.keyspace_name IS 'The keyspace.';
COMMENT ON COLUMN helenus.table_lifetime.table_name IS 'The table, or the materialized view.';
COMMENT ON COLUMN helenus.table_lifetime.identity IS
    'What tells it from others of its name, as backup_copy_table has it.';
COMMENT ON COLUMN helenus.table_lifetime.seen_at IS 'When an agent first told of it.';
COMMENT ON COLUMN helenus.table_lifetime.gone_at IS
    'When a node first had it no longer; null while it is there.';

CREATE FUNCTION helenus.note_tables() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO helenus.table_lifetime AS life (
        cluster_id, keyspace_name, table_name, identity)
    SELECT NEW.cluster_id, keyspace.name, held.name, held.identity
    FROM jsonb_each(NEW.table_identities) AS keyspace (name, tables)
    CROSS JOIN LATERAL jsonb_each_text(keyspace.tables) AS held (name, identity)
    WHERE NOT EXISTS (
        SELECT FROM helenus.table_lifetime AS known
        WHERE known.cluster_id = NEW.cluster_id AND known.keyspace_name = keyspace.name
            AND known.table_name = held.name AND known.identity = held.identity
            AND known.gone_at IS NULL)
    ORDER BY keyspace.name, held.name
    ON CONFLICT ON CONSTRAINT table_lifetime_pkey DO UPDATE SET gone_at = NULL;

    -- A report without any table tells of none; every node has Cassandra's own.
    UPDATE helenus.table_lifetime AS life SET gone_at = GREATEST(life.seen_at, now())
    FROM jsonb_each(OLD.table_identities) AS keyspace (name, tables)
    CROSS JOIN LATERAL jsonb_each_text(keyspace.tables) AS held (name, identity)
    WHERE NEW.table_identities <> '{}'
        AND NEW.table_identities #>> ARRAY[keyspace.name, held.name]
            IS DISTINCT FROM held.identity
        AND life.cluster_id = NEW.cluster_id AND life.keyspace_name = keyspace.name
        AND life.table_name = held.name AND life.identity = held.identity
        AND life.gone_at IS NULL;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.note_tables() IS
    'Notes tables that a node has from now on, and those that it has no longer.';
CREATE TRIGGER note_tables AFTER UPDATE OF table_identities ON helenus.node
    FOR EACH ROW WHEN (OLD.table_identities IS DISTINCT FROM NEW.table_identities)
    EXECUTE FUNCTION helenus.note_tables();

-- What is known of the time before.
SELECT set_config('helenus.clusters', '*', true);
INSERT INTO helenus.table_lifetime (cluster_id, keyspace_name, table_name, identity)
SELECT DISTINCT node.cluster_id, keyspace.name, held.name, held.identity
FROM helenus.node AS node
CROSS JOIN LATERAL jsonb_each(node.table_identities) AS keyspace (name, tables)
CROSS JOIN LATERAL jsonb_each_text(keyspace.tables) AS held (name, identity)
WHERE node.revoked_at IS NULL;
SELECT set_config('helenus.clusters', '', true);

ALTER TABLE helenus.table_lifetime ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.table_lifetime FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.table_lifetime USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT, INSERT, UPDATE ON helenus.table_lifetime TO helenus_api;
GRANT SELECT, DELETE ON helenus.table_lifetime TO helenus_executor;
