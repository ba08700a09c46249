-- Seals anew what is sealed under a key that is to go. A value that was changed since it was read
-- was sealed by whoever changed it.

-- name: sealing_batch
SELECT value.place, value.cluster_id, value.id, value.sealed
FROM helenus.sealed_value AS value
WHERE helenus.sealing_key(value.sealed) IS DISTINCT FROM $1
    AND (value.place, value.cluster_id, value.id) > ($2, $3, $4)
ORDER BY value.place, value.cluster_id, value.id
LIMIT $5::integer

-- name: sealing_put_cluster
UPDATE helenus.cluster SET sealed_secrets = $4
WHERE cluster_id = $1 AND cluster_id = $2 AND sealed_secrets = $3

-- name: sealing_put_destination
UPDATE helenus.destination SET sealed_secrets = $4
WHERE cluster_id = $1 AND id = $2 AND sealed_secrets = $3

-- name: sealing_put_job
UPDATE helenus.job SET sealed_payload = $4
WHERE cluster_id = $1 AND id = $2::uuid AND sealed_payload = $3

-- name: sealing_put_node
UPDATE helenus.node SET sealed_executor_secret = $4
WHERE cluster_id = $1 AND host_id = $2 AND sealed_executor_secret = $3

-- name: sealing_put_webhook
UPDATE helenus.webhook SET sealed_secret = $4
WHERE cluster_id = $1 AND id = $2::uuid AND sealed_secret = $3

-- name: sealing_keys
SELECT COALESCE(helenus.sealing_key(value.sealed), '') AS key, count(*)
FROM helenus.sealed_value AS value
GROUP BY 1
ORDER BY 1
