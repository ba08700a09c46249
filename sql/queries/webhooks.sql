-- Webhooks and what they are told, as the API and the executors both use them.

-- name: webhook_list
SELECT COALESCE(jsonb_agg(
    helenus.webhook_document(webhook) ORDER BY webhook.created_at, webhook.id), '[]')
FROM helenus.webhook AS webhook
WHERE webhook.cluster_id = $1

-- With its newest deliveries.

-- name: webhook_show
SELECT helenus.webhook_document(webhook) || jsonb_build_object('deliveries', COALESCE((
    SELECT jsonb_agg(newest.document ORDER BY newest.created_at DESC, newest.id)
    FROM (
        SELECT
            delivery.created_at, delivery.id,
            helenus.delivery_document(delivery)
                || jsonb_build_object('payload', delivery.body::jsonb) AS document
        FROM helenus.webhook_delivery AS delivery
        WHERE delivery.cluster_id = webhook.cluster_id AND delivery.webhook_id = webhook.id
        ORDER BY delivery.created_at DESC, delivery.id
        LIMIT 50
    ) AS newest), '[]'))
FROM helenus.webhook AS webhook
WHERE webhook.cluster_id = $1 AND webhook.id = $2::uuid

-- name: webhook_count
SELECT count(*) FROM helenus.webhook WHERE cluster_id = $1

-- name: webhook_add
INSERT INTO helenus.webhook (
    cluster_id, id, url, description, events, late_grace_seconds, enabled, sealed_secret)
VALUES ($1, $2::uuid, $3, $4, $5::text[], $6::integer, $7::boolean, $8)

-- name: webhook_put
UPDATE helenus.webhook AS webhook
SET url = $3, description = $4, events = $5::text[], late_grace_seconds = $6::integer,
    enabled = $7::boolean,
    disabled_reason = CASE WHEN NOT $7::boolean THEN webhook.disabled_reason END,
    sealed_secret = COALESCE($8, webhook.sealed_secret), updated_at = now()
WHERE webhook.cluster_id = $1 AND webhook.id = $2::uuid

-- name: webhook_remove
DELETE FROM helenus.webhook WHERE cluster_id = $1 AND id = $2::uuid

-- name: webhook_test
INSERT INTO helenus.webhook_delivery (cluster_id, webhook_id, type, occasion, body)
SELECT
    webhook.cluster_id, webhook.id, 'webhook.test', 'test:' || gen_random_uuid(),
    helenus.webhook_body('webhook.test', jsonb_build_object(
        'cluster_id', webhook.cluster_id, 'webhook_id', webhook.id,
        'message', 'Somebody tries whether this webhook is heard.'))
FROM helenus.webhook AS webhook
WHERE webhook.cluster_id = $1 AND webhook.id = $2::uuid AND webhook.enabled
RETURNING id

-- What one that is switched off was still to be told.

-- name: webhook_give_up
UPDATE helenus.webhook_delivery
SET status = 'failed', last_error = $3, claimed_until = NULL, finished_at = now()
WHERE cluster_id = $1 AND webhook_id = $2::uuid AND status = 'pending'

-- One message of each webhook at a time, and of each cluster so many; the clusters take turns. What
-- is claimed and not heard of again is tried by another executor.

-- name: webhook_claim
WITH busy AS (
    SELECT delivery.cluster_id, delivery.webhook_id
    FROM helenus.webhook_delivery AS delivery
    WHERE delivery.status = 'pending' AND delivery.claimed_until > now()
),
first_in_line AS (
    SELECT DISTINCT ON (delivery.cluster_id, delivery.webhook_id)
        delivery.cluster_id, delivery.id, delivery.next_attempt_at
    FROM helenus.webhook_delivery AS delivery
    WHERE delivery.status = 'pending' AND delivery.next_attempt_at <= now()
        AND (delivery.claimed_until IS NULL OR delivery.claimed_until <= now())
        AND NOT EXISTS (
            SELECT FROM busy
            WHERE busy.cluster_id = delivery.cluster_id
                AND busy.webhook_id = delivery.webhook_id)
    ORDER BY delivery.cluster_id, delivery.webhook_id, delivery.next_attempt_at, delivery.id
),
placed AS (
    SELECT
        waiting.cluster_id, waiting.id, waiting.next_attempt_at,
        row_number() OVER (
            PARTITION BY waiting.cluster_id ORDER BY waiting.next_attempt_at, waiting.id
        ) + (
            SELECT count(*) FROM busy WHERE busy.cluster_id = waiting.cluster_id
        ) AS turn
    FROM first_in_line AS waiting
),
chosen AS (
    SELECT delivery.cluster_id, delivery.id
    FROM helenus.webhook_delivery AS delivery
    JOIN placed ON placed.cluster_id = delivery.cluster_id AND placed.id = delivery.id
    WHERE placed.turn <= $3::integer
        AND delivery.status = 'pending'
        AND (delivery.claimed_until IS NULL OR delivery.claimed_until <= now())
    ORDER BY placed.turn, placed.next_attempt_at, placed.id
    LIMIT $2::integer
    FOR UPDATE OF delivery SKIP LOCKED
)
UPDATE helenus.webhook_delivery AS delivery
SET attempts = delivery.attempts + 1, last_attempt_at = now(),
    claimed_until = now() + make_interval(secs => $1::double precision)
FROM chosen, helenus.webhook AS webhook
WHERE delivery.cluster_id = chosen.cluster_id AND delivery.id = chosen.id
    AND webhook.cluster_id = delivery.cluster_id AND webhook.id = delivery.webhook_id
RETURNING
    delivery.cluster_id, delivery.id, delivery.webhook_id, delivery.type, delivery.body,
    delivery.attempts, webhook.url, webhook.sealed_secret

-- What came of an attempt, unless another one was begun since. A pause is lengthened by up to a
-- tenth, so that what failed together does not come together again.

-- name: webhook_note_attempt
UPDATE helenus.webhook_delivery
SET status = $4, last_status = $5::integer, last_error = $6, claimed_until = NULL,
    next_attempt_at = CASE WHEN $4 = 'pending'
        THEN now() + make_interval(secs => $7::double precision * (1 + random() / 10))
        ELSE next_attempt_at END,
    finished_at = CASE WHEN $4 <> 'pending' THEN now() END
WHERE cluster_id = $1 AND id = $2::uuid AND attempts = $3::integer AND status = 'pending'

-- name: webhook_disable
UPDATE helenus.webhook SET enabled = false, disabled_reason = $3
WHERE cluster_id = $1 AND id = $2::uuid AND enabled

-- A schedule is late when the first run that was due after its newest good backup, or after somebody
-- last changed it, was due longer ago than the webhook's grace. Good is what all its copies are. That
-- a run is due does not depend on whether any executor began it.

-- name: webhook_note_late
WITH overdue AS (
    SELECT
        webhook.cluster_id, webhook.id AS webhook_id, schedule.id AS schedule_id, first_missed.due,
        good.tag, good.event_time, schedule.next_run, schedule.last_request_id,
        schedule.plan #> '{selection,keyspaces}' AS keyspaces
    FROM helenus.webhook AS webhook
    JOIN helenus.schedule AS schedule ON schedule.cluster_id = webhook.cluster_id
    LEFT JOIN LATERAL (
        SELECT backup.tag, backup.event_time
        FROM helenus.backup AS backup
        WHERE backup.cluster_id = schedule.cluster_id AND backup.schedule_id = schedule.id::text
            AND EXISTS (
                SELECT FROM helenus.backup_copy AS copy
                WHERE copy.cluster_id = backup.cluster_id AND copy.tag = backup.tag
                    AND copy.listed AND copy.origin IS NULL)
            AND NOT EXISTS (
                SELECT FROM helenus.backup_copy AS copy
                WHERE copy.cluster_id = backup.cluster_id AND copy.tag = backup.tag
                    AND (copy.status <> 'success' OR copy.problems IS NOT NULL))
        ORDER BY backup.event_time DESC
        LIMIT 1
    ) AS good ON true
    CROSS JOIN LATERAL helenus.next_run(
        schedule.first_run_date, schedule.first_run_time, schedule.time_zone,
        schedule.repeat_every, schedule.repeat_unit,
        GREATEST(good.event_time, schedule.updated_at)) AS first_missed (due)
    WHERE webhook.enabled AND 'backup.late' = ANY (webhook.events)
        AND first_missed.due < now() - make_interval(secs => webhook.late_grace_seconds)
)
INSERT INTO helenus.webhook_delivery (cluster_id, webhook_id, type, occasion, body)
SELECT
    overdue.cluster_id, overdue.webhook_id, 'backup.late',
    format('late:%s:%s', overdue.schedule_id, extract(epoch FROM overdue.due)::bigint),
    helenus.webhook_body('backup.late', jsonb_build_object(
        'cluster_id', overdue.cluster_id,
        'schedule_id', overdue.schedule_id,
        'due', extract(epoch FROM overdue.due)::bigint,
        'next_run', extract(epoch FROM overdue.next_run)::bigint,
        'last_request_id', overdue.last_request_id,
        'last_good', CASE WHEN overdue.tag IS NOT NULL THEN jsonb_build_object(
            'backup_id', overdue.tag,
            'time', extract(epoch FROM overdue.event_time)::bigint) END,
        'keyspaces', COALESCE((
            SELECT jsonb_agg(keyspace.name ORDER BY keyspace.name)
            FROM jsonb_object_keys(overdue.keyspaces) AS keyspace (name)), '[]'),
        'message', format(
            'The backup that was due at %s UTC has not ended well. %s',
            to_char(overdue.due AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
            CASE WHEN overdue.tag IS NULL THEN 'There is no good backup of this schedule.'
                ELSE format('The newest good one is %s.', overdue.tag) END)))
FROM overdue
ON CONFLICT ON CONSTRAINT webhook_delivery_once_for_each_occasion DO NOTHING
RETURNING cluster_id, webhook_id, occasion

-- name: webhook_prune
WITH old AS (
    SELECT delivery.cluster_id, delivery.id
    FROM helenus.webhook_delivery AS delivery
    WHERE delivery.finished_at < now() - make_interval(days => $1::integer)
    ORDER BY delivery.finished_at
    LIMIT 10000
)
DELETE FROM helenus.webhook_delivery AS delivery
USING old
WHERE delivery.cluster_id = old.cluster_id AND delivery.id = old.id
