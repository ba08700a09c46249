-- Backups by the clock: schedules, when they are due, and how a backup begins.

CREATE TABLE helenus.schedule (
    cluster_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    first_run_date date NOT NULL,
    first_run_time interval NOT NULL,
    time_zone text NOT NULL,
    repeat_every integer NOT NULL,
    repeat_unit text,
    job_params jsonb NOT NULL,
    plan jsonb NOT NULL,
    retention jsonb NOT NULL,
    next_run timestamptz,
    last_run timestamptz,
    last_request_id uuid,
    retention_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT schedule_pkey PRIMARY KEY (cluster_id, id),
    CONSTRAINT schedule_cluster_fkey FOREIGN KEY (cluster_id)
        REFERENCES helenus.cluster ON DELETE CASCADE,
    CONSTRAINT schedule_date_is_of_our_time
        CHECK (first_run_date BETWEEN '1970-01-01' AND '2999-12-31'),
    CONSTRAINT schedule_time_is_of_a_day
        CHECK (first_run_time >= interval '0' AND first_run_time < interval '24 hours'),
    CONSTRAINT schedule_unit_known
        CHECK (repeat_unit IN ('minutes', 'hours', 'days', 'weeks')),
    CONSTRAINT schedule_runs_once_or_again CHECK (
        CASE WHEN repeat_unit IS NULL THEN repeat_every = -1
            ELSE repeat_every BETWEEN 1 AND 100000 END)
) WITH (fillfactor = 70);
CREATE INDEX schedule_due ON helenus.schedule (next_run) WHERE next_run IS NOT NULL;
COMMENT ON TABLE helenus.schedule IS 'A backup that runs by the clock.';
COMMENT ON COLUMN helenus.schedule.cluster_id IS 'The cluster that is backed up.';
COMMENT ON COLUMN helenus.schedule.id IS 'Its id in the API, and in the tags of its backups.';
COMMENT ON COLUMN helenus.schedule.first_run_date IS 'The day of its first run, by the calendar of its time zone.';
COMMENT ON COLUMN helenus.schedule.first_run_time IS 'The time of that day, by the wall clock there.';
COMMENT ON COLUMN helenus.schedule.time_zone IS 'The name of its time zone, such as Europe/Berlin.';
COMMENT ON COLUMN helenus.schedule.repeat_every IS 'After how many units it runs again; -1 for a single run.';
COMMENT ON COLUMN helenus.schedule.repeat_unit IS 'minutes, hours, days or weeks; null for a single run.';
COMMENT ON COLUMN helenus.schedule.job_params IS 'What it does, as the client gave it and is answered.';
COMMENT ON COLUMN helenus.schedule.plan IS
    'What each of its runs is to do: the payload of a backup''s job, but for what differs from run to run.';
COMMENT ON COLUMN helenus.schedule.retention IS
    'What of its backups stays: JSON {destination id: {age, keep}}; a destination without a rule keeps all.';
COMMENT ON COLUMN helenus.schedule.next_run IS 'When it is due; null where it will not run again.';
COMMENT ON COLUMN helenus.schedule.last_run IS 'When it last began a backup.';
COMMENT ON COLUMN helenus.schedule.last_request_id IS 'The request of that backup; while it runs no other begins.';
COMMENT ON COLUMN helenus.schedule.retention_at IS 'When its retention was last put in the queue by the day.';
COMMENT ON COLUMN helenus.schedule.created_at IS 'When it was made.';
COMMENT ON COLUMN helenus.schedule.updated_at IS 'When somebody last changed it.';

ALTER TABLE helenus.schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.schedule FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.schedule USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON helenus.schedule TO helenus_api;
GRANT SELECT, UPDATE ON helenus.schedule TO helenus_executor;

CREATE INDEX backup_of_schedule ON helenus.backup (cluster_id, schedule_id, event_time DESC)
    WHERE schedule_id IS NOT NULL;

CREATE FUNCTION helenus.time_zone_named(wanted text) RETURNS text
LANGUAGE sql STABLE
RETURN (
    SELECT zone.name
    FROM pg_timezone_names AS zone
    WHERE lower(zone.name) = lower(wanted) AND zone.name !~ '^(posix|right)/'
    LIMIT 1);
COMMENT ON FUNCTION helenus.time_zone_named(text) IS
    'The name of a time zone as its database spells it; null where there is none.';

CREATE FUNCTION helenus.zone_with_summer(time_zone text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE time_zone
    WHEN 'CET' THEN 'Europe/Brussels'
    WHEN 'MET' THEN 'Europe/Brussels'
    WHEN 'EET' THEN 'Europe/Athens'
    WHEN 'WET' THEN 'Europe/Lisbon'
    ELSE time_zone END;
COMMENT ON FUNCTION helenus.zone_with_summer(text) IS
    'A name that AT TIME ZONE takes for a zone: it takes CET and its like for an offset without summer time. The others are what the time zone database itself has for them.';

CREATE FUNCTION helenus.first_instant(wall timestamp, zone text) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
    -- No offset is larger than fifteen hours: the one is before, the other after what is looked for.
    before timestamptz := wall AT TIME ZONE 'UTC' - interval '26 hours';
    after timestamptz := wall AT TIME ZONE 'UTC' + interval '26 hours';
    by_offset_before timestamptz :=
        (wall - (before AT TIME ZONE zone - before AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC';
    by_offset_after timestamptz :=
        (wall - (after AT TIME ZONE zone - after AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC';
BEGIN
    IF by_offset_before AT TIME ZONE zone = wall THEN
        RETURN by_offset_before;
    ELSIF by_offset_after AT TIME ZONE zone = wall THEN
        RETURN by_offset_after;
    END IF;
    -- No clock shows it. Clocks jump at whole minutes.
    RETURN (
        SELECT min(minute)
        FROM generate_series(
            date_trunc('minute', by_offset_after), by_offset_before, interval '1 minute') AS minute
        WHERE minute AT TIME ZONE zone > wall);
END
$$;
COMMENT ON FUNCTION helenus.first_instant(timestamp, text) IS
    'The first instant at which the wall clock of a zone shows this time, or has just jumped over it.';

CREATE FUNCTION helenus.next_run(
    first_run_date date, first_run_time interval, time_zone text, repeat_every integer,
    repeat_unit text, after timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
    zone text := helenus.zone_with_summer(time_zone);
    first_wall timestamp := first_run_date + first_run_time;
    first_run timestamptz;
    candidate timestamptz;
    step integer := repeat_every
        * CASE repeat_unit WHEN 'minutes' THEN 60 WHEN 'hours' THEN 3600 WHEN 'weeks' THEN 7 ELSE 1 END;
    steps integer;
BEGIN
    first_run := helenus.first_instant(first_wall, zone);
    IF first_run > after THEN
        RETURN first_run;
    ELSIF repeat_unit IS NULL THEN
        RETURN NULL;
    ELSIF repeat_unit IN ('minutes', 'hours') THEN
        RETURN first_run + step * (floor(extract(epoch FROM after - first_run) / step) + 1)
            * interval '1 second';
    END IF;
    -- The last whose day is not after today, and if that is over, the one after it.
    steps := ((after AT TIME ZONE zone)::date - first_run_date) / step;
    LOOP
        candidate := helenus.first_instant(first_wall + make_interval(days => steps * step), zone);
        EXIT WHEN candidate > after;
        steps := steps + 1;
    END LOOP;
    RETURN candidate;
EXCEPTION WHEN invalid_parameter_value THEN
    -- A zone that has left the time zone database stops its own schedules and no others.
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.next_run(date, interval, text, integer, text, timestamptz) IS
    'When a schedule is due after an instant: minutes and hours by elapsed time, days and weeks by the wall clock of its zone; null for never.';

CREATE FUNCTION helenus.schedule_document(schedule helenus.schedule) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
    'id', schedule.id,
    'first_run_date', to_char(schedule.first_run_date, 'YYYY-MM-DD'),
    'first_run_time', to_char(schedule.first_run_time, 'HH24:MI:SS'),
    'timezone', schedule.time_zone,
    'interval', schedule.repeat_every,
    'interval_unit', schedule.repeat_unit,
    'job_params', schedule.job_params,
    'next_run', extract(epoch FROM schedule.next_run)::bigint,
    'last_run', extract(epoch FROM schedule.last_run)::bigint,
    'last_request_id', schedule.last_request_id);
COMMENT ON FUNCTION helenus.schedule_document(helenus.schedule) IS
    'The schedule as the API answers it: the only place that says so.';

CREATE FUNCTION helenus.begin_backups(runs jsonb)
RETURNS TABLE (begun_cluster text, begun_schedule text, begun_request uuid)
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    WITH run AS (
        SELECT
            run.cluster_id, run.schedule_id, run.event_time, run.plan,
            'opscenter_' || COALESCE(run.schedule_id, 'adhoc')
                || to_char(run.event_time AT TIME ZONE 'UTC', '_YYYY-MM-DD-HH24-MI-SS') || '-UTC'
                AS tag
        FROM jsonb_to_recordset(runs) AS run (
            cluster_id text, schedule_id text, event_time timestamptz, plan jsonb)
    ),
    -- Of two runs with one tag the second waits here for the first one's commit, and is left out.
    new_backup AS (
        INSERT INTO helenus.backup (cluster_id, tag, schedule_id, event_time, request_id)
        SELECT run.cluster_id, run.tag, run.schedule_id, run.event_time, gen_random_uuid()
        FROM run
        ON CONFLICT (cluster_id, tag) DO NOTHING
        RETURNING cluster_id, tag, request_id
    ),
    begun AS (
        SELECT run.*, new_backup.request_id
        FROM run
        JOIN new_backup ON new_backup.cluster_id = run.cluster_id AND new_backup.tag = run.tag
    ),
    place AS (
        SELECT begun.cluster_id, begun.tag, 'OPSC_ON_SERVER' AS destination_id, NULL::jsonb AS options
        FROM begun
        UNION ALL
        SELECT begun.cluster_id, begun.tag, destination.id, destination.options
        FROM begun
        CROSS JOIN LATERAL jsonb_each(begun.plan -> 'destinations') AS destination (id, options)
    ),
    new_request AS (
        INSERT INTO helenus.request (cluster_id, id, type, tag, keyspaces, destinations)
        SELECT
            begun.cluster_id, begun.request_id, 'backup', begun.tag,
            begun.plan #> '{selection,keyspaces}',
            '["OPSC_ON_SERVER"]'::jsonb || COALESCE((
                SELECT jsonb_agg(id ORDER BY id)
                FROM jsonb_object_keys(begun.plan -> 'destinations') AS id), '[]')
        FROM begun
    ),
    new_copy AS (
        INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, transfer)
        SELECT place.cluster_id, place.tag, place.destination_id, place.options
        FROM place
    ),
    new_event AS (
        INSERT INTO helenus.activity_event (
            cluster_id, event_time, backup_id, type, destination_id, request_id, keyspaces,
            destination)
        SELECT
            begun.cluster_id, begun.event_time, begun.tag, 'backup', place.destination_id,
            begun.request_id, begun.plan #> '{selection,keyspaces}',
            CASE WHEN place.destination_id = 'OPSC_ON_SERVER'
                THEN '{"id": "OPSC_ON_SERVER", "path": "", "provider": "server"}'
                ELSE COALESCE(destination.settings, '{}')
                    || jsonb_build_object('id', place.destination_id) END
        FROM begun
        JOIN place ON place.cluster_id = begun.cluster_id AND place.tag = begun.tag
        LEFT JOIN helenus.destination AS destination
            ON destination.cluster_id = place.cluster_id AND destination.id = place.destination_id
    ),
    new_job AS (
        INSERT INTO helenus.job (cluster_id, request_id, kind, payload, concurrency_key)
        SELECT
            begun.cluster_id, begun.request_id, 'backup',
            begun.plan || jsonb_build_object(
                'tag', begun.tag, 'scheduleID', begun.schedule_id,
                'eventTime', extract(epoch FROM begun.event_time)::bigint),
            'cluster:' || begun.cluster_id
        FROM begun
    )
    SELECT begun.cluster_id, begun.schedule_id, begun.request_id FROM begun;
    PERFORM helenus.announce_job();
END
$$;
COMMENT ON FUNCTION helenus.begin_backups(jsonb) IS
    'Puts backups in the queue, each with its request, copies and events: JSON array of {cluster_id, schedule_id, event_time, plan}. Answers those whose tag was free.';
