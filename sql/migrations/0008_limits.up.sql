-- What one tenant may use at most, so that no other one starves.

CREATE TABLE helenus.cluster_limit (
    cluster_id text NOT NULL,
    requests_per_minute integer,
    running_jobs integer,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cluster_limit_pkey PRIMARY KEY (cluster_id),
    CONSTRAINT cluster_limit_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT cluster_limit_requests_in_range CHECK (requests_per_minute BETWEEN 0 AND 100000000),
    CONSTRAINT cluster_limit_jobs_in_range CHECK (running_jobs BETWEEN 0 AND 10000)
);
COMMENT ON TABLE helenus.cluster_limit IS 'Limits of a cluster that differ from the settings of the service.';
COMMENT ON COLUMN helenus.cluster_limit.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.cluster_limit.requests_per_minute IS
    'Calls about it that the API answers in a minute; 0 for no limit, null for the one in the API''s settings.';
COMMENT ON COLUMN helenus.cluster_limit.running_jobs IS
    'Jobs of it that run at once, beside those that have a concurrency key or are awaited; 0 for no limit, null for the one in the executors'' settings.';
COMMENT ON COLUMN helenus.cluster_limit.updated_at IS 'When it was last changed.';

ALTER TABLE helenus.cluster_limit ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.cluster_limit FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.cluster_limit USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT, INSERT, UPDATE ON helenus.cluster_limit TO helenus_api;
GRANT SELECT ON helenus.cluster_limit TO helenus_executor;

-- A crash forgets the counts of one minute, which costs nothing; so nothing of it is logged.
CREATE UNLOGGED TABLE helenus.request_count (
    subject text NOT NULL,
    minute timestamptz NOT NULL,
    granted bigint NOT NULL,
    last_grant bigint NOT NULL,
    CONSTRAINT request_count_pkey PRIMARY KEY (subject)
) WITH (fillfactor = 50);
COMMENT ON TABLE helenus.request_count IS 'Calls that workers were granted in the current minute.';
COMMENT ON COLUMN helenus.request_count.subject IS
    'The id of the cluster they are about; @ and the name of an account for what is about none.';
COMMENT ON COLUMN helenus.request_count.minute IS 'The minute that is counted.';
COMMENT ON COLUMN helenus.request_count.granted IS 'Calls that were granted in it, by all workers.';
COMMENT ON COLUMN helenus.request_count.last_grant IS 'How many of them the last worker that asked was granted.';

ALTER TABLE helenus.request_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_clusters ON helenus.request_count
    USING ((SELECT helenus.all_clusters_permitted()));
GRANT SELECT, INSERT, UPDATE ON helenus.request_count TO helenus_api;
