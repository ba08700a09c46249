-- What one tenant may use at most.

-- A fiftieth of the limit at a time, so that a worker asks once for many calls; no more than is left
-- of the minute. The minute is that of the clock of the database, which all workers share. No row:
-- there is no limit.

-- name: limit_spare_the_disk
SELECT set_config('synchronous_commit', 'off', true)

-- name: limit_take_requests
WITH allowed AS (
    SELECT calls.per_minute, greatest(1, calls.per_minute / 50) AS batch
    FROM (
        SELECT COALESCE((
            SELECT own.requests_per_minute FROM helenus.cluster_limit AS own
            WHERE own.cluster_id = $1
        ), $2::integer) AS per_minute
    ) AS calls
    WHERE calls.per_minute > 0
)
INSERT INTO helenus.request_count AS counted (subject, minute, granted, last_grant)
SELECT $1, date_trunc('minute', now()), allowed.batch, allowed.batch FROM allowed
ON CONFLICT (subject) DO UPDATE
SET minute = greatest(counted.minute, EXCLUDED.minute),
    last_grant = CASE WHEN counted.minute < EXCLUDED.minute THEN EXCLUDED.last_grant
        ELSE greatest(0, least(EXCLUDED.last_grant, (
            SELECT allowed.per_minute FROM allowed) - counted.granted)) END,
    granted = CASE WHEN counted.minute < EXCLUDED.minute THEN EXCLUDED.granted
        ELSE counted.granted + greatest(0, least(EXCLUDED.last_grant, (
            SELECT allowed.per_minute FROM allowed) - counted.granted)) END
RETURNING
    counted.last_grant, (SELECT allowed.per_minute FROM allowed),
    (1000 * extract(epoch FROM counted.minute + interval '1 minute' - clock_timestamp()))::bigint

-- name: limit_show
SELECT jsonb_build_object(
    'requests_per_minute', own.requests_per_minute, 'running_jobs', own.running_jobs)
FROM (VALUES (1)) AS always (one)
LEFT JOIN helenus.cluster_limit AS own ON own.cluster_id = $1

-- name: limit_put
INSERT INTO helenus.cluster_limit AS own (cluster_id, requests_per_minute, running_jobs)
VALUES ($1, $2::integer, $3::integer)
ON CONFLICT (cluster_id) DO UPDATE
SET requests_per_minute = EXCLUDED.requests_per_minute, running_jobs = EXCLUDED.running_jobs,
    updated_at = now()
