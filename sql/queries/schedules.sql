-- Schedules and their retention, as the API and the executors both use them.

-- name: schedule_list
SELECT COALESCE(jsonb_agg(
    helenus.schedule_document(schedule) ORDER BY schedule.created_at, schedule.id), '[]')
FROM helenus.schedule AS schedule
WHERE schedule.cluster_id = $1

-- name: schedule_show
SELECT helenus.schedule_document(schedule)
FROM helenus.schedule AS schedule
WHERE schedule.cluster_id = $1 AND schedule.id = $2::uuid

-- name: schedule_zone
SELECT helenus.time_zone_named($1)

-- name: schedule_zones
SELECT COALESCE(jsonb_agg(zone.name ORDER BY zone.name), '[]')
FROM pg_timezone_names AS zone
WHERE zone.name !~ '^(posix|right)/' AND zone.name NOT IN ('localtime', 'posixrules', 'Factory')

-- Without a date the first run is at the next such time by the clock there.

-- name: schedule_first_date
SELECT to_char(CASE
    WHEN helenus.first_instant(today.midnight + $2::interval, today.zone) > now()
        THEN today.midnight
    ELSE today.midnight + interval '1 day' END, 'YYYY-MM-DD')
FROM (
    SELECT zone.name AS zone, date_trunc('day', now() AT TIME ZONE zone.name) AS midnight
    FROM helenus.zone_with_summer($1) AS zone (name)
) AS today

-- name: schedule_add
INSERT INTO helenus.schedule (
    cluster_id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit,
    job_params, plan, retention, next_run)
VALUES ($1, $2::date, $3::interval, $4, $5::integer, $6, $7, $8, $9,
    helenus.next_run($2::date, $3::interval, $4, $5::integer, $6, now()))
RETURNING id, next_run IS NOT NULL

-- Other times count from now on; with the same ones it is due when it was.

-- name: schedule_put
UPDATE helenus.schedule AS schedule
SET first_run_date = $3::date, first_run_time = $4::interval, time_zone = $5,
    repeat_every = $6::integer, repeat_unit = $7, job_params = $8, plan = $9, retention = $10,
    updated_at = now(),
    next_run = CASE
        WHEN (schedule.first_run_date, schedule.first_run_time, schedule.time_zone,
                schedule.repeat_every, schedule.repeat_unit)
            IS NOT DISTINCT FROM ($3::date, $4::interval, $5::text, $6::integer, $7::text)
        THEN schedule.next_run
        ELSE helenus.next_run($3::date, $4::interval, $5, $6::integer, $7, now()) END
WHERE schedule.cluster_id = $1 AND schedule.id = $2::uuid
RETURNING schedule.id, schedule.next_run IS NOT NULL OR schedule.last_run IS NOT NULL

-- name: schedule_remove
DELETE FROM helenus.schedule WHERE cluster_id = $1 AND id = $2::uuid

-- One tick: begins the runs that are due, each once whatever was missed, and says when they are due
-- next. A run that is late by more than a minute is named for when it begins, any other for when
-- it was due.

-- name: schedule_fire
WITH due AS MATERIALIZED (
    SELECT
        schedule.cluster_id, schedule.id, schedule.plan, schedule.next_run,
        CASE WHEN schedule.next_run > now() - interval '1 minute' THEN schedule.next_run
            ELSE date_trunc('second', now()) END AS event_time
    FROM helenus.schedule AS schedule
    WHERE schedule.next_run <= now()
        AND NOT EXISTS (
            SELECT FROM helenus.request AS previous
            WHERE previous.cluster_id = schedule.cluster_id
                AND previous.id = schedule.last_request_id AND previous.status = 'running')
    ORDER BY schedule.next_run
    LIMIT $1::integer
    FOR UPDATE OF schedule SKIP LOCKED
),
begun AS MATERIALIZED (
    SELECT run.begun_cluster, run.begun_schedule::uuid, run.begun_request
    FROM (
        SELECT jsonb_agg(jsonb_build_object(
            'cluster_id', due.cluster_id, 'schedule_id', due.id,
            'event_time', due.event_time, 'plan', due.plan)) AS runs
        FROM due
    ) AS batch
    CROSS JOIN LATERAL helenus.begin_backups(batch.runs) AS run
    WHERE batch.runs IS NOT NULL
)
UPDATE helenus.schedule AS schedule
SET last_run = now(),
    last_request_id = COALESCE(begun.begun_request, schedule.last_request_id),
    next_run = helenus.next_run(
        schedule.first_run_date, schedule.first_run_time, schedule.time_zone,
        schedule.repeat_every, schedule.repeat_unit, now())
FROM due
LEFT JOIN begun ON begun.begun_cluster = due.cluster_id AND begun.begun_schedule = due.id
WHERE schedule.cluster_id = due.cluster_id AND schedule.id = due.id
RETURNING
    schedule.cluster_id, schedule.id, schedule.last_request_id,
    to_char(due.next_run AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS UTC')

-- name: schedule_retention_rules
SELECT retention FROM helenus.schedule WHERE cluster_id = $1 AND id = $2::uuid

-- The copies of a schedule's backups that can be restored, and that nobody is deleting; with the
-- time of each by the schedule's own wall clock, as if that were UTC. Nothing is deleted on a
-- destination that was removed, and no backup that another cluster's schedule of this id made.

-- name: schedule_copies
SELECT
    copy.destination_id, copy.tag, extract(epoch FROM backup.event_time)::bigint,
    extract(epoch FROM
        backup.event_time AT TIME ZONE helenus.zone_with_summer(schedule.time_zone))::bigint,
    copy.status = 'success' AND copy.problems IS NULL, extract(epoch FROM now())::bigint
FROM helenus.schedule AS schedule
JOIN helenus.backup AS backup
    ON backup.cluster_id = schedule.cluster_id AND backup.schedule_id = schedule.id::text
JOIN helenus.backup_copy AS copy
    ON copy.cluster_id = backup.cluster_id AND copy.tag = backup.tag AND copy.listed
    AND copy.origin IS NULL
LEFT JOIN helenus.destination AS destination
    ON destination.cluster_id = copy.cluster_id AND destination.id = copy.destination_id
WHERE schedule.cluster_id = $1 AND schedule.id = $2::uuid
    AND destination.removed_at IS NULL
    AND NOT EXISTS (
        SELECT FROM helenus.request AS request
        WHERE request.cluster_id = copy.cluster_id AND request.status = 'running'
            AND request.type = 'delete' AND request.tag = copy.tag
            AND request.destinations ? copy.destination_id)
ORDER BY backup.event_time DESC, copy.tag DESC, copy.destination_id

-- Two executors that look after one schedule's retention do so one after the other.

-- name: schedule_retention_lock
SELECT id FROM helenus.schedule WHERE cluster_id = $1 AND id = $2::uuid FOR NO KEY UPDATE

-- name: schedule_begin_deletion
WITH asked AS (
    INSERT INTO helenus.request (cluster_id, type, tag, keyspaces, destinations)
    VALUES ($1, 'delete', $2, '{}', jsonb_build_array($3::text))
    RETURNING id
)
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, request_id, destination)
SELECT
    $1,
    GREATEST(date_trunc('second', now()), (
        SELECT max(earlier.event_time) + interval '1 second'
        FROM helenus.activity_event AS earlier
        WHERE earlier.cluster_id = $1 AND earlier.backup_id = $2
            AND earlier.type = 'delete' AND earlier.destination_id = $3)),
    $2, 'delete', $3, asked.id,
    CASE WHEN $3 = 'OPSC_ON_SERVER'
        THEN '{"id": "OPSC_ON_SERVER", "path": "", "provider": "server"}'
        ELSE COALESCE((
            SELECT destination.settings
            FROM helenus.destination AS destination
            WHERE destination.cluster_id = $1 AND destination.id = $3
        ), '{}') || jsonb_build_object('id', $3::text) END
FROM asked
RETURNING request_id, extract(epoch FROM event_time)::bigint

-- name: schedule_retention_due
UPDATE helenus.schedule AS schedule
SET retention_at = now()
WHERE schedule.retention_at < now() - interval '1 day'
RETURNING schedule.cluster_id, schedule.id
