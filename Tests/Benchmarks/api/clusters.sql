-- The clusters bench_1 … bench_N with three nodes and a destination each, and bench_large with 10,000
-- backups of 20 keyspaces.
SELECT set_config('helenus.clusters', '*', false) \g /dev/null
INSERT INTO helenus.cluster (cluster_id, name)
SELECT 'bench_' || number, 'Bench ' || number FROM generate_series(1, :clusters) AS number
UNION ALL VALUES ('bench_large', 'Bench large');
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, node_state,
    last_seen, keyspaces)
SELECT
    'bench_' || number, 'host-' || host, '10.0.0.' || host, 'https://10.0.0.' || host || ':7099',
    '', '', 'up', now(),
    '{"shop": {"tables": ["carts", "orders"]}, "logs": {"tables": ["lines"]}}'
FROM generate_series(1, :clusters) AS number CROSS JOIN generate_series(1, 3) AS host;
INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
SELECT 'bench_' || number, 'bucket', 's3', 'backups/bench',
    '{"provider": "s3", "path": "backups/bench", "region": "us-east-1"}', 's3:backups/bench'
FROM generate_series(1, :clusters) AS number;
INSERT INTO helenus.backup (cluster_id, tag, event_time)
SELECT 'bench_large', 'opscenter_adhoc_' || number, to_timestamp(:base - number * 600)
FROM generate_series(0, 9999) AS number;
INSERT INTO helenus.backup_copy (
    cluster_id, tag, destination_id, status, keyspaces, files, bytes, listed, finished_at)
SELECT backup.cluster_id, backup.tag, 'OPSC_ON_SERVER', 'success', held.keyspaces, 400, 20000000,
    true, backup.event_time + interval '3 minutes'
FROM helenus.backup AS backup
CROSS JOIN (
    SELECT jsonb_object_agg('keyspace_' || number, jsonb_build_object(
        'cfs', '["carts", "orders"]'::jsonb, 'nodes', '["10.0.0.1", "10.0.0.2", "10.0.0.3"]'::jsonb,
        'size', 1000000 + number)) AS keyspaces
    FROM generate_series(1, 20) AS number
) AS held
ORDER BY backup.event_time DESC;
