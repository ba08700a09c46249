-- The record of migrations.

-- name: migration_lock
SELECT pg_advisory_xact_lock(1749774, 0)

-- name: migration_be_owner
SET LOCAL ROLE helenus_owner

-- name: migration_is_bootstrapped
SELECT to_regclass('helenus.migration') IS NOT NULL

-- name: migration_list
SELECT name, checksum FROM helenus.migration ORDER BY name

-- name: migration_checksum
SELECT encode(sha256(convert_to($1::text, 'UTF8')), 'hex')

-- name: migration_add
INSERT INTO helenus.migration (name, checksum)
VALUES ($1, encode(sha256(convert_to($2::text, 'UTF8')), 'hex'))

-- name: migration_remove
DELETE FROM helenus.migration WHERE name = $1

-- What a service looks at before it is started.

-- name: check_session
SELECT
    role.rolname, role.rolsuper OR role.rolbypassrls,
    to_regclass('helenus.migration') IS NOT NULL
        AND has_table_privilege('helenus.migration', 'SELECT')
FROM pg_catalog.pg_roles AS role
WHERE role.rolname = current_user

-- name: check_migrations
SELECT name FROM helenus.migration ORDER BY name
