-- Webhooks: who is told of backups that fail, end in part or are late, and what each was told.

CREATE TABLE helenus.webhook (
    cluster_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    url text NOT NULL,
    description text NOT NULL DEFAULT '',
    events text[] NOT NULL,
    late_grace_seconds integer NOT NULL DEFAULT 7200,
    sealed_secret bytea NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    disabled_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_pkey PRIMARY KEY (cluster_id, id),
    CONSTRAINT webhook_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT webhook_events_known CHECK (
        cardinality(events) >= 1
        AND events <@ ARRAY['backup.failed', 'backup.partial', 'backup.late']),
    CONSTRAINT webhook_grace_is_at_most_a_year CHECK (late_grace_seconds BETWEEN 0 AND 31536000),
    CONSTRAINT webhook_enabled_for_no_reason CHECK (NOT enabled OR disabled_reason IS NULL)
);
COMMENT ON TABLE helenus.webhook IS 'An address that is told of backups that did not end well.';
COMMENT ON COLUMN helenus.webhook.cluster_id IS 'The cluster whose backups it is told of.';
COMMENT ON COLUMN helenus.webhook.id IS 'Its id in the API.';
COMMENT ON COLUMN helenus.webhook.url IS 'Where its messages are posted.';
COMMENT ON COLUMN helenus.webhook.description IS 'What a person noted about it.';
COMMENT ON COLUMN helenus.webhook.events IS 'Of what it is told: backup.failed, backup.partial, backup.late.';
COMMENT ON COLUMN helenus.webhook.late_grace_seconds IS
    'How long after it was due a scheduled backup is late unless it has ended well.';
COMMENT ON COLUMN helenus.webhook.sealed_secret IS 'What its messages are signed with, sealed.';
COMMENT ON COLUMN helenus.webhook.enabled IS 'Whether it is told anything.';
COMMENT ON COLUMN helenus.webhook.disabled_reason IS
    'Why it was switched off, where no person did that; else null.';
COMMENT ON COLUMN helenus.webhook.created_at IS 'When it was made.';
COMMENT ON COLUMN helenus.webhook.updated_at IS 'When somebody last changed it.';

CREATE TABLE helenus.webhook_delivery (
    cluster_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    webhook_id uuid NOT NULL,
    type text NOT NULL,
    occasion text NOT NULL,
    body text NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    claimed_until timestamptz,
    last_attempt_at timestamptz,
    last_status integer,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (cluster_id, id),
    CONSTRAINT webhook_delivery_webhook_fkey FOREIGN KEY (cluster_id, webhook_id)
        REFERENCES helenus.webhook ON DELETE CASCADE,
    CONSTRAINT webhook_delivery_once_for_each_occasion UNIQUE (cluster_id, webhook_id, occasion),
    CONSTRAINT webhook_delivery_type_known CHECK (
        type IN ('backup.failed', 'backup.partial', 'backup.late', 'webhook.test')),
    CONSTRAINT webhook_delivery_status_known CHECK (status IN ('pending', 'delivered', 'failed')),
    CONSTRAINT webhook_delivery_ends_once CHECK ((status = 'pending') = (finished_at IS NULL)),
    CONSTRAINT webhook_delivery_claimed_while_pending
        CHECK (claimed_until IS NULL OR status = 'pending')
) WITH (fillfactor = 70);
CREATE INDEX webhook_delivery_pending ON helenus.webhook_delivery (next_attempt_at)
    WHERE status = 'pending';
CREATE INDEX webhook_delivery_newest
    ON helenus.webhook_delivery (cluster_id, webhook_id, created_at DESC, id);
CREATE INDEX webhook_delivery_ended ON helenus.webhook_delivery (finished_at)
    WHERE finished_at IS NOT NULL;
COMMENT ON TABLE helenus.webhook_delivery IS
    'A message for a webhook, put here in the transaction in which happened what it tells.';
COMMENT ON COLUMN helenus.webhook_delivery.cluster_id IS 'The cluster.';
COMMENT ON COLUMN helenus.webhook_delivery.id IS 'Its webhook-id, the same at every attempt.';
COMMENT ON COLUMN helenus.webhook_delivery.webhook_id IS 'The webhook.';
COMMENT ON COLUMN helenus.webhook_delivery.type IS
    'backup.failed, backup.partial, backup.late or webhook.test.';
COMMENT ON COLUMN helenus.webhook_delivery.occasion IS 'What it is about: no webhook is told of that twice.';
COMMENT ON COLUMN helenus.webhook_delivery.body IS 'What is posted, to the byte, for that is what is signed.';
COMMENT ON COLUMN helenus.webhook_delivery.status IS
    'pending; delivered: the receiver has answered with a 2xx; failed: it is not tried any more.';
COMMENT ON COLUMN helenus.webhook_delivery.attempts IS
    'How often it was tried; what comes of an older attempt is not noted any more.';
COMMENT ON COLUMN helenus.webhook_delivery.next_attempt_at IS 'Not tried before.';
COMMENT ON COLUMN helenus.webhook_delivery.claimed_until IS
    'While an executor is at it: when another one may try it; else null.';
COMMENT ON COLUMN helenus.webhook_delivery.last_attempt_at IS 'When it was last tried.';
COMMENT ON COLUMN helenus.webhook_delivery.last_status IS
    'The HTTP status of the last answer; null where there was none.';
COMMENT ON COLUMN helenus.webhook_delivery.last_error IS 'Why it is not delivered, in a sentence.';
COMMENT ON COLUMN helenus.webhook_delivery.created_at IS 'When it was put here.';
COMMENT ON COLUMN helenus.webhook_delivery.finished_at IS 'When it was delivered or given up; null before.';

CREATE FUNCTION helenus.delivery_document(delivery helenus.webhook_delivery) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
    'id', delivery.id,
    'type', delivery.type,
    'status', delivery.status,
    'attempts', delivery.attempts,
    'created', extract(epoch FROM delivery.created_at)::bigint,
    'last_attempt', extract(epoch FROM delivery.last_attempt_at)::bigint,
    'last_status', delivery.last_status,
    'last_error', delivery.last_error,
    'next_attempt', CASE WHEN delivery.status = 'pending'
        THEN extract(epoch FROM delivery.next_attempt_at)::bigint END,
    'finished', extract(epoch FROM delivery.finished_at)::bigint);
COMMENT ON FUNCTION helenus.delivery_document(helenus.webhook_delivery) IS
    'The delivery as the API answers it, without what it tells: the only place that says so.';

CREATE FUNCTION helenus.webhook_document(webhook helenus.webhook) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
    'id', webhook.id,
    'url', webhook.url,
    'description', webhook.description,
    'events', to_jsonb(webhook.events),
    'late_grace_seconds', webhook.late_grace_seconds,
    'secret', '********',
    'enabled', webhook.enabled,
    'disabled_reason', webhook.disabled_reason,
    'created', extract(epoch FROM webhook.created_at)::bigint,
    'pending', (
        SELECT count(*)
        FROM helenus.webhook_delivery AS delivery
        WHERE delivery.cluster_id = webhook.cluster_id AND delivery.webhook_id = webhook.id
            AND delivery.status = 'pending'),
    'last_delivery', (
        SELECT helenus.delivery_document(delivery)
        FROM helenus.webhook_delivery AS delivery
        WHERE delivery.cluster_id = webhook.cluster_id AND delivery.webhook_id = webhook.id
        ORDER BY delivery.created_at DESC, delivery.id
        LIMIT 1));
COMMENT ON FUNCTION helenus.webhook_document(helenus.webhook) IS
    'The webhook as the API answers it: the only place that says so.';

CREATE FUNCTION helenus.webhook_body(type text, data jsonb) RETURNS text
LANGUAGE sql STABLE
RETURN jsonb_build_object(
    'type', type,
    'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'data', data)::text;
COMMENT ON FUNCTION helenus.webhook_body(text, jsonb) IS
    'What is posted to a webhook: the envelope of Standard Webhooks around what has happened now.';

CREATE FUNCTION helenus.backup_end_document(request helenus.request) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
    'cluster_id', request.cluster_id,
    'request_id', request.id,
    'backup_id', request.tag,
    'schedule_id', (
        SELECT backup.schedule_id
        FROM helenus.backup AS backup
        WHERE backup.cluster_id = request.cluster_id AND backup.tag = request.tag),
    'status', request.status,
    'message', request.message,
    'started', extract(epoch FROM request.created_at)::bigint,
    'finished', extract(epoch FROM request.finished_at)::bigint,
    'keyspaces', COALESCE((
        SELECT jsonb_agg(keyspace.name ORDER BY keyspace.name)
        FROM jsonb_object_keys(request.keyspaces) AS keyspace (name)), '[]'),
    'destinations', COALESCE((
        SELECT jsonb_agg(jsonb_build_object(
            'id', event.destination_id,
            'provider', event.destination ->> 'provider',
            'path', event.destination ->> 'path',
            'status', event.status,
            'message', event.message
        ) ORDER BY event.destination_id)
        FROM helenus.activity_event AS event
        WHERE event.cluster_id = request.cluster_id AND event.request_id = request.id
            AND event.type = 'backup'), '[]'));
COMMENT ON FUNCTION helenus.backup_end_document(helenus.request) IS
    'What webhooks are told of a backup that has ended, with what it came to on each destination.';

-- At the end of the transaction, when each of its destinations has ended too: so what did not happen
-- is not told, and what did is not forgotten.
CREATE FUNCTION helenus.tell_backup_end() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    told text := CASE NEW.status WHEN 'partial' THEN 'backup.partial' ELSE 'backup.failed' END;
BEGIN
    INSERT INTO helenus.webhook_delivery (cluster_id, webhook_id, type, occasion, body)
    SELECT
        webhook.cluster_id, webhook.id, told, 'request:' || NEW.id,
        helenus.webhook_body(told, helenus.backup_end_document(NEW))
    FROM helenus.webhook AS webhook
    WHERE webhook.cluster_id = NEW.cluster_id AND webhook.enabled AND told = ANY (webhook.events)
    ON CONFLICT ON CONSTRAINT webhook_delivery_once_for_each_occasion DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.tell_backup_end() IS
    'Puts a message for every webhook that is told of backups that end so.';
CREATE CONSTRAINT TRIGGER tell_backup_end AFTER UPDATE OF status ON helenus.request
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        OLD.status = 'running' AND NEW.status IN ('error', 'partial') AND NEW.type = 'backup')
    EXECUTE FUNCTION helenus.tell_backup_end();

CREATE OR REPLACE VIEW helenus.sealed_value WITH (security_invoker = true) AS
SELECT 'cluster' AS place, cluster.cluster_id, cluster.cluster_id AS id, cluster.sealed_secrets AS sealed
FROM helenus.cluster AS cluster
WHERE cluster.sealed_secrets IS NOT NULL
UNION ALL
SELECT 'destination', destination.cluster_id, destination.id, destination.sealed_secrets
FROM helenus.destination AS destination
WHERE destination.sealed_secrets IS NOT NULL
UNION ALL
SELECT 'job', job.cluster_id, job.id::text, job.sealed_payload
FROM helenus.job AS job
-- The payload of a job that has ended is gone.
WHERE octet_length(job.sealed_payload) > 0
UNION ALL
SELECT 'node', node.cluster_id, node.host_id, node.sealed_executor_secret
FROM helenus.node AS node
UNION ALL
SELECT 'webhook', webhook.cluster_id, webhook.id::text, webhook.sealed_secret
FROM helenus.webhook AS webhook;

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['webhook', 'webhook_delivery'] LOOP
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
GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.webhook TO helenus_api;
GRANT SELECT, INSERT, UPDATE (status, last_error, claimed_until, finished_at)
    ON helenus.webhook_delivery TO helenus_api;
GRANT SELECT, UPDATE (enabled, disabled_reason) ON helenus.webhook TO helenus_executor;
GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.webhook_delivery TO helenus_executor;
