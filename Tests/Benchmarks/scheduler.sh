#!/bin/bash
# What the scheduler costs: 10,000 schedules over 500 clusters, 200 of them due in the same second.
#
#   scheduler.sh [--rounds N]
#
#   HELENUS_BIN     the directory of the programs (default: .build/release)
#   TMPDIR          where it works (default: /var/tmp)
#
# A PostgreSQL of its own, with its defaults (fsync on), and one real executor. After a first round
# that does not count, and an ANALYZE as autovacuum makes it within a minute, in each of five rounds
# 200 schedules are made due two seconds ahead; the time from that second to the moment at which all
# their jobs are seen by another session is measured, and from the server's own statistics
# (pg_stat_statements) how long the ticks of the round took, the idle ones too. The rows that an
# earlier round left stay, as they would. The executor has one slot for jobs: without nodes they end at
# once, and would take the processors that in life wait for agents.
#
# The last lines are `ratio NAME VALUE`: the median round over what is to be reached, below 1 it is. On
# a machine that does something else, much of a statement's time is waiting for a processor.
# When something cannot be measured it says FAILED and ends with status 1.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
bin=${HELENUS_BIN:-$here/../../.build/release}
postgres_programs=/usr/lib/postgresql/15/bin
rounds=5
[ "${1:-}" != --rounds ] || rounds=$2

work=$(mktemp -d "${TMPDIR:-/var/tmp}/helenus-scheduler.XXXXXX")
chmod 755 "$work"
executor=''

as_postgres() {
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

clean_up() {
    [ -z "$executor" ] || kill "$executor" 2>/dev/null || true
    [ -z "$executor" ] || wait "$executor" 2>/dev/null || true
    as_postgres "$postgres_programs/pg_ctl" stop -s -m immediate -D "$work/data" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED $*"
    exit 1
}

sql() { "$postgres_programs/psql" -qAtX -v ON_ERROR_STOP=1 -h "$work/socket" -U postgres "$@"; }

start() {
    mkdir -p "$work/data" "$work/socket"
    [ "$(id -u)" != 0 ] || chown postgres: "$work/data" "$work/socket"
    as_postgres "$postgres_programs/initdb" -D "$work/data" -U postgres -E UTF8 --locale=C.UTF-8 \
        --auth=trust >"$work/initdb.log"
    as_postgres tee -a "$work/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$work/socket'
shared_preload_libraries = 'pg_stat_statements'
CONF
    as_postgres "$postgres_programs/pg_ctl" start -s -w -D "$work/data" -l "$work/data/server.log"
    sql postgres -c 'CREATE ROLE helenus_owner LOGIN CREATEROLE'
    sql postgres -c "CREATE DATABASE helenus OWNER helenus_owner
            ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
    sql helenus -c 'GRANT CREATE ON SCHEMA public TO helenus_owner' \
        -c 'CREATE EXTENSION pg_stat_statements'
    "$bin/helenusctl" migrate up --database "host=$work/socket user=helenus_owner dbname=helenus" \
        >"$work/migrate.log"
    "$bin/helenusctl" key create "$work/sealing.key"
    "$bin/helenusctl" ca create "$work/ca" >/dev/null
    cat >"$work/executor.env" <<ENV
HELENUS_DATABASE=host=$work/socket user=helenus_executor dbname=helenus
HELENUS_KEY_FILE=$work/sealing.key
HELENUS_CA_FOLDER=$work/ca
HELENUS_LOG_LEVEL=warning
HELENUS_JOB_SLOTS=1
ENV
}

fill() {
    sql helenus <<'SQL'
INSERT INTO helenus.cluster (cluster_id, name)
SELECT 'c' || number, 'Cluster ' || number FROM generate_series(1, 500) AS number;
INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
SELECT cluster_id, 'd', 'local', '/d', '{"provider": "local", "path": "/d"}', 'local:/d'
FROM helenus.cluster;
INSERT INTO helenus.schedule (
    cluster_id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit, job_params,
    plan, retention, next_run)
SELECT
    'c' || 1 + number % 500, '2026-01-01', make_interval(secs => number), 'Europe/Berlin', 1,
    'days', '{"type": "backup"}',
    '{"selection": {"keyspaces": {}}, "destinations": {"d": {"compressed": true, "deleteAfterwards": false}}}',
    '{"OPSC_ON_SERVER": {"age": 2592000}}', now() + interval '1 day'
FROM generate_series(1, 10000) AS number;
VACUUM ANALYZE;
SQL
}

# Prints milliseconds: until all jobs are committed, and of database time for the round's ticks.
round() {
    sql helenus -v ON_ERROR_STOP=1 <<'SQL'
SELECT pg_stat_statements_reset() \g /dev/null
UPDATE helenus.request SET status = 'cancelled', finished_at = now() WHERE status = 'running';
DELETE FROM helenus.job;
CREATE TEMPORARY TABLE begin AS SELECT date_trunc('second', now()) + interval '2 seconds' AS due;
UPDATE helenus.schedule SET next_run = due
FROM begin
WHERE id IN (SELECT id FROM helenus.schedule ORDER BY last_run NULLS FIRST, id LIMIT 200);
DO $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    WHILE (SELECT count(*) FROM helenus.job WHERE kind = 'backup') < 200 LOOP
        IF clock_timestamp() > began + interval '30 seconds' THEN
            RAISE EXCEPTION 'not in 30 s';
        END IF;
        PERFORM pg_sleep(0.02);
        COMMIT;
    END LOOP;
END
$$;
SELECT round(1000 * extract(epoch FROM clock_timestamp() - due)) FROM begin;
SELECT round(sum(total_exec_time)::numeric, 1) FROM pg_stat_statements
WHERE query LIKE '%WITH due AS MATERIALIZED%';
SQL
}

start
fill
"$bin/helenus-executor" --settings "$work/executor.env" 2>"$work/executor.log" &
executor=$!
commits=() ticks=()
printf '%-8s %22s %18s\n' round 'all committed (ms)' 'ticks (ms)'
for ((number = 0; number <= rounds; number++)); do
    measured=$(round) || fail "round $number: $(tail -n 3 "$work/executor.log")"
    read -r commit tick <<<"$(tr '\n' ' ' <<<"$measured")"
    printf '%-8s %22s %18s\n' "$number" "$commit" "$tick"
    if [ $number = 0 ]; then
        sql helenus -c 'ANALYZE'
    else
        commits+=("$commit") ticks+=("$tick")
    fi
done
median() { printf '%s\n' "$@" | sort -g | sed -n "$((rounds / 2 + 1))p"; }
awk -v commit="$(median "${commits[@]}")" -v tick="$(median "${ticks[@]}")" 'BEGIN {
    printf "ratio scheduler_commit_vs_2s %.3f\n", commit / 2000
    printf "ratio scheduler_tick_vs_50ms %.3f\n", tick / 50 }'
