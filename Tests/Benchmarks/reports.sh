#!/bin/bash
# How long the views and reports take over 1,000,000 events of 500 clusters.
#
#   reports.sh [--rounds N] [--clusters N] [--events N]
#
#   --rounds     how often each is asked; the median counts (default 5)
#   --clusters   how many clusters (default 500)
#   --events     how many events in all (default 1,000,000)
#   TMPDIR       where the scratch PostgreSQL lies (default /var/tmp); about 3 GB
#
# Starts a PostgreSQL of its own with the default settings, applies sql/migrations, and loads two
# years of backups: each on the nodes and on one destination, on three nodes, two keyspaces with a
# table each; snapshots older than 30 days are deleted, and of every 25th cluster one keyspace has
# no backup at all. Asked by a reader of all clusters over all of them, as sql/reports does by
# default, and of one cluster. `psql` is started for each question; that is in the time.
#
# The last lines are `ratio NAME VALUE`: the median in seconds against one second. Nothing is
# asserted; the status is 1 if something could not be measured.
set -euo pipefail

rounds=5 clusters=500 events=1000000
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 ;;
        --clusters) clusters=$2 ;;
        --events) events=$2 ;;
        *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" && exit 2 ;;
    esac
    shift 2
done
project=$(cd "$(dirname "$0")/../.." && pwd)
programs=/usr/lib/postgresql/15/bin
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/helenus-reports.XXXXXX")
chmod 755 "$scratch"

as_postgres() {
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}
clean_up() {
    as_postgres "$programs/pg_ctl" stop -s -m immediate -D "$scratch/data" || true
    rm -rf "$scratch"
}
trap clean_up EXIT

ask() { # role arguments…
    "$programs/psql" -qAtX -v ON_ERROR_STOP=1 \
        "host=$scratch/socket user=$1 dbname=${database:-helenus}" "${@:2}"
}

mkdir "$scratch/data" "$scratch/socket"
chmod 700 "$scratch/data"
[ "$(id -u)" != 0 ] || chown postgres: "$scratch/data" "$scratch/socket"
as_postgres "$programs/initdb" -D "$scratch/data" -U postgres -E UTF8 --locale=C.UTF-8 \
    --auth=trust --no-sync >/dev/null
as_postgres tee -a "$scratch/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$scratch/socket'
fsync = off
max_wal_size = 4GB
CONF
as_postgres "$programs/pg_ctl" start -s -w -D "$scratch/data" -l "$scratch/data/server.log"

database=postgres ask postgres -c 'CREATE ROLE helenus_owner LOGIN CREATEROLE' \
    -c "CREATE DATABASE helenus OWNER helenus_owner
            ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
ask helenus_owner -1 -f "$project/sql/bootstrap.sql"
for migration in "$project"/sql/migrations/*.up.sql; do
    ask helenus_owner -1 -f "$migration" >/dev/null
done

echo "loading $events events of $clusters clusters" >&2
ask postgres -v clusters="$clusters" -v events="$events" >/dev/null <<'SQL'
-- The months that have passed have partitions too, as in a service that has run so long.
DO $$
DECLARE
    month timestamptz := date_trunc('month', now(), 'UTC') - interval '1 month';
BEGIN
    ALTER TABLE helenus.activity_event DETACH PARTITION helenus.activity_event_earlier;
    FOR step IN 1..24 LOOP
        EXECUTE format('CREATE TABLE helenus.%I PARTITION OF helenus.activity_event'
            ' FOR VALUES FROM (%L) TO (%L)',
            'activity_event_' || to_char(month - interval '1 month', 'YYYYMM'),
            month - interval '1 month', month);
        month := month - interval '1 month';
    END LOOP;
    EXECUTE format('ALTER TABLE helenus.activity_event ATTACH PARTITION'
        ' helenus.activity_event_earlier FOR VALUES FROM (MINVALUE) TO (%L)', month);
END
$$;
-- What is loaded fits together: no trigger needs to look.
SET session_replication_role = replica;
CREATE TEMPORARY TABLE made AS
SELECT
    'cluster_' || cluster AS cluster_id,
    'opscenter_adhoc_' || run AS tag,
    date_trunc('second', now() - run * interval '730 days' / runs.n - interval '1 hour') AS event_time,
    CASE (run + cluster) % 50 WHEN 7 THEN 'error' WHEN 11 THEN 'partial' ELSE 'success' END AS status,
    cluster,
    run
FROM (SELECT :events / :clusters / 2 AS n) AS runs
CROSS JOIN generate_series(1, :clusters) AS cluster
CROSS JOIN LATERAL generate_series(0, runs.n - 1) AS run;
INSERT INTO helenus.cluster (cluster_id, name)
SELECT 'cluster_' || cluster, 'Cluster ' || cluster FROM generate_series(1, :clusters) AS cluster;
INSERT INTO helenus.node (
    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret, keyspaces)
SELECT 'cluster_' || cluster, 'h' || host, '10.0.0.' || host, '', '', '',
    CASE WHEN cluster % 25 = 0 THEN '{"shop": {}, "logs": {}, "fresh": {}}'::jsonb
        ELSE '{"shop": {}, "logs": {}}' END
FROM generate_series(1, :clusters) AS cluster CROSS JOIN generate_series(1, 3) AS host;
INSERT INTO helenus.destination (cluster_id, id, provider, path, location_key)
SELECT 'cluster_' || cluster, 'bucket', 's3', 'bucket', 'bucket'
FROM generate_series(1, :clusters) AS cluster;
INSERT INTO helenus.schedule (
    cluster_id, id, first_run_date, first_run_time, time_zone, repeat_every, repeat_unit,
    job_params, plan, retention)
SELECT 'cluster_' || cluster, gen_random_uuid(), '2026-01-01', '02:30', 'UTC', 1, 'days', '{}', '{}',
    '{"OPSC_ON_SERVER": {"age": 2592000}, "bucket": {"age": 63072000}}'
FROM generate_series(1, :clusters) AS cluster;
INSERT INTO helenus.backup (cluster_id, tag, event_time, schedule_id)
SELECT made.cluster_id, made.tag, made.event_time, schedule.id
FROM made JOIN helenus.schedule AS schedule USING (cluster_id);
INSERT INTO helenus.backup_copy (
    cluster_id, tag, destination_id, status, keyspaces, files, bytes, new_bytes, stored_bytes, listed,
    started_at, finished_at, deleted_at, backup_time)
SELECT
    made.cluster_id, made.tag, place.id, made.status,
    CASE made.status WHEN 'error' THEN '{}' ELSE jsonb_build_object(
        'shop', jsonb_build_object('cfs', '["carts"]'::jsonb, 'size', 1000000 - made.run * made.cluster),
        'logs', jsonb_build_object('cfs', '["lines"]'::jsonb, 'size', 500000)) END,
    100, 1500000, 90000, 90000,
    made.status <> 'error' AND kept.is_there, made.event_time, made.event_time + interval '5 minutes',
    CASE WHEN NOT kept.is_there THEN made.event_time + interval '30 days' END, made.event_time
FROM made
CROSS JOIN (VALUES ('OPSC_ON_SERVER'), ('bucket')) AS place (id)
CROSS JOIN LATERAL (
    SELECT place.id = 'bucket' OR made.event_time > now() - interval '30 days') AS kept (is_there);
INSERT INTO helenus.backup_copy_table (
    cluster_id, tag, destination_id, host_id, node_address, keyspace_name, table_name, files, bytes,
    new_bytes, outcome)
SELECT copy.cluster_id, copy.tag, copy.destination_id, 'h' || host, '10.0.0.' || host, held.keyspace,
    held.cf, 20, 250000, 15000, 'success'
FROM helenus.backup_copy AS copy
CROSS JOIN generate_series(1, 3) AS host
CROSS JOIN (VALUES ('shop', 'carts'), ('logs', 'lines')) AS held (keyspace, cf)
WHERE copy.status <> 'error';
INSERT INTO helenus.backup_copy_node (
    cluster_id, tag, destination_id, host_id, node_address, files, bytes, new_bytes, milliseconds)
SELECT copy.cluster_id, copy.tag, copy.destination_id, 'h' || host, '10.0.0.' || host, 40, 500000, 30000,
    1000 + CASE WHEN host = 3 AND length(copy.cluster_id) = 9 THEN 3000 ELSE 0 END + host
FROM helenus.backup_copy AS copy CROSS JOIN generate_series(1, 3) AS host
WHERE copy.status <> 'error';
INSERT INTO helenus.activity_event (
    cluster_id, event_time, backup_id, type, destination_id, status, destination, document,
    finished_at, deleted_at, day)
SELECT copy.cluster_id, copy.backup_time, copy.tag,
    CASE hashtext(copy.tag) % 20 WHEN 0 THEN 'restore' ELSE 'backup' END, copy.destination_id, copy.status,
    '{}', repeat('x', 400), copy.finished_at, copy.deleted_at, (copy.backup_time AT TIME ZONE 'UTC')::date
FROM helenus.backup_copy AS copy;
CREATE ROLE report_reader LOGIN IN ROLE helenus_report;
ALTER ROLE report_reader SET jit = off;
INSERT INTO helenus.report_reader (login, clusters) VALUES ('report_reader', '{*}');
SQL
ask postgres -c 'VACUUM ANALYZE'

median() { sort -g | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }

failed=0
ratios=()
# Asks so often, once more to warm up; prints the median and remembers it.
measure() { # name arguments…
    local name=$1 round started times=()
    shift
    for ((round = 0; round <= rounds; round++)); do
        started=$EPOCHREALTIME
        ask report_reader "$@" >"$scratch/answer" || {
            echo "FAILED $name" && failed=1
            return 0
        }
        times+=("$(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f", b - a }')")
    done
    local middle
    middle=$(printf '%s\n' "${times[@]:1}" | median)
    printf '%-45s %8s s %8d rows\n' "$name" "$middle" "$(wc -l <"$scratch/answer")"
    ratios+=("ratio $name $middle")
}

for file in "$project"/sql/reports/*.sql; do
    name=$(basename "$file" .sql)
    measure "${name}_all" -f "$file"
    measure "${name}_one" -v cluster=cluster_77 -f "$file"
done
one="WHERE cluster_id = 'cluster_77'"
measure view_backup_history "-c SELECT * FROM report.backup_history $one ORDER BY backup_time DESC LIMIT 100"
measure view_backup_tables "-c SELECT * FROM report.backup_tables $one AND tag = 'opscenter_adhoc_3'"
measure view_daily_outcomes "-c SELECT * FROM report.daily_outcomes WHERE day = current_date - 1"
measure view_daily_outcomes_one "-c SELECT * FROM report.daily_outcomes $one"
measure view_recovery_points "-c SELECT * FROM report.recovery_points"
measure view_storage_growth "-c SELECT * FROM report.storage_growth WHERE day >= current_date - 30"
measure view_keyspace_growth "-c SELECT * FROM report.keyspace_growth WHERE day >= current_date - 30"
measure view_node_throughput "-c SELECT * FROM report.node_throughput WHERE day >= current_date - 7"
measure view_restore_history "-c SELECT * FROM report.restore_history $one"
measure view_retention_rules "-c SELECT * FROM report.retention_rules"
measure view_retention_forecast "-c SELECT * FROM report.retention_forecast $one"
measure view_slow_nodes "-c SELECT * FROM report.slow_nodes"

printf '%s\n' "${ratios[@]}"
[ $failed = 0 ]
