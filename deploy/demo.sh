#!/bin/bash
# Helenus on one machine: PostgreSQL, nginx, the API, two executors, and a real Cassandra cluster
# with an agent for each node. All of it lives in one directory and runs on loopback addresses.
#
#   demo.sh                                            up, then tour, then leave it running
#   demo.sh up [--dir D] [--port 8888] [--nodes 3]     start what does not run yet
#   demo.sh tour [--dir D]                             back up, lose and restore a keyspace
#   demo.sh down [--dir D]                             stop everything
#
#   D                       default /var/tmp/helenus-demo
#   HELENUS_BIN             a directory of ready programs; missing: swift build
#   HELENUS_CONFIGURATION   of swift build, default release
#
# D/env tells scripts where everything is; D/log has a file for each process. The API, executors
# and agents are started again when they crash, as systemd would do it.
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}
postgres_programs=/usr/lib/postgresql/15/bin

say() { printf '%(%T)T  %s\n' -1 "$*"; }
fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

usage() {
    sed -n '2,17s/^# \{0,1\}//p' "$0" >&2
    exit 64
}

# Calls a command until it succeeds. what-for seconds command…
wait_for() {
    local what=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@"; do
        [ $SECONDS -lt $deadline ] || {
            tail -n 5 "$D"/log/{api,executor-1,agent-1}.log >&2 2>/dev/null || true
            fail "$what: not in time; see $D/log"
        }
        sleep 0.2
    done
}

alive() { [ -d "/proc/$1" ] && ! grep -qs '^State:.Z' "/proc/$1/status"; }

# The process id of one of ours, if it runs. A number left over from another time may be another
# process's by now, so that process must run from here.
pid_of() { # name [folder]
    local file=$D/run/${2:-pids}/$1.pid pid=''
    [ ! -s "$file" ] || read -r pid <"$file" || true
    [[ $pid =~ ^[0-9]+$ ]] && alive "$pid" && grep -qsF -- "$D/" "/proc/$pid/cmdline" && echo "$pid"
}
running() { pid_of "$@" >/dev/null; }

# ── Processes that are restarted when they crash ────────────────────────────────────────────────

supervise() { # name command…
    local name=$1 child='' stopping='' status
    shift
    echo $$ >"$D/run/supervisors/$name.pid"
    trap 'stopping=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true' TERM
    while [ -z "$stopping" ]; do
        "$@" &
        child=$!
        echo $child >"$D/run/pids/$name.pid"
        status=0
        while kill -0 $child 2>/dev/null; do
            wait $child && status=0 || status=$?
        done
        # 143: somebody asked it to end.
        if [ $status = 0 ] || [ $status = 143 ]; then break; fi
        [ -n "$stopping" ] || { say "$name ended with status $status, starting it again" && sleep 1; }
    done
    [ "$(cat "$D/run/pids/$name.pid" 2>/dev/null)" != "$child" ] || rm -f "$D/run/pids/$name.pid"
    rm -f "$D/run/supervisors/$name.pid"
}

launch() { # name command…
    local name=$1
    if running "$name"; then return 0; fi
    if running "$name" supervisors; then
        wait_for "$name" 30 running "$name"
        return 0
    fi
    say "starting $name"
    (
        # The environment would override the settings files.
        unset "${!HELENUS_@}"
        setsid "$repository/deploy/demo.sh" supervise --dir "$D" "$@" \
            </dev/null >>"$D/log/$name.log" 2>&1 &
    )
    wait_for "$name" 10 running "$name"
}

stop_all() { # name…: all at once
    local name pid pids=() deadline
    for name; do
        if pid=$(pid_of "$name" supervisors); then pids+=("$pid"); fi
        if pid=$(pid_of "$name"); then pids+=("$pid"); fi
    done
    [ ${#pids[@]} -gt 0 ] || return 0
    say "stopping $*"
    kill -TERM "${pids[@]}" 2>/dev/null || true
    deadline=$((SECONDS + 45))
    for pid in "${pids[@]}"; do
        while alive "$pid"; do
            if [ $SECONDS -ge $deadline ]; then
                say "process $pid did not end in 45 s, killed"
                kill -KILL "$pid" 2>/dev/null || true
            fi
            sleep 0.1
        done
    done
    for name; do rm -f "$D/run/pids/$name.pid" "$D/run/supervisors/$name.pid"; done
}

# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────

conninfo() { echo "host=$D/run/postgres dbname=${2:-helenus} user=$1"; }

# PostgreSQL does not run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

superuser() { as_postgres "$postgres_programs/psql" -qAtX -v ON_ERROR_STOP=1 -h "$D/run/postgres" "$@"; }

start_postgres() {
    mkdir -p "$D/postgres" "$D/run/postgres"
    chmod 700 "$D/postgres" "$D/run/postgres"
    if [ "$(id -u)" = 0 ]; then
        chown postgres: "$D/postgres" "$D/run/postgres"
        as_postgres test -x "$D/postgres" \
            || fail "$D: the user postgres may not enter it (chmod a+x it and its parents)"
    fi
    if [ ! -s "$D/postgres/postgresql.auto.conf" ]; then
        say 'making the PostgreSQL data directory'
        as_postgres "$postgres_programs/initdb" -D "$D/postgres" -U postgres -E UTF8 \
            --locale=C.UTF-8 --auth=trust >"$D/log/initdb.log" || fail "initdb: see $D/log/initdb.log"
        as_postgres tee -a "$D/postgres/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$D/run/postgres'
max_connections = 200
shared_buffers = 64MB
logging_collector = off
CONF
    fi
    if ! running postgres; then
        say 'starting PostgreSQL'
        as_postgres rm -f "$D/postgres/start.log"
        # After a crash the children of the old server need a moment to go.
        wait_for PostgreSQL 60 start_postgres_once
        head -n 1 "$D/postgres/postmaster.pid" >"$D/run/pids/postgres.pid"
    fi
    if [ -z "$(superuser -U postgres postgres -c "SELECT 1 FROM pg_roles WHERE rolname = 'helenus_owner'")" ]; then
        superuser -U postgres postgres -c 'CREATE ROLE helenus_owner LOGIN CREATEROLE'
    fi
    if [ -z "$(superuser -U postgres postgres -c "SELECT 1 FROM pg_database WHERE datname = 'helenus'")" ]; then
        superuser -U postgres postgres -c 'CREATE DATABASE helenus OWNER helenus_owner'
        superuser -U postgres helenus -c 'GRANT CREATE ON SCHEMA public TO helenus_owner'
    fi
    "$programs/helenusctl" migrate up --database "$(conninfo helenus_owner)" >>"$D/log/migrate.log" \
        || fail "the database could not be brought up to date: $(tail -n 3 "$D/log/migrate.log")"
}

start_postgres_once() {
    (cd / && as_postgres setsid "$postgres_programs/pg_ctl" start -s -w -t 60 -D "$D/postgres" \
        -l "$D/postgres/server.log") </dev/null >>"$D/log/postgres.log" 2>&1
}

stop_postgres() {
    local pid deadline=$((SECONDS + 45))
    if pid=$(pid_of postgres); then
        say 'stopping postgres'
        kill -INT "$pid" 2>/dev/null || true
        while alive "$pid"; do
            [ $SECONDS -lt $deadline ] || kill -QUIT "$pid" 2>/dev/null || true
            sleep 0.1
        done
    fi
    rm -f "$D/run/pids/postgres.pid"
}

# ── nginx and the API ───────────────────────────────────────────────────────────────────────────

write_settings() {
    local executor
    cat >"$D/etc/api.env" <<ENV
HELENUS_DATABASE=$(conninfo helenus_api)
HELENUS_SOCKET=$D/run/api.sock
HELENUS_PID_FILE=$D/run/pids/api.pid
HELENUS_WORKERS=4
HELENUS_KEY_FILE=$D/etc/sealing.key
HELENUS_LOG_LEVEL=info
HELENUS_AUTHENTICATION=off
ENV
    for executor in 1 2; do
        cat >"$D/etc/executor-$executor.env" <<ENV
HELENUS_DATABASE=$(conninfo helenus_executor)
HELENUS_PID_FILE=$D/run/pids/executor-$executor.pid
HELENUS_KEY_FILE=$D/etc/sealing.key
HELENUS_LOG_LEVEL=info
ENV
    done
}

start_nginx() {
    local part user=()
    mkdir -p "$D"/nginx/{conf,logs,temp}
    for part in nginx.conf conf.d snippets; do
        ln -sfn "$repository/nginx/$part" "$D/nginx/conf/$part"
    done
    echo "listen 127.0.0.1:$port;" >"$D/nginx/conf/listen.conf"
    echo "server unix:$D/run/api.sock max_fails=0;" >"$D/nginx/conf/upstream.conf"
    ln -sfn ../../nginx/nginx.pid "$D/run/pids/nginx.pid"
    if running nginx; then return 0; fi
    say "starting nginx on port $port"
    rm -f "$D/nginx/nginx.pid"
    [ "$(id -u)" != 0 ] || user=(-g 'user root;')
    PATH=$PATH:/usr/sbin setsid nginx -p "$D/nginx" -e logs/error.log -c "$D/nginx/conf/nginx.conf" \
        ${user[@]+"${user[@]}"} </dev/null >>"$D/log/nginx.log" 2>&1 \
        || fail "nginx: $(tail -n 3 "$D/log/nginx.log")"
    wait_for nginx 10 running nginx
}

answers() { curl -fsS -o "$D/run/answer" "$url$1" 2>"$D/run/answer.error"; }

# ── Cassandra, its agents ───────────────────────────────────────────────────────────────────────

start_cassandra() {
    local node starts=() started=''
    mkdir -p "$D/cassandra/run"
    [ -e "$D/cassandra/run/pids" ] || ln -s ../../run/pids "$D/cassandra/run/pids"
    "$repository/deploy/cassandra/create-cluster.sh" --dir "$D/cassandra" --nodes "$nodes" \
        --name 'Test Cluster'
    network=$(cat "$D/cassandra/network")
    for ((node = 1; node <= nodes; node++)); do
        if ! running "cassandra-$node"; then
            say "starting Cassandra node $node at $network.$node"
            started=yes
        fi
        "$D/cassandra/bin/$node/start" </dev/null >>"$D/log/cassandra-$node.log" 2>&1 &
        starts+=($!)
        # The first is the seed, with which the others make the ring.
        [ $node != 1 ] || wait $! || fail "Cassandra node 1: see $D/log/cassandra-1.log"
    done
    for ((node = 2; node <= nodes; node++)); do
        wait "${starts[node - 1]}" || fail "Cassandra node $node: see $D/log/cassandra-$node.log"
    done
    [ -n "$started" ] || return 0
    # A node that was started again is not yet believed to be up by the others.
    for ((node = 1; node <= nodes; node++)); do
        wait_for "node $node to see the others" 60 sees_all_nodes "$node"
    done
}

sees_all_nodes() { # node
    "$D/cassandra/bin/$1/nodetool" status >"$D/run/status-$1" 2>>"$D/log/cassandra-$1.log" \
        && [ "$(grep -c '^UN ' "$D/run/status-$1")" = "$nodes" ]
}

register_cluster() {
    if [ ! -s "$D/etc/cluster.id" ]; then
        say 'telling the API of the cluster'
        jq -n --arg seed "$network.1" \
            '{cassandra: {seed_hosts: $seed, cluster_name: "Test Cluster"}}' \
            | curl -sS --fail-with-body -H 'Content-Type: application/json' -d @- \
                "$url/cluster-configs" >"$D/etc/cluster.answer" \
            || fail "POST /cluster-configs: $(cat "$D/etc/cluster.answer")"
        jq -re 'if type == "string" then . else .id end' "$D/etc/cluster.answer" \
            >"$D/etc/cluster.id.new" || fail "no cluster id: $(cat "$D/etc/cluster.answer")"
        mv "$D/etc/cluster.id.new" "$D/etc/cluster.id"
    fi
    cluster=$(cat "$D/etc/cluster.id")
}

# The first of a row of ports that is free, kept from then on.
agent_port() {
    local base=8461 candidate
    if [ ! -s "$D/etc/agent-port" ]; then
        while :; do
            for ((candidate = base; candidate < base + nodes; candidate++)); do
                if (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; then break; fi
            done
            [ $candidate -lt $((base + nodes)) ] || break
            base=$((base + 100))
        done
        echo $base >"$D/etc/agent-port"
    fi
    cat "$D/etc/agent-port"
}

start_agent() { # node
    local node=$1 bin=$D/cassandra/bin/$1
    mkdir -p "$D/agents/$node"
    if [ ! -s "$D/agents/$node/credentials.json" ] && ! running "agent-$node"; then
        (umask 077 && "$programs/helenusctl" agent enroll --cluster "$cluster" \
            --database "$(conninfo helenus_owner)" >"$D/etc/agent-$node.token") \
            || fail "no enrolment token for agent $node"
    fi
    cat >"$D/etc/agent-$node.yaml" <<YAML
cluster: $cluster
api: $url
enrolment_token_file: $D/etc/agent-$node.token
state_directory: $D/agents/$node
listen: 127.0.0.1:$((first_agent_port + node - 1))
pid_file: $D/run/pids/agent-$node.pid
log_level: info
roots: [$D/backups]
script_directory: $D/scripts
free_space_floor_bytes: 104857600
cassandra:
  yaml: $D/cassandra/nodes/$node/conf/cassandra.yaml
  address: $network.$node
  data_directories: [$D/cassandra/nodes/$node/data]
  nodetool: [$bin/nodetool]
  sstableloader: [$bin/sstableloader]
  cqlsh: [$bin/cqlsh]
  start: [$bin/start]
  stop: [$bin/stop]
  restart: [$bin/restart]
  cql:
    host: $network.$node
    port: 9042
YAML
    launch "agent-$node" "$programs/helenus-agent" --config "$D/etc/agent-$node.yaml"
}

all_nodes_known() {
    answers "/$cluster/nodes" && [ "$(jq 'length' "$D/run/answer")" = "$nodes" ]
}

write_env() {
    local node addresses=() data=()
    for ((node = 1; node <= nodes; node++)); do
        addresses+=("$network.$node")
        data+=("$D/cassandra/nodes/$node/data")
    done
    {
        printf 'HELENUS_URL=%q\n' "$url"
        printf "HELENUS_DATABASE_URL='%s'\n" "postgresql:///helenus?host=$D/run/postgres&user=helenus_owner"
        printf 'HELENUS_CLUSTER=%q\n' "$cluster"
        printf "HELENUS_NODES='%s'\n" "${addresses[*]}"
        printf "HELENUS_DATA_DIRS='%s'\n" "${data[*]}"
        printf 'HELENUS_PIDS=%q\n' "$D/run/pids"
        printf 'HELENUS_NODE_BIN=%q\n' "$D/cassandra/bin"
        printf 'HELENUS_CQL=%q\n' "$D/cassandra/bin/cql"
        printf 'HELENUS_LOCAL=%q\n' "$D/backups/local"
    } >"$D/env.new"
    mv "$D/env.new" "$D/env"
}

# ── Commands ────────────────────────────────────────────────────────────────────────────────────

find_programs() {
    local configuration=${HELENUS_CONFIGURATION:-release}
    if [ -n "${HELENUS_BIN:-}" ]; then
        programs=$(cd "$HELENUS_BIN" && pwd)
    else
        say "building Helenus (swift build -c $configuration)"
        (cd "$repository" && swift build -c "$configuration" </dev/null >"$D/log/build.log" 2>&1) \
            || { tail -n 30 "$D/log/build.log" >&2 && fail "the build failed; see $D/log/build.log"; }
        programs=$(cd "$repository" && swift build -c "$configuration" --show-bin-path)
    fi
    local program
    for program in helenus-api helenus-executor helenus-agent helenus-archive helenusctl; do
        [ -x "$programs/$program" ] || fail "$programs/$program is missing"
    done
}

up() {
    local node
    mkdir -p "$D"/{etc,log,backups,scripts,run/pids,run/supervisors}
    chmod a+x "$D" "$D/run"
    [ -s "$D/etc/nodes" ] || echo "$nodes" >"$D/etc/nodes"
    [ "$(cat "$D/etc/nodes")" = "$nodes" ] || fail "$D has $(cat "$D/etc/nodes") nodes, not $nodes"
    exec 8>"$D/run/up.lock"
    flock -n 8 || fail "another demo.sh works in $D"
    say "Helenus demo in $D"
    say 'installing what is missing'
    "$repository/deploy/install-dependencies.sh" 8>&-
    find_programs 8>&-
    start_cassandra 8>&- &
    local cassandra=$!
    start_postgres 8>&-
    [ -s "$D/etc/sealing.key" ] || "$programs/helenusctl" key create "$D/etc/sealing.key"
    write_settings
    launch api "$programs/helenus-api" --settings "$D/etc/api.env" 8>&-
    start_nginx 8>&-
    for node in 1 2; do
        launch "executor-$node" "$programs/helenus-executor" --settings "$D/etc/executor-$node.env" 8>&-
    done
    wait $cassandra || exit 1
    network=$(cat "$D/cassandra/network")
    wait_for "the API at $url" 30 answers /cluster-configs
    register_cluster
    first_agent_port=$(agent_port)
    for ((node = 1; node <= nodes; node++)); do start_agent "$node" 8>&-; done
    say 'waiting until every node is known'
    wait_for "the nodes at $url/$cluster/nodes" 60 all_nodes_known
    write_env
    flock -u 8
    say "ready: $url/$cluster/nodes   (settings for scripts: $D/env)"
}

tour() {
    [ -s "$D/env" ] || fail "$D is not up: run $0 up first"
    set -a
    # shellcheck source=/dev/null
    . "$D/env"
    set +a
    PYTHONDONTWRITEBYTECODE=1 "$cache/venv/bin/python" "$repository/deploy/demo/tour.py"
}

down() {
    local node left names=() cassandras=()
    [ -d "$D/run" ] || { say "nothing runs in $D" && return 0; }
    nodes=$(cat "$D/etc/nodes" 2>/dev/null || echo 0)
    for ((node = 1; node <= nodes; node++)); do
        names+=("agent-$node")
        cassandras+=("cassandra-$node")
    done
    stop_all executor-1 executor-2 ${names[@]+"${names[@]}"}
    stop_all nginx
    stop_all api
    stop_all ${cassandras[@]+"${cassandras[@]}"}
    stop_postgres
    # What is left would be a worker or a tool that outlived its parent.
    local deadline=$((SECONDS + 10))
    while left=$(left_over) && [ -n "$left" ] && [ $SECONDS -lt $deadline ]; do sleep 0.2; done
    [ -z "$left" ] || fail "still running: $left"
    say "stopped; the data stays in $D"
}

# Processes, other than this one and its parents, that run programs or files of D.
left_over() {
    local directory pid
    for directory in /proc/[0-9]*; do
        pid=${directory#/proc/}
        case $pid in "$$" | "$BASHPID" | "$PPID") continue ;; esac
        { tr '\0' ' '; } 2>/dev/null <"$directory/cmdline" \
            | grep -qE -- "(helenus-|demo.sh supervise|java |nginx|postgres).*$D(/| )" || continue
        printf '%s ' "$pid"
    done
}

verb=${1:-all}
[ $# = 0 ] || shift
D=/var/tmp/helenus-demo port=8888 nodes=3
while [ $# -gt 0 ]; do
    case $1 in
    --dir) D=${2:-} ;;
    --port) port=${2:-} ;;
    --nodes) nodes=${2:-} ;;
    *)
        [ "$verb" = supervise ] || usage
        break
        ;;
    esac
    [ $# -ge 2 ] || usage
    shift 2
done
D=$(realpath -m -- "$D")
[[ $D =~ ^/[A-Za-z0-9_./-]+$ ]] || fail "$D: only letters, digits and _ . / - may be in the path"
[ ${#D} -lt 70 ] || fail "$D: the path is too long for a socket in it"
[[ $port =~ ^[0-9]+$ && $nodes =~ ^[1-9][0-9]?$ ]] || usage
url=http://127.0.0.1:$port

case $verb in
all)
    up
    tour
    say "It stays up: $url/$(cat "$D/etc/cluster.id")/backup-activity — stop it with $0 down"
    ;;
up) up ;;
tour) tour ;;
down) down ;;
supervise) supervise "$@" ;;
*) usage ;;
esac
