-- The catalog, the queue and their guards.
--
-- Every table carries cluster_id, every key begins with it, and every row is behind row-level
-- security: a transaction sees the clusters that helenus.clusters permits, and none by default.
-- Runs as helenus_owner; the roles and the schemas are there already (bootstrap.sql).

GRANT USAGE ON SCHEMA helenus TO helenus_api, helenus_executor;
GRANT USAGE ON SCHEMA report TO helenus_report, helenus_api, helenus_executor;

CREATE FUNCTION helenus.all_clusters_permitted() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN COALESCE(current_setting('helenus.clusters', true), '') = '*';
COMMENT ON FUNCTION helenus.all_clusters_permitted() IS
    'Whether this transaction may see the rows of every cluster.';

CREATE FUNCTION helenus.permitted_clusters() RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(COALESCE(current_setting('helenus.clusters', true), ''), ',');
COMMENT ON FUNCTION helenus.permitted_clusters() IS
    'The ids of the clusters whose rows this transaction may see.';

CREATE TABLE helenus.cluster (
    cluster_id text NOT NULL,
    name text NOT NULL,
    config jsonb NOT NULL DEFAULT '{}',
    sealed_secrets bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cluster_pkey PRIMARY KEY (cluster_id),
    CONSTRAINT cluster_id_is_a_word CHECK (cluster_id ~ '^[A-Za-z0-9_.-]{1,200}$'),
    CONSTRAINT cluster_config_is_an_object CHECK (jsonb_typeof(config) = 'object')
);
COMMENT ON TABLE helenus.cluster IS 'A Cassandra cluster that is backed up: a tenant.';
COMMENT ON COLUMN helenus.cluster.cluster_id IS 'Its id in the API, such as Test_Cluster.';
COMMENT ON COLUMN helenus.cluster.name IS 'Its name in Cassandra, such as Test Cluster.';
COMMENT ON COLUMN helenus.cluster.config IS 'Its configuration as {section: {property: value}}, without secrets.';
COMMENT ON COLUMN helenus.cluster.sealed_secrets IS 'The secret properties of its configuration, sealed.';
COMMENT ON COLUMN helenus.cluster.created_at IS 'When it was added.';
COMMENT ON COLUMN helenus.cluster.updated_at IS 'When its configuration was last changed.';

CREATE FUNCTION helenus.resolve_cluster(name_or_id text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    permitted text := COALESCE(current_setting('helenus.clusters', true), '');
    found_id text;
BEGIN
    PERFORM set_config('helenus.clusters', '*', true);
    SELECT cluster.cluster_id INTO found_id
    FROM helenus.cluster AS cluster
    WHERE cluster.cluster_id = name_or_id OR cluster.name = name_or_id
    ORDER BY cluster.cluster_id = name_or_id DESC
    LIMIT 1;
    PERFORM set_config('helenus.clusters', permitted, true);
    RETURN found_id;
END
$$;
COMMENT ON FUNCTION helenus.resolve_cluster(text) IS
    'The id of the cluster with this id or name: all that is told before the caller is permitted anything.';

CREATE TABLE helenus.enrolment_token (
    cluster_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    used_by_host text,
    CONSTRAINT enrolment_token_pkey PRIMARY KEY (cluster_id, id),
    CONSTRAINT enrolment_token_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT enrolment_token_hash_key UNIQUE (token_hash)
);
COMMENT ON TABLE helenus.enrolment_token IS 'A token with which one agent may join a cluster, once.';
COMMENT ON COLUMN helenus.enrolment_token.cluster_id IS 'The cluster that may be joined.';
COMMENT ON COLUMN helenus.enrolment_token.id IS 'Its id.';
COMMENT ON COLUMN helenus.enrolment_token.token_hash IS 'SHA-256 of the token; the token itself is kept nowhere.';
COMMENT ON COLUMN helenus.enrolment_token.created_at IS 'When it was made.';
COMMENT ON COLUMN helenus.enrolment_token.expires_at IS 'From when on it is refused.';
COMMENT ON COLUMN helenus.enrolment_token.used_at IS 'When it was used; null before.';
COMMENT ON COLUMN helenus.enrolment_token.used_by_host IS 'The host id of the node that joined with it.';

CREATE TABLE helenus.node (
    cluster_id text NOT NULL,
    host_id text NOT NULL,
    address text NOT NULL,
    agent_url text NOT NULL,
    datacenter text NOT NULL DEFAULT '',
    rack text NOT NULL DEFAULT '',
    tokens jsonb NOT NULL DEFAULT '[]',
    partitioner text NOT NULL DEFAULT '',
    schema_version text NOT NULL DEFAULT '',
    cassandra_version text NOT NULL DEFAULT '',
    agent_version text NOT NULL DEFAULT '',
    node_state text NOT NULL DEFAULT 'down',
    data_directories jsonb NOT NULL DEFAULT '[]',
    free_bytes bigint NOT NULL DEFAULT 0,
    total_bytes bigint NOT NULL DEFAULT 0,
    used_bytes bigint NOT NULL DEFAULT 0,
    staging_free_bytes bigint NOT NULL DEFAULT 0,
    keyspaces jsonb NOT NULL DEFAULT '{}',
    archive_state jsonb,
    token_hash bytea NOT NULL,
    sealed_executor_secret bytea NOT NULL,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz,
    revoked_at timestamptz,
    CONSTRAINT node_pkey PRIMARY KEY (cluster_id, host_id),
    CONSTRAINT node_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT node_state_known CHECK (node_state IN ('up', 'down'))
) WITH (fillfactor = 70);
COMMENT ON TABLE helenus.node IS 'A Cassandra node with its agent, as the agent last reported it.';
COMMENT ON COLUMN helenus.node.cluster_id IS 'The cluster it belongs to.';
COMMENT ON COLUMN helenus.node.host_id IS 'Cassandra''s host id, a UUID in lower case.';
COMMENT ON COLUMN helenus.node.address IS 'Cassandra''s address, as the other nodes see it.';
COMMENT ON COLUMN helenus.node.agent_url IS 'Where executors reach the agent.';
COMMENT ON COLUMN helenus.node.datacenter IS 'Its datacenter.';
COMMENT ON COLUMN helenus.node.rack IS 'Its rack.';
COMMENT ON COLUMN helenus.node.tokens IS 'Its tokens, a JSON array of strings.';
COMMENT ON COLUMN helenus.node.partitioner IS 'The class name of the partitioner.';
COMMENT ON COLUMN helenus.node.schema_version IS 'The schema version it reports.';
COMMENT ON COLUMN helenus.node.cassandra_version IS 'Cassandra''s version.';
COMMENT ON COLUMN helenus.node.agent_version IS 'The agent''s version.';
COMMENT ON COLUMN helenus.node.node_state IS 'up, or down where Cassandra does not answer its agent.';
COMMENT ON COLUMN helenus.node.data_directories IS 'JSON array of {path, free_bytes}.';
COMMENT ON COLUMN helenus.node.free_bytes IS 'Bytes free on the file systems of its data directories.';
COMMENT ON COLUMN helenus.node.total_bytes IS 'Bytes those file systems hold in all.';
COMMENT ON COLUMN helenus.node.used_bytes IS 'Bytes in use on them.';
COMMENT ON COLUMN helenus.node.staging_free_bytes IS 'Bytes free where the agent stages restores.';
COMMENT ON COLUMN helenus.node.keyspaces IS 'JSON {keyspace: {tables, replication}}.';
COMMENT ON COLUMN helenus.node.archive_state IS 'State of commitlog archiving; null when it was never enabled.';
COMMENT ON COLUMN helenus.node.token_hash IS 'SHA-256 of the token that the agent shows to the API.';
COMMENT ON COLUMN helenus.node.sealed_executor_secret IS 'What executors show to the agent, sealed.';
COMMENT ON COLUMN helenus.node.enrolled_at IS 'When the agent last enrolled.';
COMMENT ON COLUMN helenus.node.last_seen IS 'When the agent last reported.';
COMMENT ON COLUMN helenus.node.revoked_at IS 'When its credentials were revoked; null while they hold.';

CREATE TABLE helenus.destination (
    cluster_id text NOT NULL,
    id text NOT NULL,
    provider text NOT NULL,
    path text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    sealed_secrets bytea,
    adhoc boolean NOT NULL DEFAULT false,
    location_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    CONSTRAINT destination_pkey PRIMARY KEY (cluster_id, id),
    CONSTRAINT destination_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT destination_provider_known CHECK (provider IN ('local', 's3', 'azure')),
    CONSTRAINT destination_id_is_not_built_in CHECK (id <> 'OPSC_ON_SERVER')
);
CREATE UNIQUE INDEX destination_location_key ON helenus.destination (cluster_id, location_key)
    WHERE removed_at IS NULL;
COMMENT ON TABLE helenus.destination IS 'Where backups are sent; the built-in OPSC_ON_SERVER has no row.';
COMMENT ON COLUMN helenus.destination.cluster_id IS 'The cluster whose backups it takes.';
COMMENT ON COLUMN helenus.destination.id IS 'Its id in the API; 32 hex digits where we chose it.';
COMMENT ON COLUMN helenus.destination.provider IS 'local, s3 or azure.';
COMMENT ON COLUMN helenus.destination.path IS 'What the API shows as path: a folder, bucket[/prefix] or container[/subfolder].';
COMMENT ON COLUMN helenus.destination.settings IS 'Its fields as they were given, without secrets.';
COMMENT ON COLUMN helenus.destination.sealed_secrets IS 'Its secret fields as a JSON object, sealed.';
COMMENT ON COLUMN helenus.destination.adhoc IS 'Whether the entry is removed after the run that uses it.';
COMMENT ON COLUMN helenus.destination.location_key IS 'What makes two entries the same place.';
COMMENT ON COLUMN helenus.destination.created_at IS 'When it was added.';
COMMENT ON COLUMN helenus.destination.updated_at IS 'When it was last changed.';
COMMENT ON COLUMN helenus.destination.removed_at IS 'When it was removed; null while it is in use. History still refers to it.';

CREATE TABLE helenus.request (
    cluster_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    type text NOT NULL,
    status text NOT NULL DEFAULT 'running',
    message text NOT NULL DEFAULT '',
    tag text,
    keyspaces jsonb,
    destinations jsonb,
    details jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT request_pkey PRIMARY KEY (cluster_id, id),
    CONSTRAINT request_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT request_id_key UNIQUE (id),
    CONSTRAINT request_status_known
        CHECK (status IN ('running', 'success', 'partial', 'error', 'cancelled')),
    CONSTRAINT request_ends_once CHECK ((status = 'running') = (finished_at IS NULL))
);
CREATE INDEX request_newest ON helenus.request (cluster_id, created_at DESC, id);
COMMENT ON TABLE helenus.request IS 'A long-running call, as its caller follows it.';
COMMENT ON COLUMN helenus.request.cluster_id IS 'The cluster it is about.';
COMMENT ON COLUMN helenus.request.id IS 'The request id that the call answered.';
COMMENT ON COLUMN helenus.request.type IS 'backup, restore, delete, destination and so on.';
COMMENT ON COLUMN helenus.request.status IS 'running (also while it waits its turn), success, partial, error or cancelled.';
COMMENT ON COLUMN helenus.request.message IS 'The cause in a sentence, where it is not success.';
COMMENT ON COLUMN helenus.request.tag IS 'The backup it is about, where it is about one.';
COMMENT ON COLUMN helenus.request.keyspaces IS 'JSON {keyspace: [tables]} that it covers.';
COMMENT ON COLUMN helenus.request.destinations IS 'JSON array of destination ids.';
COMMENT ON COLUMN helenus.request.details IS 'Its final details, small; null while it runs.';
COMMENT ON COLUMN helenus.request.created_at IS 'When it was asked for.';
COMMENT ON COLUMN helenus.request.finished_at IS 'When it ended; null while it runs.';

CREATE TABLE helenus.request_progress (
    cluster_id text NOT NULL,
    request_id uuid NOT NULL,
    node_address text NOT NULL,
    document jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT request_progress_pkey PRIMARY KEY (cluster_id, request_id, node_address),
    CONSTRAINT request_progress_request_fkey FOREIGN KEY (cluster_id, request_id)
        REFERENCES helenus.request ON DELETE CASCADE
) WITH (fillfactor = 50);
COMMENT ON TABLE helenus.request_progress IS 'How far a running request has come on each node.';
COMMENT ON COLUMN helenus.request_progress.cluster_id IS 'The cluster of the request.';
COMMENT ON COLUMN helenus.request_progress.request_id IS 'The request.';
COMMENT ON COLUMN helenus.request_progress.node_address IS 'The node''s address.';
COMMENT ON COLUMN helenus.request_progress.document IS 'The node''s member of details.subrequests, as the API shows it.';
COMMENT ON COLUMN helenus.request_progress.updated_at IS 'When it was last written.';

CREATE FUNCTION helenus.request_document(request helenus.request) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_strip_nulls(jsonb_build_object(
        'tag', request.tag,
        'keyspaces', request.keyspaces,
        'destinations', request.destinations))
    || jsonb_build_object(
        'id', request.id,
        'state', request.status,
        'type', request.type,
        'cluster_id', request.cluster_id,
        'started', extract(epoch FROM request.created_at)::bigint,
        'finished', extract(epoch FROM request.finished_at)::bigint,
        'details', COALESCE(request.details, jsonb_build_object(
            'message', request.message,
            'subrequests', COALESCE((
                SELECT jsonb_object_agg(progress.node_address, progress.document)
                FROM helenus.request_progress AS progress
                WHERE progress.cluster_id = request.cluster_id
                    AND progress.request_id = request.id), '{}'))));
COMMENT ON FUNCTION helenus.request_document(helenus.request) IS
    'The request as the API answers it, with its progress while it runs: the only place that says so.';

CREATE TABLE helenus.backup (
    cluster_id text NOT NULL,
    tag text NOT NULL,
    schedule_id text,
    event_time timestamptz NOT NULL,
    request_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT backup_pkey PRIMARY KEY (cluster_id, tag),
    CONSTRAINT backup_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE
);
CREATE INDEX backup_newest ON helenus.backup (cluster_id, event_time DESC, tag DESC);
COMMENT ON TABLE helenus.backup IS 'A backup of a cluster: one snapshot on all nodes, with a copy on each destination.';
COMMENT ON COLUMN helenus.backup.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.backup.tag IS 'Its name, the same on nodes and destinations.';
COMMENT ON COLUMN helenus.backup.schedule_id IS 'The schedule that made it; null for an ad hoc run.';
COMMENT ON COLUMN helenus.backup.event_time IS 'The time in its tag, whole seconds.';
COMMENT ON COLUMN helenus.backup.request_id IS 'The request that made it; null where it was found on a destination.';
COMMENT ON COLUMN helenus.backup.created_at IS 'When the catalog learned of it.';

CREATE TABLE helenus.backup_copy (
    cluster_id text NOT NULL,
    tag text NOT NULL,
    destination_id text NOT NULL,
    status text NOT NULL DEFAULT 'running',
    message text,
    keyspaces jsonb NOT NULL DEFAULT '{}',
    files bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    new_bytes bigint NOT NULL DEFAULT 0,
    stored_bytes bigint NOT NULL DEFAULT 0,
    listed boolean NOT NULL DEFAULT false,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    deleted_at timestamptz,
    verified_at timestamptz,
    verified_mode text,
    problems jsonb,
    CONSTRAINT backup_copy_pkey PRIMARY KEY (cluster_id, tag, destination_id),
    CONSTRAINT backup_copy_backup_fkey FOREIGN KEY (cluster_id, tag)
        REFERENCES helenus.backup ON DELETE CASCADE,
    CONSTRAINT backup_copy_status_known
        CHECK (status IN ('running', 'success', 'partial', 'error', 'cancelled')),
    CONSTRAINT backup_copy_listed_is_restorable
        CHECK (NOT listed OR (status IN ('success', 'partial') AND deleted_at IS NULL))
);
CREATE INDEX backup_copy_listed ON helenus.backup_copy (cluster_id, destination_id, tag) WHERE listed;
COMMENT ON TABLE helenus.backup_copy IS 'A backup as it lies on one destination.';
COMMENT ON COLUMN helenus.backup_copy.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.backup_copy.tag IS 'The backup.';
COMMENT ON COLUMN helenus.backup_copy.destination_id IS 'The destination; OPSC_ON_SERVER for the snapshots on the nodes.';
COMMENT ON COLUMN helenus.backup_copy.status IS 'running, success, partial, error or cancelled.';
COMMENT ON COLUMN helenus.backup_copy.message IS 'The cause, where it is not success.';
COMMENT ON COLUMN helenus.backup_copy.keyspaces IS 'JSON {keyspace: {cfs, nodes, size}}, as the API lists it.';
COMMENT ON COLUMN helenus.backup_copy.files IS 'Files in it, over all nodes.';
COMMENT ON COLUMN helenus.backup_copy.bytes IS 'Bytes of those files.';
COMMENT ON COLUMN helenus.backup_copy.new_bytes IS 'Bytes that had to be sent, because the destination lacked them.';
COMMENT ON COLUMN helenus.backup_copy.stored_bytes IS 'Bytes written, compression counted.';
COMMENT ON COLUMN helenus.backup_copy.listed IS 'Whether it can be restored and is shown as a backup.';
COMMENT ON COLUMN helenus.backup_copy.started_at IS 'When it was begun.';
COMMENT ON COLUMN helenus.backup_copy.finished_at IS 'When it ended; null while it runs.';
COMMENT ON COLUMN helenus.backup_copy.deleted_at IS 'When it was deleted; null while it is there.';
COMMENT ON COLUMN helenus.backup_copy.verified_at IS 'When it was last verified after it was made.';
COMMENT ON COLUMN helenus.backup_copy.verified_mode IS 'How: manifest, sample or full.';
COMMENT ON COLUMN helenus.backup_copy.problems IS 'What the last verification found; null for nothing.';

CREATE TABLE helenus.backup_copy_table (
    cluster_id text NOT NULL,
    tag text NOT NULL,
    destination_id text NOT NULL,
    host_id text NOT NULL,
    keyspace_name text NOT NULL,
    table_name text NOT NULL,
    node_address text NOT NULL,
    files bigint NOT NULL,
    bytes bigint NOT NULL,
    new_bytes bigint NOT NULL DEFAULT 0,
    outcome text NOT NULL,
    message text,
    CONSTRAINT backup_copy_table_pkey
        PRIMARY KEY (cluster_id, tag, destination_id, host_id, keyspace_name, table_name),
    CONSTRAINT backup_copy_table_copy_fkey FOREIGN KEY (cluster_id, tag, destination_id)
        REFERENCES helenus.backup_copy ON DELETE CASCADE,
    CONSTRAINT backup_copy_table_outcome_known CHECK (outcome IN ('success', 'error'))
);
COMMENT ON TABLE helenus.backup_copy_table IS 'Sums of a copy for each node and table; the files themselves are in the manifests.';
COMMENT ON COLUMN helenus.backup_copy_table.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.backup_copy_table.tag IS 'The backup.';
COMMENT ON COLUMN helenus.backup_copy_table.destination_id IS 'The destination.';
COMMENT ON COLUMN helenus.backup_copy_table.host_id IS 'The node''s host id at the time.';
COMMENT ON COLUMN helenus.backup_copy_table.keyspace_name IS 'The keyspace.';
COMMENT ON COLUMN helenus.backup_copy_table.table_name IS 'The table.';
COMMENT ON COLUMN helenus.backup_copy_table.node_address IS 'The node''s address at the time.';
COMMENT ON COLUMN helenus.backup_copy_table.files IS 'Files of the table on that node.';
COMMENT ON COLUMN helenus.backup_copy_table.bytes IS 'Bytes of those files.';
COMMENT ON COLUMN helenus.backup_copy_table.new_bytes IS 'Bytes that had to be sent.';
COMMENT ON COLUMN helenus.backup_copy_table.outcome IS 'success or error.';
COMMENT ON COLUMN helenus.backup_copy_table.message IS 'The cause, where it is error.';

CREATE TABLE helenus.activity_event (
    cluster_id text NOT NULL,
    event_time timestamptz NOT NULL,
    backup_id text NOT NULL,
    type text NOT NULL,
    destination_id text NOT NULL,
    status text NOT NULL DEFAULT 'running',
    message text,
    request_id uuid,
    keyspaces jsonb NOT NULL DEFAULT '{}',
    destination jsonb NOT NULL,
    full_status jsonb,
    document text,
    deleted_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT activity_event_pkey
        PRIMARY KEY (cluster_id, event_time, backup_id, type, destination_id),
    CONSTRAINT activity_event_type_known CHECK (type IN (
        'backup', 'restore', 'sync', 'delete', 'pit_enable', 'pit_disable', 'pit_restore')),
    CONSTRAINT activity_event_status_known
        CHECK (status IN ('running', 'success', 'partial', 'error', 'cancelled')),
    CONSTRAINT activity_event_document_when_finished
        CHECK ((status = 'running') = (document IS NULL))
) PARTITION BY RANGE (event_time);
CREATE INDEX activity_event_type
    ON helenus.activity_event (cluster_id, type, event_time, backup_id, destination_id);
CREATE INDEX activity_event_live
    ON helenus.activity_event (cluster_id, event_time, backup_id, type, destination_id)
    WHERE deleted_at IS NULL;
CREATE INDEX activity_event_success
    ON helenus.activity_event (cluster_id, event_time, backup_id, type, destination_id)
    WHERE status = 'success';
CREATE INDEX activity_event_backup ON helenus.activity_event (cluster_id, backup_id, event_time);
CREATE INDEX activity_event_request ON helenus.activity_event (cluster_id, request_id);
COMMENT ON TABLE helenus.activity_event IS 'What was done to backups, one event for each backup and destination; never removed.';
COMMENT ON COLUMN helenus.activity_event.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.activity_event.event_time IS 'When it was asked for, whole seconds; equal for all events of one run.';
COMMENT ON COLUMN helenus.activity_event.backup_id IS 'The backup''s tag.';
COMMENT ON COLUMN helenus.activity_event.type IS 'backup, restore, sync, delete, pit_enable, pit_disable or pit_restore.';
COMMENT ON COLUMN helenus.activity_event.destination_id IS 'The destination; OPSC_ON_SERVER for the nodes themselves.';
COMMENT ON COLUMN helenus.activity_event.status IS 'running, success, partial, error or cancelled.';
COMMENT ON COLUMN helenus.activity_event.message IS 'The cause with the node''s name, where it is not success.';
COMMENT ON COLUMN helenus.activity_event.request_id IS 'The request whose event it is.';
COMMENT ON COLUMN helenus.activity_event.keyspaces IS 'JSON {keyspace: [tables]}.';
COMMENT ON COLUMN helenus.activity_event.destination IS 'The destination as the API showed it then, secrets masked.';
COMMENT ON COLUMN helenus.activity_event.full_status IS 'Details, kept small after the end.';
COMMENT ON COLUMN helenus.activity_event.document IS 'The finished event as the API answers it, rendered once; null while it runs.';
COMMENT ON COLUMN helenus.activity_event.deleted_at IS 'When the copy that this event made was deleted.';
COMMENT ON COLUMN helenus.activity_event.finished_at IS 'When it ended; null while it runs.';

-- No DEFAULT partition: with one PostgreSQL cannot read the partitions in order and opens every
-- one of them for each page. The two outer partitions refuse nothing either.
CREATE TABLE helenus.activity_event_earlier PARTITION OF helenus.activity_event
    FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
COMMENT ON TABLE helenus.activity_event_earlier IS 'Events before the first month that has a partition.';
ALTER TABLE helenus.activity_event_earlier ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.activity_event_earlier FORCE ROW LEVEL SECURITY;

CREATE FUNCTION helenus.create_activity_partitions(months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    last_month timestamptz := date_trunc('month', now()) + make_interval(months => months);
    first_of_month timestamptz;
    partition_name text;
    is_first_time boolean := to_regclass('helenus.activity_event_later') IS NULL;
    clusters_before text := COALESCE(current_setting('helenus.clusters', true), '');
    created integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(1749774, 2);
    IF is_first_time THEN
        first_of_month := date_trunc('month', now()) - interval '1 month';
    ELSE
        -- The months follow each other without a gap.
        SELECT to_date(max(right(partition.relname, 6)), 'YYYYMM') + interval '1 month'
        INTO first_of_month
        FROM pg_inherits AS child
        JOIN pg_class AS partition ON partition.oid = child.inhrelid
        WHERE child.inhparent = 'helenus.activity_event'::regclass
            AND partition.relname ~ '^activity_event_\d{6}$';
    END IF;
    IF first_of_month > last_month THEN
        RETURN 0;
    END IF;
    -- The open end is cut off; its rows (none, as a rule) are put into their months at the end.
    IF is_first_time THEN
        ALTER TABLE helenus.activity_event DETACH PARTITION helenus.activity_event_earlier;
        EXECUTE format(
            'ALTER TABLE helenus.activity_event ATTACH PARTITION helenus.activity_event_earlier'
            ' FOR VALUES FROM (MINVALUE) TO (%L)', first_of_month);
    ELSE
        ALTER TABLE helenus.activity_event DETACH PARTITION helenus.activity_event_later;
        ALTER TABLE helenus.activity_event_later RENAME TO activity_event_cut_off;
        ALTER TABLE helenus.activity_event_cut_off DISABLE ROW LEVEL SECURITY;
    END IF;
    WHILE first_of_month <= last_month LOOP
        partition_name := 'activity_event_' || to_char(first_of_month, 'YYYYMM');
        EXECUTE format(
            'CREATE TABLE helenus.%I PARTITION OF helenus.activity_event FOR VALUES FROM (%L) TO (%L)',
            partition_name, first_of_month, first_of_month + interval '1 month');
        EXECUTE format('ALTER TABLE helenus.%I ENABLE ROW LEVEL SECURITY', partition_name);
        EXECUTE format('ALTER TABLE helenus.%I FORCE ROW LEVEL SECURITY', partition_name);
        EXECUTE format('COMMENT ON TABLE helenus.%I IS %L', partition_name,
            'Events of the month ' || to_char(first_of_month, 'YYYY-MM') || '.');
        created := created + 1;
        first_of_month := first_of_month + interval '1 month';
    END LOOP;
    EXECUTE format(
        'CREATE TABLE helenus.activity_event_later PARTITION OF helenus.activity_event'
        ' FOR VALUES FROM (%L) TO (MAXVALUE)', first_of_month);
    ALTER TABLE helenus.activity_event_later ENABLE ROW LEVEL SECURITY;
    ALTER TABLE helenus.activity_event_later FORCE ROW LEVEL SECURITY;
    COMMENT ON TABLE helenus.activity_event_later IS 'Events after the last month that has a partition.';
    IF NOT is_first_time THEN
        PERFORM set_config('helenus.clusters', '*', true);
        INSERT INTO helenus.activity_event
        SELECT cut_off.* FROM helenus.activity_event_cut_off AS cut_off;
        PERFORM set_config('helenus.clusters', clusters_before, true);
        DROP TABLE helenus.activity_event_cut_off;
    END IF;
    RETURN created;
END
$$;
COMMENT ON FUNCTION helenus.create_activity_partitions(integer) IS
    'Creates the partitions of activity_event up to so many months ahead (the first time: from last month on); answers how many were new.';
REVOKE ALL ON FUNCTION helenus.create_activity_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION helenus.create_activity_partitions(integer) TO helenus_executor;

CREATE FUNCTION helenus.event_document(event helenus.activity_event) RETURNS text
LANGUAGE sql STABLE
RETURN jsonb_build_object(
        'week', to_char(event.event_time AT TIME ZONE 'UTC', 'IYYYIW'),
        'event_time', extract(epoch FROM event.event_time)::bigint,
        'backup_id', event.backup_id,
        'type', event.type,
        'status', event.status,
        'keyspaces', event.keyspaces,
        'destination', event.destination,
        'deleted_at', extract(epoch FROM event.deleted_at)::bigint)
    || CASE WHEN event.message IS NULL THEN '{}'::jsonb
        ELSE jsonb_build_object('message', event.message) END
    || CASE WHEN event.status <> 'running' THEN '{}'::jsonb
        ELSE jsonb_build_object(
            'request_id', event.request_id,
            'full_status', (
                SELECT helenus.request_document(request)
                FROM helenus.request AS request
                WHERE request.cluster_id = event.cluster_id AND request.id = event.request_id)) END;
COMMENT ON FUNCTION helenus.event_document(helenus.activity_event) IS
    'The event as GET backup-activity answers it: the only place that says so.';

CREATE FUNCTION helenus.render_event() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.document := NULL;
    IF NEW.status <> 'running' THEN
        NEW.document := helenus.event_document(NEW);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION helenus.render_event() IS
    'Keeps the document of a finished event true, in the transaction that changes the event.';
CREATE TRIGGER render_event BEFORE INSERT OR UPDATE ON helenus.activity_event
    FOR EACH ROW EXECUTE FUNCTION helenus.render_event();

CREATE TABLE helenus.job (
    cluster_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    request_id uuid,
    kind text NOT NULL,
    payload jsonb,
    sealed_payload bytea,
    state text NOT NULL DEFAULT 'available',
    priority smallint NOT NULL DEFAULT 0,
    run_at timestamptz NOT NULL DEFAULT now(),
    attempt integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 20,
    crashes integer NOT NULL DEFAULT 0,
    lease_owner text,
    lease_expires_at timestamptz,
    lease_epoch bigint NOT NULL DEFAULT 0,
    concurrency_key text,
    key_held boolean NOT NULL DEFAULT false,
    run_state jsonb,
    result jsonb,
    awaited boolean NOT NULL DEFAULT false,
    cancel_requested boolean NOT NULL DEFAULT false,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT job_pkey PRIMARY KEY (cluster_id, id),
    CONSTRAINT job_id_key UNIQUE (id),
    CONSTRAINT job_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT job_state_known CHECK (
        state IN ('available', 'running', 'retryable', 'succeeded', 'failed', 'cancelled')),
    CONSTRAINT job_ends_once CHECK (
        (state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CONSTRAINT job_running_has_a_lease CHECK (
        (state = 'running') = (lease_owner IS NOT NULL)
        AND (lease_owner IS NULL) = (lease_expires_at IS NULL)),
    CONSTRAINT job_ended_holds_no_key CHECK (
        NOT key_held
        OR (concurrency_key IS NOT NULL AND state IN ('available', 'running', 'retryable'))),
    CONSTRAINT job_has_a_payload CHECK (payload IS NOT NULL OR sealed_payload IS NOT NULL)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE UNIQUE INDEX job_key_held ON helenus.job (cluster_id, concurrency_key) WHERE key_held;
CREATE INDEX job_waiting ON helenus.job (cluster_id, priority DESC, run_at, id)
    WHERE state IN ('available', 'retryable');
CREATE INDEX job_running ON helenus.job (cluster_id, lease_expires_at) WHERE state = 'running';
CREATE INDEX job_ended ON helenus.job (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX job_request ON helenus.job (cluster_id, request_id);
COMMENT ON TABLE helenus.job IS 'The queue: work for executors, held under a lease.';
COMMENT ON COLUMN helenus.job.cluster_id IS 'The cluster it is about.';
COMMENT ON COLUMN helenus.job.id IS 'Its id; with the epoch it fences the instructions to agents.';
COMMENT ON COLUMN helenus.job.request_id IS 'The request that it serves.';
COMMENT ON COLUMN helenus.job.kind IS 'What is to be done: backup, restore, delete_backup, validate_destination.';
COMMENT ON COLUMN helenus.job.payload IS 'What it was asked to do, without secrets.';
COMMENT ON COLUMN helenus.job.sealed_payload IS 'The payload sealed, where it holds secrets.';
COMMENT ON COLUMN helenus.job.state IS 'available, running, retryable (waits for run_at), succeeded, failed or cancelled.';
COMMENT ON COLUMN helenus.job.priority IS 'Higher is claimed first.';
COMMENT ON COLUMN helenus.job.run_at IS 'Not claimed before.';
COMMENT ON COLUMN helenus.job.attempt IS 'How often it was tried again after a failure.';
COMMENT ON COLUMN helenus.job.max_attempts IS 'After how many attempts a failure is final.';
COMMENT ON COLUMN helenus.job.crashes IS 'How often its lease lapsed: its holder died or stalled.';
COMMENT ON COLUMN helenus.job.lease_owner IS 'The executor that holds it while it runs.';
COMMENT ON COLUMN helenus.job.lease_expires_at IS 'When the lease lapses unless it is renewed.';
COMMENT ON COLUMN helenus.job.lease_epoch IS 'Grows with every claim; an older epoch may do nothing any more.';
COMMENT ON COLUMN helenus.job.concurrency_key IS 'Of a cluster''s jobs with the same key one at a time; null for no limit.';
COMMENT ON COLUMN helenus.job.key_held IS 'Whether it holds its key: from the first claim to the end.';
COMMENT ON COLUMN helenus.job.run_state IS 'The run as it was saved before its current stage.';
COMMENT ON COLUMN helenus.job.result IS 'Its answer, where somebody waits for one.';
COMMENT ON COLUMN helenus.job.awaited IS 'Whether its end is announced on the channel helenus_result.';
COMMENT ON COLUMN helenus.job.cancel_requested IS 'Whether somebody called it off.';
COMMENT ON COLUMN helenus.job.error IS 'Why it failed last.';
COMMENT ON COLUMN helenus.job.created_at IS 'When it was put in the queue.';
COMMENT ON COLUMN helenus.job.started_at IS 'When it was first claimed.';
COMMENT ON COLUMN helenus.job.finished_at IS 'When it ended.';

CREATE UNLOGGED TABLE helenus.job_listener (
    listener text NOT NULL,
    waiting_until timestamptz NOT NULL,
    CONSTRAINT job_listener_pkey PRIMARY KEY (listener)
) WITH (fillfactor = 50);
COMMENT ON TABLE helenus.job_listener IS 'Executors that wait for work: a new job notifies only when there is one.';
COMMENT ON COLUMN helenus.job_listener.listener IS 'The executor.';
COMMENT ON COLUMN helenus.job_listener.waiting_until IS 'When it looks again by itself; an older row counts for nothing.';

CREATE FUNCTION helenus.announce_job() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- begin_waiting takes this lock alone before its caller looks for jobs once more. So either
    -- this transaction has ended by then, or its listener is seen here: no job is missed.
    PERFORM pg_advisory_xact_lock_shared(1749774, 1);
    IF EXISTS (
        SELECT FROM helenus.job_listener AS listener
        WHERE listener.waiting_until > clock_timestamp()) THEN
        PERFORM pg_notify('helenus_job', '');
    END IF;
END
$$;
COMMENT ON FUNCTION helenus.announce_job() IS
    'Wakes the executors that wait, when this transaction commits; called after the job is inserted.';

CREATE FUNCTION helenus.begin_waiting(listener text, seconds double precision) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
    nobody_is_enqueueing boolean := true;
BEGIN
    BEGIN
        PERFORM pg_advisory_xact_lock(1749774, 1);
    EXCEPTION WHEN lock_not_available THEN
        nobody_is_enqueueing := false;
    END;
    INSERT INTO helenus.job_listener AS waiting (listener, waiting_until)
    VALUES (begin_waiting.listener, clock_timestamp() + make_interval(secs => seconds))
    ON CONFLICT ON CONSTRAINT job_listener_pkey
    DO UPDATE SET waiting_until = EXCLUDED.waiting_until;
    RETURN nobody_is_enqueueing;
END
$$;
COMMENT ON FUNCTION helenus.begin_waiting(text, double precision) IS
    'Notes that an executor waits. True: commit, look once more, then sleep; false: a job is just being enqueued that may not notify, look again soon.';
REVOKE ALL ON FUNCTION helenus.announce_job(), helenus.begin_waiting(text, double precision)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION helenus.announce_job() TO helenus_api, helenus_executor;
GRANT EXECUTE ON FUNCTION helenus.begin_waiting(text, double precision) TO helenus_executor;

CREATE TABLE helenus.audit_log (
    cluster_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    occurred_at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    remote_address text NOT NULL,
    http_request_id text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    outcome text NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (cluster_id, id)
);
CREATE INDEX audit_log_newest ON helenus.audit_log (cluster_id, occurred_at DESC);
COMMENT ON TABLE helenus.audit_log IS 'Every call that changed something.';
COMMENT ON COLUMN helenus.audit_log.cluster_id IS 'The cluster it was about.';
COMMENT ON COLUMN helenus.audit_log.id IS 'Its id.';
COMMENT ON COLUMN helenus.audit_log.occurred_at IS 'When.';
COMMENT ON COLUMN helenus.audit_log.actor IS 'Who.';
COMMENT ON COLUMN helenus.audit_log.remote_address IS 'From where.';
COMMENT ON COLUMN helenus.audit_log.http_request_id IS 'The X-Request-ID of the call.';
COMMENT ON COLUMN helenus.audit_log.method IS 'The HTTP method.';
COMMENT ON COLUMN helenus.audit_log.path IS 'The path, without its query.';
COMMENT ON COLUMN helenus.audit_log.outcome IS 'The HTTP status that was answered.';

-- One policy for all: what the transaction is permitted to see it may also write, nothing else.
DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'cluster', 'enrolment_token', 'node', 'destination', 'request', 'request_progress', 'backup',
        'backup_copy', 'backup_copy_table', 'activity_event', 'job', 'audit_log'
    ] LOOP
        EXECUTE format('ALTER TABLE helenus.%I ENABLE ROW LEVEL SECURITY', table_name);
        EXECUTE format('ALTER TABLE helenus.%I FORCE ROW LEVEL SECURITY', table_name);
        EXECUTE format(
            'CREATE POLICY permitted_clusters ON helenus.%I USING ('
            '(SELECT helenus.all_clusters_permitted())'
            ' OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]))',
            table_name);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.cluster TO helenus_api;
GRANT SELECT, INSERT, UPDATE ON
    helenus.enrolment_token, helenus.node, helenus.destination, helenus.request, helenus.backup,
    helenus.backup_copy, helenus.activity_event, helenus.job TO helenus_api;
GRANT SELECT ON
    helenus.request_progress, helenus.backup_copy_table, helenus.job_listener TO helenus_api;
GRANT SELECT, INSERT ON helenus.audit_log TO helenus_api;

GRANT SELECT ON helenus.cluster, helenus.node TO helenus_executor;
GRANT SELECT, INSERT, UPDATE ON
    helenus.destination, helenus.request, helenus.backup, helenus.backup_copy,
    helenus.activity_event TO helenus_executor;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    helenus.request_progress, helenus.backup_copy_table, helenus.job, helenus.job_listener
    TO helenus_executor;

SELECT helenus.create_activity_partitions(3);
