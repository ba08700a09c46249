-- The queue. Every statement that a holder of a lease runs names its epoch.

-- name: job_enqueue
INSERT INTO helenus.job (
    cluster_id, request_id, kind, payload, sealed_payload, priority, run_at, concurrency_key,
    awaited)
VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7::double precision), $8, $9)
RETURNING id

-- name: job_notify
SELECT helenus.announce_job()

-- A few of the first jobs of every cluster, found by the index however long the queue is. A job
-- that only waits to be cancelled needs no key. Jobs without a key have a limit for each cluster;
-- those for which a worker waits are few and short, and are not counted.

-- name: job_claim
WITH RECURSIVE waiting_cluster AS (
    (
        SELECT job.cluster_id
        FROM helenus.job AS job
        WHERE job.state IN ('available', 'retryable')
        ORDER BY job.cluster_id
        LIMIT 1
    )
    UNION ALL
    SELECT (
        SELECT job.cluster_id
        FROM helenus.job AS job
        WHERE job.state IN ('available', 'retryable')
            AND job.cluster_id > waiting_cluster.cluster_id
        ORDER BY job.cluster_id
        LIMIT 1
    )
    FROM waiting_cluster
    WHERE waiting_cluster.cluster_id IS NOT NULL
),
busy AS (
    SELECT
        running.cluster_id, count(*) AS jobs,
        count(*) FILTER (WHERE running.concurrency_key IS NULL AND NOT running.awaited) AS counted
    FROM helenus.job AS running
    WHERE running.state = 'running'
    GROUP BY running.cluster_id
),
room AS (
    SELECT
        waiting_cluster.cluster_id, COALESCE(busy.jobs, 0) AS running,
        NULLIF(COALESCE(own.running_jobs, $5::integer), 0) - COALESCE(busy.counted, 0) AS places
    FROM waiting_cluster
    LEFT JOIN busy ON busy.cluster_id = waiting_cluster.cluster_id
    LEFT JOIN helenus.cluster_limit AS own ON own.cluster_id = waiting_cluster.cluster_id
    WHERE waiting_cluster.cluster_id IS NOT NULL
),
waiting AS (
    SELECT
        ready.id, ready.cluster_id, ready.priority, ready.run_at, ready.is_counted, room.running,
        room.places,
        row_number() OVER (
            PARTITION BY
                ready.cluster_id, COALESCE(ready.concurrency_key, ready.id::text),
                ready.cancel_requested AND ready.concurrency_key IS NOT NULL AND NOT ready.key_held
            ORDER BY ready.priority DESC, ready.run_at, ready.created_at, ready.id
        ) AS place_in_key
    FROM room
    CROSS JOIN LATERAL (
        SELECT
            job.id, job.cluster_id, job.priority, job.run_at, job.created_at,
            job.concurrency_key, job.key_held, job.cancel_requested,
            job.concurrency_key IS NULL AND NOT job.awaited AND NOT job.cancel_requested
                AS is_counted
        FROM helenus.job AS job
        WHERE job.cluster_id = room.cluster_id
            AND job.state IN ('available', 'retryable')
            AND job.run_at <= now()
            AND job.kind = ANY ($4::text[])
            AND (job.concurrency_key IS NULL
                OR job.key_held
                OR job.cancel_requested
                OR NOT EXISTS (
                    SELECT FROM helenus.job AS holder
                    WHERE holder.key_held
                        AND holder.cluster_id = job.cluster_id
                        AND holder.concurrency_key = job.concurrency_key))
            -- What has no place now must not hide what needs none.
            AND (room.places IS NULL OR room.places > 0
                OR job.concurrency_key IS NOT NULL OR job.awaited OR job.cancel_requested)
        ORDER BY job.priority DESC, job.run_at, job.id
        LIMIT 4 * $3::integer
    ) AS ready
),
placed AS (
    SELECT
        waiting.*,
        count(*) FILTER (WHERE waiting.is_counted) OVER (
            PARTITION BY waiting.cluster_id
            ORDER BY waiting.priority DESC, waiting.run_at, waiting.id
        ) AS place
    FROM waiting
    WHERE waiting.place_in_key = 1
),
ranked AS (
    SELECT
        placed.id, placed.priority, placed.run_at,
        placed.running + row_number() OVER (
            PARTITION BY placed.cluster_id, placed.priority
            ORDER BY placed.run_at, placed.id
        ) AS turn
    FROM placed
    WHERE NOT placed.is_counted OR placed.places IS NULL OR placed.place <= placed.places
    ORDER BY placed.priority DESC, turn, placed.run_at, placed.id
    LIMIT 4 * $3::integer
),
chosen AS (
    SELECT job.id
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
WHERE job.id = chosen.id
RETURNING
    job.id, job.cluster_id, job.request_id, job.kind, job.payload, job.sealed_payload,
    job.lease_epoch, job.attempt, job.max_attempts, job.run_state, job.cancel_requested,
    job.crashes, job.trace

-- name: job_heartbeat
UPDATE helenus.job AS job
SET lease_expires_at = now() + make_interval(secs => $2::double precision)
FROM unnest($3::uuid[], $4::bigint[]) AS held (id, epoch)
WHERE job.id = held.id AND job.lease_epoch = held.epoch
    AND job.lease_owner = $1 AND job.state = 'running'
RETURNING job.id, job.cancel_requested

-- A job that comes on is no job that kills its executors.

-- name: job_save_state
UPDATE helenus.job
SET run_state = $3,
    crashes = CASE WHEN run_state IS DISTINCT FROM $3::jsonb THEN 0 ELSE crashes END
WHERE id = $1 AND lease_epoch = $2 AND state = 'running'

-- Secrets of the payload go when the job ends.

-- name: job_finish
WITH ended AS (
    UPDATE helenus.job AS job
    SET state = $3, result = $4, error = $5, finished_at = now(),
        lease_owner = NULL, lease_expires_at = NULL, key_held = false,
        sealed_payload = CASE WHEN job.payload IS NULL THEN ''::bytea END
    WHERE job.id = $1 AND job.lease_epoch = $2 AND job.state = 'running'
    RETURNING job.id, job.awaited
)
SELECT CASE WHEN ended.awaited THEN pg_notify('helenus_result', ended.id::text) END
FROM ended

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
WITH lapsed AS (
    SELECT job.id
    FROM helenus.job AS job
    WHERE job.state = 'running' AND job.lease_expires_at < now()
    FOR UPDATE SKIP LOCKED
)
UPDATE helenus.job AS job
SET state = 'available', run_at = now(), crashes = job.crashes + 1,
    lease_owner = NULL, lease_expires_at = NULL
FROM lapsed
WHERE job.id = lapsed.id
RETURNING job.id

-- A job that waits is claimed at once, so that what it has begun is cleaned up.

-- name: job_cancel
UPDATE helenus.job AS job
SET cancel_requested = true,
    run_at = CASE WHEN job.state = 'running' THEN job.run_at ELSE least(job.run_at, now()) END
WHERE job.cluster_id = $1 AND job.request_id = $2 AND job.finished_at IS NULL
RETURNING job.id

-- name: job_result
SELECT state, result, error FROM helenus.job WHERE cluster_id = $1 AND id = $2

-- name: job_listen
LISTEN helenus_job

-- name: job_result_listen
LISTEN helenus_result

-- name: job_result_unlisten
UNLISTEN helenus_result

-- name: job_listener_wait
SELECT helenus.begin_waiting($1, $2)

-- name: job_listener_leave
DELETE FROM helenus.job_listener WHERE listener = $1

-- name: job_prune
WITH gone_listener AS (
    DELETE FROM helenus.job_listener WHERE waiting_until < now() - interval '1 hour'
),
old AS (
    SELECT job.id
    FROM helenus.job AS job
    WHERE job.finished_at < now() - make_interval(days => $1::integer)
    ORDER BY job.finished_at
    LIMIT 10000
)
DELETE FROM helenus.job AS job
USING old
WHERE job.id = old.id

