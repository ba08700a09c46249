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
WHERE octet_length(job.sealed_payload) > 0
UNION ALL
SELECT 'node', node.cluster_id, node.host_id, node.sealed_executor_secret
FROM helenus.node AS node;
DROP TRIGGER tell_backup_end ON helenus.request;
DROP FUNCTION helenus.tell_backup_end();
DROP FUNCTION helenus.backup_end_document(helenus.request);
DROP FUNCTION helenus.webhook_body(text, jsonb);
DROP FUNCTION helenus.webhook_document(helenus.webhook);
DROP FUNCTION helenus.delivery_document(helenus.webhook_delivery);
DROP TABLE helenus.webhook_delivery;
DROP TABLE helenus.webhook;
