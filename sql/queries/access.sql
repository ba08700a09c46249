-- Accounts, sessions, tokens and the audit log. What changes them runs in a transaction that is
-- permitted all clusters.

-- name: access_resolve
SELECT helenus.resolve_cluster($1)

-- name: access_identify
SELECT account_name, roles, cluster_id FROM helenus.identify($1, $2)

-- name: access_identify_reader
SELECT account_name, roles, cluster_id FROM helenus.identify_reader($1, $2)

-- name: access_confirm_caller
SELECT helenus.confirm_caller($1, $2, $3, $4, $5)

-- name: access_begin_login
SELECT password_hash, roles, cluster_id, locked_seconds
FROM helenus.begin_login($1, $2, $3, $4)

-- name: access_has_accounts
SELECT helenus.has_accounts()

-- name: access_note_failure
INSERT INTO helenus.login_failure AS failed (subject_hash) VALUES ($1)
ON CONFLICT (subject_hash) DO UPDATE
SET failures = CASE
        WHEN failed.last_failure_at < now() - interval '1 hour' THEN 1
        ELSE failed.failures + 1 END,
    last_failure_at = now(),
    -- After $2 failures 2, 4, 8, … seconds, at most 15 minutes.
    locked_until = CASE
        WHEN failed.last_failure_at < now() - interval '1 hour' OR failed.failures + 1 < $2::integer
            THEN now()
        ELSE now() + make_interval(
            secs => least(900, 2 ^ least(10, failed.failures + 2 - $2::integer))) END

-- name: access_forget_failures
DELETE FROM helenus.login_failure
WHERE subject_hash = $1 OR last_failure_at < now() - interval '1 day'

-- name: access_session_add
INSERT INTO helenus.credential (token_hash, kind, account_name, expires_at)
VALUES ($1, 'session', $2, now() + make_interval(secs => $3::integer))

-- name: access_forget_expired
DELETE FROM helenus.credential WHERE expires_at < now()

-- name: access_session_end
DELETE FROM helenus.credential WHERE token_hash = $1 AND kind = 'session'
RETURNING account_name

-- name: access_sessions_end
DELETE FROM helenus.credential WHERE account_name = $1 AND kind = 'session'

-- name: access_token_add
INSERT INTO helenus.credential (token_hash, kind, account_name, description, expires_at)
VALUES ($1, 'token', $2, $3, now() + make_interval(days => $4::integer))
RETURNING id::text, extract(epoch FROM expires_at)::bigint

-- name: access_token_list
SELECT COALESCE(jsonb_agg(jsonb_build_object(
    'id', token.id, 'user', token.account_name, 'description', token.description,
    'created', extract(epoch FROM token.created_at)::bigint,
    'expires', extract(epoch FROM token.expires_at)::bigint
) ORDER BY token.account_name, token.created_at, token.id), '[]')
FROM helenus.credential AS token
WHERE token.kind = 'token' AND token.expires_at > now()
    AND ($1::text IS NULL OR token.account_name = $1)

-- name: access_token_remove
DELETE FROM helenus.credential
WHERE kind = 'token' AND id = $1::uuid AND ($2::text IS NULL OR account_name = $2)

-- name: access_lock_roles
LOCK TABLE helenus.account_role IN SHARE ROW EXCLUSIVE MODE

-- name: access_account_list
SELECT COALESCE(jsonb_object_agg(account.name, helenus.roles_of(account.name)), '{}')
FROM helenus.account AS account
WHERE $1::text IS NULL OR account.name = $1

-- name: access_account_add
INSERT INTO helenus.account (name, password_hash) VALUES ($1, $2)
ON CONFLICT (name) DO NOTHING

-- name: access_account_remove
DELETE FROM helenus.account WHERE name = $1

-- name: access_password_hash
SELECT password_hash FROM helenus.account WHERE name = $1

-- name: access_password_put
UPDATE helenus.account SET password_hash = $2, password_changed_at = now() WHERE name = $1

-- name: access_roles_remove
DELETE FROM helenus.account_role WHERE account_name = $1

-- name: access_role_add
INSERT INTO helenus.account_role (account_name, scope, role)
SELECT $1::text, $2::text, $3::text
WHERE $2 = '*' OR EXISTS (SELECT FROM helenus.cluster AS cluster WHERE cluster.cluster_id = $2)

-- name: access_admins
SELECT count(*) FROM helenus.account_role WHERE scope = '*' AND role = 'admin'

-- name: access_audit_add
INSERT INTO helenus.audit_log (
    cluster_id, actor, remote_address, http_request_id, method, path, outcome)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: access_audit_list
SELECT
    COALESCE(jsonb_agg(jsonb_build_object(
        'id', line.id, 'time', extract(epoch FROM line.occurred_at)::bigint,
        'cluster_id', NULLIF(line.cluster_id, '*'), 'user', line.actor,
        'address', line.remote_address, 'request_id', line.http_request_id,
        'method', line.method, 'path', line.path, 'outcome', line.outcome
    ) ORDER BY line.occurred_at DESC, line.id DESC), '[]'),
    count(*),
    (array_agg(
        (extract(epoch FROM line.occurred_at) * 1000000)::bigint || '-' || line.id
        ORDER BY line.occurred_at, line.id))[1]
FROM (
    SELECT entry.*
    FROM helenus.audit_log AS entry
    WHERE ($1::text IS NULL OR entry.cluster_id = $1)
        AND ($2::text IS NULL OR entry.actor = $2)
        AND ($3::bigint IS NULL OR (entry.occurred_at, entry.id)
            < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::uuid))
    ORDER BY entry.occurred_at DESC, entry.id DESC
    LIMIT $5::integer
) AS line
