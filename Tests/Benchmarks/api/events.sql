-- Loads finished events of the clusters bench_1 … bench_N, numbers `first` up to `last`, the newest
-- first: with a larger range older ones follow. Two events for each backup, a run every ten minutes.
-- The schema's own triggers render the documents.
SELECT set_config('helenus.clusters', '*', false) \g /dev/null
SET synchronous_commit = off;
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, status, request_id, keyspaces,
    destination, full_status, finished_at)
SELECT
    'bench_' || made.cluster, made.event_time,
    'opscenter_adhoc_' || to_char(made.event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD-HH24-MI-SS')
        || '-UTC',
    'backup', place.id, 'success', gen_random_uuid(),
    '{"shop": ["carts", "orders"], "logs": ["lines"]}', place.settings,
    '{"state": "success", "type": "backup", "details": {"message": "", "subrequests": {}}}',
    made.event_time + interval '3 minutes'
FROM (
    SELECT
        number % :clusters + 1 AS cluster, number / :clusters % 2 AS place,
        to_timestamp(:base - number / :clusters / 2 * 600) AS event_time
    FROM generate_series(:first::bigint, :last::bigint - 1) AS number
) AS made
JOIN (VALUES
    (0, 'OPSC_ON_SERVER', '{"id": "OPSC_ON_SERVER", "path": "", "provider": "server"}'::jsonb),
    (1, 'bucket', '{"id": "bucket", "path": "backups/bench", "provider": "s3", "region": "us-east-1"}')
) AS place (number, id, settings) ON place.number = made.place;
