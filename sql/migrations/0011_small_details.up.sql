-- What a request tells of each table on each node while it runs grows with the cluster: a hundred
-- nodes with five hundred tables make ten megabytes. Once it has ended, that is folded.

CREATE FUNCTION helenus.first_members(members jsonb, ordinary jsonb, at_most integer) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN COALESCE((
    SELECT jsonb_object_agg(placed.name, placed.value)
    FROM (
        SELECT
            member.name, member.value,
            sum(octet_length(member.name) + octet_length(member.value::text) + 6) OVER (
                ORDER BY COALESCE(member.value -> 'state', member.value) = ordinary, member.name
            ) AS reached
        FROM jsonb_each(members) AS member (name, value)
    ) AS placed
    WHERE placed.reached <= at_most), '{}');
COMMENT ON FUNCTION helenus.first_members(jsonb, jsonb, integer) IS
    'Of an object as many members as fit in so many bytes: those first whose value, or its state, is not the ordinary one.';

CREATE FUNCTION helenus.folded_subrequest(subrequest jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH progress AS (
        SELECT
            keyspace.name AS keyspace_name, cf.name AS table_name, cf.value AS document,
            CASE WHEN jsonb_array_length(COALESCE(cf.value -> 'errors', '[]')) > 0
                THEN row_number() OVER (
                    ORDER BY jsonb_array_length(COALESCE(cf.value -> 'errors', '[]')) > 0 DESC,
                        keyspace.name, cf.name) END AS failure
        FROM jsonb_each(subrequest #> '{details,sstables}') AS keyspace (name, value)
        CROSS JOIN LATERAL jsonb_each(keyspace.value) AS cf (name, value)
    ),
    failed AS (
        SELECT
            progress.keyspace_name,
            jsonb_object_agg(progress.table_name, progress.document || jsonb_build_object(
                'errors', jsonb_build_array(left(progress.document #>> '{errors,0}', 500))))
                AS tables
        FROM progress
        WHERE progress.failure <= 5
        GROUP BY progress.keyspace_name
    )
    SELECT CASE WHEN subrequest #> '{details,totals}' IS NOT NULL THEN subrequest
    ELSE subrequest || jsonb_build_object('details', jsonb_strip_nulls(jsonb_build_object(
        'metadata', jsonb_build_object(
            'created', subrequest #> '{details,metadata,created}',
            'errors', COALESCE((
                SELECT jsonb_agg(left(error.text, 500) ORDER BY error.place)
                FROM jsonb_array_elements_text(subrequest #> '{details,metadata,errors}')
                    WITH ORDINALITY AS error (text, place)
                WHERE error.place <= 3), '[]')),
        'sstables', COALESCE((
            SELECT jsonb_object_agg(failed.keyspace_name, failed.tables) FROM failed), '{}'),
        'totals', (
            SELECT jsonb_build_object(
                'tables', count(*),
                'done_files', COALESCE(sum((progress.document ->> 'done_files')::bigint), 0),
                'total_files', COALESCE(sum((progress.document ->> 'total_files')::bigint), 0),
                'done_size', COALESCE(sum((progress.document ->> 'done_size')::bigint), 0),
                'total_size', COALESCE(sum((progress.document ->> 'total_size')::bigint), 0))
            FROM progress),
        'scripts', (
            SELECT jsonb_object_agg(script.moment, script.value || jsonb_build_object(
                'output', left(script.value ->> 'output', 1000)))
            FROM jsonb_each(subrequest #> '{details,scripts}') AS script (moment, value)),
        'rate', subrequest #> '{details,rate}'))) END;
END;
COMMENT ON FUNCTION helenus.folded_subrequest(jsonb) IS
    'A node''s part of a request with the sums of its tables, and of those that had errors the first five.';

CREATE FUNCTION helenus.small_message(message text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN length(message) <= 4000 THEN message
    ELSE left(message, 3950) || format('… (%s more characters)', length(message) - 3950) END;
COMMENT ON FUNCTION helenus.small_message(text) IS
    'A message that is too long for a person is cut, and says so.';

CREATE FUNCTION helenus.count_members(members jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT count(*) FROM jsonb_object_keys(COALESCE(members, '{}')));
COMMENT ON FUNCTION helenus.count_members(jsonb) IS 'How many members an object has.';

CREATE FUNCTION helenus.small_details(details jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    small jsonb;
    part record;
    kept jsonb;
    left_out jsonb := COALESCE(details -> 'left_out', '{}');
BEGIN
    IF octet_length(details::text) <= 65536 THEN
        RETURN details;
    END IF;
    small := jsonb_build_object(
        'message', helenus.small_message(COALESCE(details ->> 'message', '')),
        'subrequests', COALESCE((
            SELECT jsonb_object_agg(node.address, helenus.folded_subrequest(node.subrequest))
            FROM jsonb_each(details -> 'subrequests') AS node (address, subrequest)), '{}'));
    FOR part IN
        SELECT * FROM (VALUES
            ('subrequests', '{subrequests}'::text[], '"success"'::jsonb, 32768),
            ('restore.tables', '{restore,tables}', '"restored"', 8192),
            ('restore.unrestored_ranges', '{restore,unrestored_ranges}', '[]', 8192),
            ('point_in_time.nodes', '{point_in_time,nodes}', '"replayed"', 8192)
        ) AS large (name, path, ordinary, at_most)
    LOOP
        IF part.path[1] <> 'subrequests' AND details ? part.path[1] AND NOT small ? part.path[1] THEN
            small := small || jsonb_build_object(part.path[1], details -> part.path[1]);
        END IF;
        CONTINUE WHEN jsonb_typeof(small #> part.path) IS DISTINCT FROM 'object';
        kept := helenus.first_members(small #> part.path, part.ordinary, part.at_most);
        IF helenus.count_members(kept) < helenus.count_members(small #> part.path) THEN
            left_out := left_out || jsonb_build_object(part.name,
                COALESCE((left_out ->> part.name)::bigint, 0)
                    + helenus.count_members(small #> part.path) - helenus.count_members(kept));
            small := jsonb_set(small, part.path, kept);
        END IF;
    END LOOP;
    -- Whatever else there is, where it is not large itself.
    FOR part IN
        SELECT member.name, member.value
        FROM jsonb_each(details) AS member (name, value)
        WHERE member.name NOT IN ('message', 'subrequests', 'left_out')
    LOOP
        IF octet_length(COALESCE(small -> part.name, part.value)::text) > 20000 THEN
            small := small - part.name;
            left_out := left_out || jsonb_build_object(part.name, 1);
        ELSIF NOT small ? part.name THEN
            small := small || jsonb_build_object(part.name, part.value);
        END IF;
    END LOOP;
    RETURN small || jsonb_build_object('left_out', left_out);
END
$$;
COMMENT ON FUNCTION helenus.small_details(jsonb) IS
    'The details of a request that has ended, as they are kept: as they were up to 64 KiB; else each node''s tables become their sums, what failed comes first, and left_out counts what found no place.';

CREATE FUNCTION helenus.keep_details_small() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.message := helenus.small_message(NEW.message);
    NEW.details := helenus.small_details(NEW.details);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION helenus.keep_details_small() IS
    'Keeps the details of a request that has ended small, whoever writes them.';
CREATE TRIGGER keep_details_small BEFORE INSERT OR UPDATE ON helenus.request
    FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL)
    EXECUTE FUNCTION helenus.keep_details_small();

CREATE FUNCTION helenus.keep_full_status_small() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.message := helenus.small_message(NEW.message);
    IF NEW.full_status ? 'details' THEN
        NEW.full_status := NEW.full_status || jsonb_build_object(
            'details', helenus.small_details(NEW.full_status -> 'details'));
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION helenus.keep_full_status_small() IS
    'Keeps the details that an event has of its request small.';
-- By its name it comes before render_event, which writes the message down.
CREATE TRIGGER keep_full_status_small BEFORE INSERT OR UPDATE ON helenus.activity_event
    FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL)
    EXECUTE FUNCTION helenus.keep_full_status_small();

COMMENT ON COLUMN helenus.request.details IS
    'Its final details, kept small (small_details); null while it runs.';

SELECT set_config('helenus.clusters', '*', true);
UPDATE helenus.request SET details = details
WHERE octet_length(details::text) > 65536;
UPDATE helenus.activity_event SET full_status = full_status
WHERE octet_length(full_status::text) > 65536;
SELECT set_config('helenus.clusters', '', true);
