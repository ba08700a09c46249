-- Who may call the API: accounts with their roles, what they show instead of a password, and
-- failed logins. None of it belongs to one cluster, so none is seen by a transaction that is
-- permitted less than all clusters; a call is identified through two functions that run as the
-- owner and tell no more than they are asked.

CREATE TABLE helenus.account (
    name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_pkey PRIMARY KEY (name),
    CONSTRAINT account_name_is_a_word CHECK (name ~ '^[A-Za-z0-9_.@-]{1,100}$'),
    CONSTRAINT account_password_is_hashed CHECK (starts_with(password_hash, '$argon2id$'))
);
COMMENT ON TABLE helenus.account IS 'A person or a program that may call the API: a user.';
COMMENT ON COLUMN helenus.account.name IS 'The user name.';
COMMENT ON COLUMN helenus.account.password_hash IS 'Argon2id of the password, with its salt and cost, as libsodium writes it.';
COMMENT ON COLUMN helenus.account.created_at IS 'When it was added.';
COMMENT ON COLUMN helenus.account.password_changed_at IS 'When the password was last set.';

CREATE TABLE helenus.account_role (
    account_name text NOT NULL,
    scope text NOT NULL,
    role text NOT NULL,
    CONSTRAINT account_role_pkey PRIMARY KEY (account_name, scope),
    CONSTRAINT account_role_account_fkey FOREIGN KEY (account_name)
        REFERENCES helenus.account ON DELETE CASCADE,
    CONSTRAINT account_role_known CHECK (role IN ('viewer', 'operator', 'admin')),
    CONSTRAINT account_role_scope_is_a_cluster_or_all
        CHECK (scope = '*' OR scope ~ '^[A-Za-z0-9_.-]{1,200}$')
);
CREATE INDEX account_role_scope ON helenus.account_role (scope);
COMMENT ON TABLE helenus.account_role IS 'What an account may do, and where.';
COMMENT ON COLUMN helenus.account_role.account_name IS 'The account.';
COMMENT ON COLUMN helenus.account_role.scope IS 'The id of a cluster, or * for all.';
COMMENT ON COLUMN helenus.account_role.role IS 'viewer, operator or admin; each may what the one before it may.';

CREATE TABLE helenus.credential (
    token_hash bytea NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    account_name text NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT credential_pkey PRIMARY KEY (token_hash),
    CONSTRAINT credential_id_key UNIQUE (id),
    CONSTRAINT credential_account_fkey FOREIGN KEY (account_name)
        REFERENCES helenus.account ON DELETE CASCADE,
    CONSTRAINT credential_kind_known CHECK (kind IN ('session', 'token')),
    CONSTRAINT credential_hash_is_sha256 CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX credential_account ON helenus.credential (account_name);
CREATE INDEX credential_expiry ON helenus.credential (expires_at);
COMMENT ON TABLE helenus.credential IS 'What an account shows instead of its password: a session or an API token.';
COMMENT ON COLUMN helenus.credential.token_hash IS 'SHA-256 of the session id or token; the text itself is kept nowhere.';
COMMENT ON COLUMN helenus.credential.id IS 'Its id, by which a token is listed and revoked.';
COMMENT ON COLUMN helenus.credential.kind IS 'session or token.';
COMMENT ON COLUMN helenus.credential.account_name IS 'Whose it is.';
COMMENT ON COLUMN helenus.credential.description IS 'What a token is for, in its owner''s words.';
COMMENT ON COLUMN helenus.credential.created_at IS 'When it was issued.';
COMMENT ON COLUMN helenus.credential.expires_at IS 'From when on it is refused.';

CREATE TABLE helenus.login_failure (
    subject_hash bytea NOT NULL,
    failures integer NOT NULL DEFAULT 1,
    last_failure_at timestamptz NOT NULL DEFAULT now(),
    locked_until timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT login_failure_pkey PRIMARY KEY (subject_hash)
) WITH (fillfactor = 70);
CREATE INDEX login_failure_oldest ON helenus.login_failure (last_failure_at);
COMMENT ON TABLE helenus.login_failure IS 'Failed logins in a row, by user name and by address.';
COMMENT ON COLUMN helenus.login_failure.subject_hash IS
    'SHA-256 of the user name or address: people type passwords where the name belongs.';
COMMENT ON COLUMN helenus.login_failure.failures IS 'How many there were without an hour''s pause.';
COMMENT ON COLUMN helenus.login_failure.last_failure_at IS 'When the last was.';
COMMENT ON COLUMN helenus.login_failure.locked_until IS 'Until when further attempts are refused unread.';

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['account', 'account_role', 'credential', 'login_failure'] LOOP
        EXECUTE format('ALTER TABLE helenus.%I ENABLE ROW LEVEL SECURITY', table_name);
        EXECUTE format(
            'CREATE POLICY all_clusters ON helenus.%I USING ((SELECT helenus.all_clusters_permitted()))',
            table_name);
        EXECUTE format(
            'GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.%I TO helenus_api', table_name);
    END LOOP;
END
$$;

CREATE FUNCTION helenus.roles_of(of_account text) RETURNS jsonb
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT COALESCE(jsonb_object_agg(held.scope, held.role), '{}')
    FROM helenus.account_role AS held
    WHERE held.account_name = of_account;
END;
COMMENT ON FUNCTION helenus.roles_of(text) IS 'The roles of an account: JSON {cluster id or *: role}.';

CREATE FUNCTION helenus.identify(of_hash bytea, cluster_name text)
RETURNS TABLE (account_name text, roles jsonb, cluster_id text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT
        shown.account_name, helenus.roles_of(shown.account_name),
        CASE WHEN cluster_name IS NOT NULL THEN helenus.resolve_cluster(cluster_name) END
    FROM helenus.credential AS shown
    WHERE shown.token_hash = of_hash AND shown.expires_at > now();
END;
COMMENT ON FUNCTION helenus.identify(bytea, text) IS
    'Whose a session or token is, with the roles and the id of the cluster of that name or id.';

CREATE FUNCTION helenus.begin_login(
    of_account text, account_subject bytea, address_subject bytea, cluster_name text)
RETURNS TABLE (password_hash text, roles jsonb, cluster_id text, locked_seconds integer)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT
        known.password_hash, helenus.roles_of(of_account),
        CASE WHEN cluster_name IS NOT NULL THEN helenus.resolve_cluster(cluster_name) END,
        (
            SELECT COALESCE(ceil(extract(epoch FROM max(failed.locked_until) - now())), 0)::integer
            FROM helenus.login_failure AS failed
            WHERE failed.subject_hash IN (account_subject, address_subject)
                AND failed.locked_until > now()
        )
    FROM (VALUES (1)) AS always (one)
    LEFT JOIN helenus.account AS known ON known.name = of_account;
END;
COMMENT ON FUNCTION helenus.begin_login(text, bytea, bytea, text) IS
    'What is needed to check a password; always one row, so that an unknown account looks as any other.';

CREATE FUNCTION helenus.has_accounts() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM helenus.account);
END;
COMMENT ON FUNCTION helenus.has_accounts() IS 'Whether anybody can log in at all.';

REVOKE EXECUTE ON FUNCTION helenus.identify(bytea, text),
    helenus.begin_login(text, bytea, bytea, text), helenus.has_accounts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION helenus.identify(bytea, text),
    helenus.begin_login(text, bytea, bytea, text), helenus.has_accounts() TO helenus_api;

-- A cluster that is added later under the same id is another one.
CREATE FUNCTION helenus.drop_roles_of_cluster() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM helenus.account_role AS held WHERE held.scope = OLD.cluster_id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.drop_roles_of_cluster() IS 'Takes the roles on a cluster away when it is removed.';
REVOKE EXECUTE ON FUNCTION helenus.drop_roles_of_cluster() FROM PUBLIC;
CREATE TRIGGER cluster_removed AFTER DELETE ON helenus.cluster
    FOR EACH ROW EXECUTE FUNCTION helenus.drop_roles_of_cluster();

CREATE INDEX audit_log_newest_of_all ON helenus.audit_log (occurred_at DESC, id DESC);
COMMENT ON COLUMN helenus.audit_log.cluster_id IS
    'The cluster it was about; * for what is about none, such as users.';
COMMENT ON COLUMN helenus.audit_log.outcome IS
    'The HTTP status that was answered; accepted where the change was made before the answer was known.';
