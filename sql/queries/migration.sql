-- The record of migrations; it lies outside schema helenus, which a migration may drop.

-- name: migration_create_table
CREATE TABLE IF NOT EXISTS public.helenus_migration (
    name text CONSTRAINT helenus_migration_pkey PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: migration_lock
LOCK TABLE public.helenus_migration IN ACCESS EXCLUSIVE MODE

-- name: migration_list
SELECT name FROM public.helenus_migration ORDER BY name

-- name: migration_add
INSERT INTO public.helenus_migration (name) VALUES ($1)

-- name: migration_remove
DELETE FROM public.helenus_migration WHERE name = $1
