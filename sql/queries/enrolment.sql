-- Tokens with which agents join.

-- name: enrolment_token_add
INSERT INTO helenus.enrolment_token (cluster_id, token_hash, expires_at)
VALUES ($1, $2, now() + make_interval(hours => $3::integer))

-- name: enrolment_token_use
UPDATE helenus.enrolment_token
SET used_at = now(), used_by_host = $3
WHERE cluster_id = $1 AND token_hash = $2 AND used_at IS NULL AND expires_at > now()

-- name: enrolment_revoke
UPDATE helenus.node SET revoked_at = now()
WHERE cluster_id = $1 AND host_id = $2 AND revoked_at IS NULL
