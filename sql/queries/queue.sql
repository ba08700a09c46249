-- The queue. Every statement that a holder of a lease runs names its epoch.

-- name: job_enqueue
INSERT INTO helenus.job (
    cluster_id, request_id, kind, payload, sealed_payload, priority, run_at, concurrency_key,
    awaited)
VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7::double precision), $8, $9)
RETURNING id

-- name: job_notify
SELECT helenus.announce_job()

-- Two jobs are ranked for every place, because others may be claiming some in this moment. The first job of
-- every cluster is found by the index, however long the queue is. Of clusters whose first jobs have one
-- priority those in which fewer run come first, up to the level that all of them would reach if each had
-- enough waiting; of a cluster no more jobs are read than lift it one above that. Where others have less
-- waiting, what follows the last job that was read of a cluster is not known: the claim ends there, and
-- the next one goes on. A job that only waits to be cancelled needs no key. Jobs without a key have a
-- limit for each cluster; those for which a worker waits are few and short, and are not counted.
--
-- Every table is read at as few places as can be: each is a wall of row-level security to be built.
-- A job that runs is told by its owner where it is known by its id, or PostgreSQL may look for it
-- among all that run or wait.

-- name: job_claim
WITH RECURSIVE own_limit AS MATERIALIZED (
    SELECT own.cluster_id, own.running_jobs
    FROM helenus.cluster_limit AS own
    WHERE own.running_jobs IS NOT NULL
),
busy AS MATERIALIZED (
    SELECT
        running.cluster_id, count(*) AS jobs,
        NULLIF(COALESCE(own_limit.running_jobs, $5::integer), 0) - count(*) FILTER (
            WHERE running.concurrency_key IS NULL AND NOT running.awaited) AS places
    FROM helenus.job AS running
    LEFT JOIN own_limit ON own_limit.cluster_id = running.cluster_id
    WHERE running.state = 'running'
    GROUP BY running.cluster_id, own_limit.running_jobs
),
held_key AS MATERIALIZED (
    SELECT job.cluster_id, job.concurrency_key FROM helenus.job AS job WHERE job.key_held
),
ready_job AS NOT MATERIALIZED (
    SELECT
        job.cluster_id, job.id, job.priority, job.run_at, job.concurrency_key,
        job.concurrency_key IS NOT NULL AND (job.key_held OR NOT job.cancel_requested) AS takes_key,
        job.concurrency_key IS NULL AND NOT job.awaited AND NOT job.cancel_requested AS takes_place
    FROM helenus.job AS job
    WHERE job.state IN ('available', 'retryable')
        AND job.run_at <= now()
        AND job.kind = ANY ($4::text[])
        AND (job.concurrency_key IS NULL
            OR job.key_held
            OR job.cancel_requested
            OR (job.cluster_id, job.concurrency_key) NOT IN (
                SELECT held_key.cluster_id, held_key.concurrency_key FROM held_key))
        -- What has no place now must not hide what needs none.
        AND (job.concurrency_key IS NOT NULL
            OR job.awaited
            OR job.cancel_requested
            OR job.cluster_id NOT IN (SELECT busy.cluster_id FROM busy WHERE busy.places <= 0))
),
first_job AS (
    SELECT ''::text AS cluster_id, 0::smallint AS priority, now() AS run_at, NULL::uuid AS id
    UNION ALL
    SELECT following.cluster_id, following.priority, following.run_at, following.id
    FROM first_job
    CROSS JOIN LATERAL (
        SELECT ready_job.cluster_id, ready_job.priority, ready_job.run_at, ready_job.id
        FROM ready_job
        WHERE ready_job.cluster_id > first_job.cluster_id
        ORDER BY ready_job.cluster_id, ready_job.priority DESC, ready_job.run_at, ready_job.id
        LIMIT 1
    ) AS following
),
first_of_cluster AS (
    SELECT
        first_job.cluster_id, first_job.priority, first_job.run_at, first_job.id,
        COALESCE(busy.jobs, 0) AS running,
        CASE WHEN busy.cluster_id IS NULL
            THEN NULLIF(COALESCE(own_limit.running_jobs, $5::integer), 0)
            ELSE busy.places END AS places,
        count(*) OVER (ORDER BY first_job.priority DESC)
            - count(*) OVER (PARTITION BY first_job.priority) AS ahead
    FROM first_job
    LEFT JOIN busy ON busy.cluster_id = first_job.cluster_id
    LEFT JOIN own_limit ON own_limit.cluster_id = first_job.cluster_id
    WHERE first_job.id IS NOT NULL
),
-- The level that the emptier ones reach without the others; with the right ones it is the lowest.
filled AS (
    SELECT
        first_of_cluster.*,
        (2 * $3::integer - first_of_cluster.ahead + sum(first_of_cluster.running) OVER emptier)
            / (count(*) OVER emptier) AS level
    FROM first_of_cluster
    WINDOW emptier AS (
        PARTITION BY first_of_cluster.priority
        ORDER BY first_of_cluster.running, first_of_cluster.cluster_id
        ROWS UNBOUNDED PRECEDING)
),
next_cluster AS (
    SELECT
        filled.cluster_id, filled.running, filled.places,
        1 + GREATEST(0, ceil(
            min(filled.level) OVER (PARTITION BY filled.priority) - filled.running)) AS depth
    FROM filled
    ORDER BY filled.priority DESC, filled.running, filled.run_at, filled.id
    LIMIT 2 * $3::integer
),
waiting AS (
    SELECT
        ready.id, ready.cluster_id, ready.priority, ready.run_at, next_cluster.running,
        NOT ready.takes_key OR row_number() OVER (
            PARTITION BY ready.cluster_id, ready.takes_key, ready.concurrency_key
            ORDER BY ready.priority DESC, ready.run_at, ready.id
        ) = 1 AS has_key,
        NOT ready.takes_place OR next_cluster.places IS NULL
            OR count(*) FILTER (WHERE ready.takes_place) OVER (
                PARTITION BY ready.cluster_id
                ORDER BY ready.priority DESC, ready.run_at, ready.id
            ) <= next_cluster.places AS has_place,
        count(*) OVER (PARTITION BY ready.cluster_id) = next_cluster.depth AS has_more
    FROM next_cluster
    CROSS JOIN LATERAL (
        SELECT ready_job.*
        FROM ready_job
        WHERE ready_job.cluster_id = next_cluster.cluster_id
        ORDER BY ready_job.priority DESC, ready_job.run_at, ready_job.id
        LIMIT next_cluster.depth
    ) AS ready
),
ordered AS (
    SELECT
        waiting.id, waiting.priority, waiting.run_at,
        waiting.running + row_number() OVER (
            PARTITION BY waiting.cluster_id, waiting.priority
            ORDER BY waiting.run_at, waiting.id
        ) AS turn,
        waiting.has_more AND lead(waiting.id) OVER (
            PARTITION BY waiting.cluster_id
            ORDER BY waiting.priority DESC, waiting.run_at, waiting.id
        ) IS NULL AS before_gap
    FROM waiting
    WHERE waiting.has_key AND waiting.has_place
),
ranked AS (
    SELECT
        ordered.id, ordered.priority, ordered.run_at, ordered.turn,
        count(*) FILTER (WHERE ordered.before_gap) OVER (
            ORDER BY ordered.priority DESC, ordered.turn, ordered.run_at, ordered.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gaps
    FROM ordered
    ORDER BY ordered.priority DESC, ordered.turn, ordered.run_at, ordered.id
    LIMIT 2 * $3::integer
),
chosen AS (
    SELECT job.id
    FROM helenus.job AS job
    JOIN ranked ON ranked.id = job.id
    WHERE ranked.gaps = 0 AND job.lease_owner IS NULL AND job.finished_at IS NULL
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

-- The job that an idle executor was woken for, where it is the only one that may be claimed and no other
-- runs: nobody's turn, limit or key is to be weighed then. It finds nothing in all other cases. Two
-- executors that are woken at once wait for each other at the row; the second then finds it taken.

-- name: job_claim_lone
WITH ready AS (
    SELECT array_agg(first_two.id) AS ids
    FROM (
        SELECT job.id
        FROM helenus.job AS job
        WHERE job.state IN ('available', 'retryable')
            AND job.run_at <= now()
            AND job.kind = ANY ($3::text[])
        LIMIT 2
    ) AS first_two
)
UPDATE helenus.job AS job
SET state = 'running',
    lease_owner = $1,
    lease_expires_at = now() + make_interval(secs => $2::double precision),
    lease_epoch = job.lease_epoch + 1,
    started_at = COALESCE(job.started_at, now())
FROM ready
WHERE cardinality(ready.ids) = 1
    AND job.id = ready.ids[1]
    AND job.state IN ('available', 'retryable')
    AND job.concurrency_key IS NULL
    AND NOT EXISTS (SELECT FROM helenus.job AS other WHERE other.state = 'running')
RETURNING
    job.id, job.cluster_id, job.request_id, job.kind, job.payload, job.sealed_payload,
    job.lease_epoch, job.attempt, job.max_attempts, job.run_state, job.cancel_requested,
    job.crashes, job.trace

-- name: job_heartbeat
UPDATE helenus.job AS job
SET lease_expires_at = now() + make_interval(secs => $2::double precision)
FROM unnest($3::uuid[], $4::bigint[]) AS held (id, epoch)
WHERE job.id = held.id AND job.lease_epoch = held.epoch AND job.lease_owner = $1
RETURNING job.id, job.cancel_requested

-- A job that comes on is no job that kills its executors.

-- name: job_save_state
UPDATE helenus.job
SET run_state = $3,
    crashes = CASE WHEN run_state IS DISTINCT FROM $3::jsonb THEN 0 ELSE crashes END
WHERE id = $1 AND lease_epoch = $2 AND lease_owner IS NOT NULL

-- Secrets of the payload go when the job ends. Whoever waits for work hears of it where another job
-- waits for the same key.

-- name: job_finish
WITH ended AS (
    UPDATE helenus.job AS job
    SET state = ending.state, result = ending.result, error = ending.error, finished_at = now(),
        lease_owner = NULL, lease_expires_at = NULL, key_held = false,
        sealed_payload = CASE WHEN job.payload IS NULL THEN ''::bytea END
    FROM unnest(
            $1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::jsonb[], $6::text[])
        AS ending (cluster_id, id, epoch, state, result, error)
    WHERE job.cluster_id = ending.cluster_id AND job.id = ending.id
        AND job.lease_epoch = ending.epoch AND job.lease_owner IS NOT NULL
    RETURNING job.cluster_id, job.id, job.lease_epoch, job.awaited, job.concurrency_key
)
SELECT
    ended.id, ended.lease_epoch,
    CASE WHEN ended.awaited THEN pg_notify('helenus_result', ended.id::text) END,
    CASE WHEN ended.concurrency_key IS NOT NULL AND EXISTS (
        SELECT FROM helenus.job AS next
        WHERE next.cluster_id = ended.cluster_id
            AND next.concurrency_key = ended.concurrency_key
            AND next.state IN ('available', 'retryable')) THEN helenus.announce_job() END
FROM ended

-- name: job_retry
UPDATE helenus.job
SET state = 'retryable', attempt = attempt + 1, error = $4,
    run_at = now() + make_interval(secs => $3::double precision),
    lease_owner = NULL, lease_expires_at = NULL
WHERE id = $1 AND lease_epoch = $2 AND lease_owner IS NOT NULL

-- name: job_hand_back
UPDATE helenus.job
SET state = 'available', run_at = now(), lease_owner = NULL, lease_expires_at = NULL
WHERE id = $1 AND lease_epoch = $2 AND lease_owner IS NOT NULL

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

