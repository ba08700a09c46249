DROP TRIGGER count_job ON helenus.job;
-- At the end of the transaction, so that its row is locked last and for a moment.
CREATE OR REPLACE FUNCTION helenus.count_job() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    came_to text := CASE NEW.state
        WHEN 'succeeded' THEN COALESCE((
            SELECT request.status
            FROM helenus.request AS request
            WHERE request.cluster_id = NEW.cluster_id AND request.id = NEW.request_id
                AND request.status = 'partial'), 'success')
        WHEN 'failed' THEN 'error'
        WHEN 'cancelled' THEN 'cancelled'
        WHEN 'retryable' THEN 'retried'
        ELSE 'lapsed' END;
BEGIN
    INSERT INTO helenus.job_count AS counted (cluster_id, kind, outcome, part, jobs, last_at)
    VALUES (NEW.cluster_id, NEW.kind, came_to, pg_backend_pid() % 8, 1, now())
    ON CONFLICT ON CONSTRAINT job_count_pkey DO UPDATE
    SET jobs = counted.jobs + 1, last_at = GREATEST(counted.last_at, EXCLUDED.last_at);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.count_job() IS 'Counts what came of a job.';
COMMENT ON COLUMN helenus.job_count.part IS
    'Which of eight rows it is, by the connection that counts: so that executors seldom wait for each other. What counts is their sum.';
CREATE CONSTRAINT TRIGGER count_job AFTER UPDATE OF state, crashes ON helenus.job
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        OLD.finished_at IS NULL
        AND (NEW.finished_at IS NOT NULL
            OR (NEW.state = 'retryable' AND OLD.state = 'running')
            OR NEW.crashes > OLD.crashes))
    EXECUTE FUNCTION helenus.count_job();

DROP INDEX helenus.job_request;
CREATE INDEX job_request ON helenus.job (cluster_id, request_id);
