-- The queue. Every statement that a holder of a lease runs names its epoch.

-- name: job_enqueue
INSERT INTO helenus.job (
    cluster_id, request_id, kind, payload, sealed_payload, priority, run_at, concurrency_key)
VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7::double precision), $8)
RETURNING id

-- name: job_notify
SELECT pg_notify('helenus_job', '')
WHERE EXISTS (
    SELECT FROM helenus.job_listener AS listener
    WHERE listener.waiting_since > now() - interval '1 minute')

-- name: job_claim
WITH busy AS (
    SELECT running.cluster_id, count(*) AS jobs
    FROM helenus.job AS running
    WHERE running.state = 'running'
    GROUP BY running.cluster_id
),
waiting AS (
    SELECT
        job.id, job.cluster_id, job.priority, job.run_at, job.concurrency_key,
        row_number() OVER (
            PARTITION BY COALESCE(job.concurrency_key, job.id::text), job.cancel_requested
            ORDER BY job.key_held DESC, job.priority DESC, job.run_at, job.created_at, job.id
        ) AS place_in_key
    FROM helenus.job AS job
    WHERE job.state IN ('available', 'retryable')
        AND job.run_at <= now()
        AND (job.concurrency_key IS NULL
            OR job.key_held
            OR job.cancel_requested
            OR NOT EXISTS (
                SELECT FROM helenus.job AS holder
                WHERE holder.key_held AND holder.concurrency_key = job.concurrency_key))
),
ranked AS (
    SELECT
        waiting.id, waiting.priority, waiting.run_at,
        COALESCE(busy.jobs, 0) + row_number() OVER (
            PARTITION BY waiting.cluster_id, waiting.priority
            ORDER BY waiting.run_at, waiting.id
        ) AS turn
    FROM waiting
    LEFT JOIN busy ON busy.cluster_id = waiting.cluster_id
    WHERE waiting.place_in_key = 1
    ORDER BY waiting.priority DESC, turn, waiting.run_at, waiting.id
    LIMIT 4 * $3::integer
),
chosen AS (
    SELECT job.cluster_id, job.id
    FROM helenus.job AS job
    JOIN ranked ON ranked.id = job.id
    WHERE job.state IN ('available', 'retryable')
    ORDER BY ranked.priority DESC, ranked.turn, ranked.run_at, ranked.id
    LIMIT $3::integer
    FOR UPDATE OF job SKIP LOCKED
)
UPDATE helenus.job AS job
SET state = 'running',
    lease_owner = $1,
    lease_expires_at = now() + make_interval(secs => $2::double precision),
    lease_epoch = job.lease_epoch + 1,
    key_held = job.key_held OR (job.concurrency_key IS NOT NULL AND NOT job.cancel_requested),
    started_at = COALESCE(job.started_at, now())
FROM chosen
WHERE job.cluster_id = chosen.cluster_id AND job.id = chosen.id
RETURNING
    job.id, job.cluster_id, job.request_id, job.kind, job.payload, job.sealed_payload,
    job.lease_epoch, job.attempt, job.max_attempts, job.run_state, job.cancel_requested

-- name: job_heartbeat
UPDATE helenus.job AS job
SET lease_expires_at = now() + make_interval(secs => $2::double precision)
FROM unnest($3::uuid[], $4::bigint[]) AS held (id, epoch)
WHERE job.id = held.id AND job.lease_epoch = held.epoch
    AND job.lease_owner = $1 AND job.state = 'running'
RETURNING job.id, job.cancel_requested

-- name: job_save_state
UPDATE helenus.job
SET run_state = $3
WHERE id = $1 AND lease_epoch = $2 AND state = 'running'

-- name: job_finish
UPDATE helenus.job
SET state = $3, result = $4, error = $5, finished_at = now(),
    lease_owner = NULL, lease_expires_at = NULL, key_held = false,
    sealed_payload = CASE WHEN payload IS NULL THEN ''::bytea END
WHERE id = $1 AND lease_epoch = $2 AND state = 'running'

-- name: job_retry
UPDATE helenus.job
SET state = 'retryable', attempt = attempt + 1, error = $4,
    run_at = now() + make_interval(secs => $3::double precision),
    lease_owner = NULL, lease_expires_at = NULL
WHERE id = $1 AND lease_epoch = $2 AND state = 'running'

-- name: job_hand_back
UPDATE helenus.job
SET state = 'available', run_at = now(), lease_owner = NULL, lease_expires_at = NULL
WHERE id = $1 AND lease_epoch = $2 AND state = 'running'

-- name: job_rescue
UPDATE helenus.job
SET state = 'available', run_at = now(), lease_owner = NULL, lease_expires_at = NULL
WHERE state = 'running' AND lease_expires_at < now()
RETURNING id

-- name: job_cancel
UPDATE helenus.job
SET cancel_requested = true
WHERE cluster_id = $1 AND request_id = $2 AND finished_at IS NULL
RETURNING id

-- name: job_result
SELECT state, result, error FROM helenus.job WHERE cluster_id = $1 AND id = $2

-- name: job_listener_wait
INSERT INTO helenus.job_listener (listener) VALUES ($1)
ON CONFLICT (listener) DO UPDATE SET waiting_since = now()

-- name: job_listener_leave
DELETE FROM helenus.job_listener WHERE listener = $1

-- name: job_prune
DELETE FROM helenus.job WHERE finished_at < now() - interval '30 days'

-- name: job_listen
LISTEN helenus_job
