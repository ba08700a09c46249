-- Jobs are claimed and ended many at once, and what that costs does not grow with the queue.

-- Most jobs that Helenus gives itself serve no request. No scan by the cluster alone may choose this
-- index either: it would walk over every job that has ended.
DROP INDEX helenus.job_request;
CREATE INDEX job_request ON helenus.job (cluster_id, request_id) WHERE request_id IS NOT NULL;

-- All jobs of a statement at once, in one order, so that no two transactions wait for each other.
DROP TRIGGER count_job ON helenus.job;
CREATE OR REPLACE FUNCTION helenus.count_job() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    ended helenus.job_count[] := ARRAY(
        SELECT (
            job.cluster_id, job.kind, job.outcome, 0, count(*), now()
        )::helenus.job_count
        FROM (
            SELECT
                new_job.cluster_id, new_job.kind,
                CASE new_job.state
                    WHEN 'succeeded' THEN COALESCE((
                        SELECT request.status
                        FROM helenus.request AS request
                        WHERE request.cluster_id = new_job.cluster_id
                            AND request.id = new_job.request_id
                            AND request.status = 'partial'), 'success')
                    WHEN 'failed' THEN 'error'
                    WHEN 'cancelled' THEN 'cancelled'
                    WHEN 'retryable' THEN 'retried'
                    ELSE 'lapsed' END AS outcome
            FROM new_job
            JOIN old_job ON old_job.cluster_id = new_job.cluster_id AND old_job.id = new_job.id
            WHERE old_job.finished_at IS NULL
                AND (new_job.finished_at IS NOT NULL
                    OR (new_job.state = 'retryable' AND old_job.state = 'running')
                    OR new_job.crashes > old_job.crashes)
        ) AS job
        GROUP BY job.cluster_id, job.kind, job.outcome);
    free_part smallint;
BEGIN
    -- Not everybody who may change a job may count.
    IF cardinality(ended) > 0 THEN
        free_part := COALESCE((
            SELECT part FROM generate_series(0, 7) AS part
            WHERE pg_try_advisory_xact_lock(1749774, 100 + part) LIMIT 1), pg_backend_pid() % 8);
        INSERT INTO helenus.job_count AS counted (cluster_id, kind, outcome, part, jobs, last_at)
        SELECT job.cluster_id, job.kind, job.outcome, free_part, job.jobs, job.last_at
        FROM unnest(ended) AS job
        ORDER BY job.cluster_id, job.kind, job.outcome
        ON CONFLICT ON CONSTRAINT job_count_pkey DO UPDATE
        SET jobs = counted.jobs + EXCLUDED.jobs,
            last_at = GREATEST(counted.last_at, EXCLUDED.last_at);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.count_job() IS 'Counts what came of jobs.';
COMMENT ON COLUMN helenus.job_count.part IS
    'Which of eight rows it is: one in which no other transaction counts at that time, so that executors seldom wait for each other. What counts is their sum.';
CREATE TRIGGER count_job AFTER UPDATE ON helenus.job
    REFERENCING OLD TABLE AS old_job NEW TABLE AS new_job
    FOR EACH STATEMENT EXECUTE FUNCTION helenus.count_job();
