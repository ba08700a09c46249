-- What stands before the first migration: the roles, the two schemas and the list of migrations.
-- `helenusctl migrate up` runs it each time, without harm. A role that may create roles makes
-- the missing ones; anybody else needs them to be there. No role gets a password here: a socket
-- with peer authentication needs none, and where one is needed the operator sets it.
DO $bootstrap$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[
        'helenus_owner', 'helenus_api', 'helenus_executor', 'helenus_report'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                -- Another database of this server is being set up at this moment.
                NULL;
            END;
        END IF;
    END LOOP;
    IF NOT pg_catalog.pg_has_role(current_user, 'helenus_owner', 'MEMBER') THEN
        EXECUTE format('GRANT helenus_owner TO %I', current_user);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'helenus') THEN
        EXECUTE format('GRANT CREATE ON DATABASE %I TO helenus_owner', current_database());
        SET LOCAL ROLE helenus_owner;
        CREATE SCHEMA helenus;
        CREATE SCHEMA IF NOT EXISTS report;
        CREATE TABLE helenus.migration (
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT migration_pkey PRIMARY KEY (name)
        );
        COMMENT ON SCHEMA helenus IS 'Everything Helenus remembers: its tables and functions.';
        COMMENT ON SCHEMA report IS
            'The stable SQL interface for reports: views over the schema helenus.';
        COMMENT ON TABLE helenus.migration IS 'The migrations that this database has.';
        COMMENT ON COLUMN helenus.migration.name IS 'Its name, such as 0001_foundation.';
        COMMENT ON COLUMN helenus.migration.checksum IS
            'SHA-256 of the text that was run, in hexadecimal: a changed file is noticed.';
        COMMENT ON COLUMN helenus.migration.applied_at IS 'When it was run.';
    END IF;
END
$bootstrap$;
