#!/bin/bash
# Every check of the project, one by one: formatting, scripts, build, tests with a real PostgreSQL,
# configurations, documentation, and the end-to-end tests on a real Cassandra cluster.
#
#   check.sh [--full]     --full: the slow end-to-end tests too, ten minutes of chaos instead of one,
#                         and the packages in a clean Debian
#
# A check that cannot run has failed. The last line is "N passed, M failed", with ", K skipped" if
# any were; the exit status is 1 if any failed. Everything that was started is stopped at the end.
set -uo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
cd "$repository" || exit 1
export CI=true HELENUS_FULL=''
[ "${1:-}" != --full ] || HELENUS_FULL=yes
cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}
postgres_programs=/usr/lib/postgresql/15/bin
passed=0 failed=0 skipped=0

umask 022
work=$(mktemp -d /var/tmp/helenus-check.XXXXXX)
chmod 755 "$work"
export TMPDIR=$work

clean_up() {
    trap '' INT TERM
    local demo
    for demo in "$work"/demo.*; do
        [ ! -d "$demo" ] || deploy/demo.sh down --dir "$demo" >/dev/null 2>&1
    done
    [ ! -s "$work/postgres/postmaster.pid" ] || as_postgres "$postgres_programs/pg_ctl" stop \
        -s -m immediate -D "$work/postgres" >/dev/null 2>&1
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

as_postgres() {
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

count() { # passed failed skipped
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + ${3:-0}))
}

# Runs one check and counts it: its output is shown only if it fails.
check() { # title command…
    local title=$1 log=$work/check.log started=$SECONDS
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        count 1 0
        printf 'ok      %s (%d s)\n' "$title" $((SECONDS - started))
    else
        count 0 1
        printf 'FAILED  %s (%d s)\n' "$title" $((SECONDS - started))
        tail -n 60 "$log" | sed 's/^/        /'
        return 1
    fi
}

# Runs many tests and counts each; count_of reads the log and prints "passed failed skipped".
suite() { # title count_of command…
    local title=$1 count_of=$2 log=$work/suite.log started=$SECONDS status=0 counts
    shift 2
    "$@" >"$log" 2>&1 </dev/null || status=$?
    read -r -a counts <<<"$("$count_of" "$log")"
    # Nothing ran, or it ended badly without naming a test: that counts as one.
    if [ $((counts[0] + counts[1])) = 0 ] || { [ $status != 0 ] && [ "${counts[1]}" = 0 ]; }; then
        counts[1]=$((counts[1] + 1))
    fi
    count "${counts[@]}"
    if [ "${counts[1]}" = 0 ]; then
        printf 'ok      %s: %d passed, %d skipped (%d s)\n' "$title" "${counts[0]}" "${counts[2]}" \
            $((SECONDS - started))
    else
        printf 'FAILED  %s: %d passed, %d failed (%d s)\n' "$title" "${counts[0]}" "${counts[1]}" \
            $((SECONDS - started))
        grep -E '(✘|^not ok|^E  |error:)' "$log" | head -n 40 | cut -c 1-300 | sed 's/^/        /'
        tail -n 60 "$log" | cut -c 1-300 | sed 's/^/        /'
        # Last, where whoever sees only the end of the output looks: each by its name.
        grep -E '^(FAILED|ERROR) |✘ Test .* failed after|^not ok' "$log" | cut -c 1-300 \
            | sed 's/^/        /'
        return 1
    fi
}

# ── Scripts and configurations ──────────────────────────────────────────────────────────────────

shell_scripts() {
    find . -name .build -prune -o \( -name '*.sh' -o -path './.ci/run' \) -type f -print0 \
        | xargs -0 shellcheck
}

nginx_configuration() {
    local prefix=$work/nginx part
    mkdir -p "$prefix"/{conf,logs,temp} || return 1
    for part in nginx.conf conf.d snippets; do
        ln -sfn "$repository/nginx/$part" "$prefix/conf/$part" || return 1
    done
    echo 'listen 127.0.0.1:8888;' >"$prefix/conf/listen.conf"
    echo "server unix:$prefix/api.sock max_fails=0;" >"$prefix/conf/upstream.conf"
    PATH=$PATH:/usr/sbin nginx -t -p "$prefix" -e logs/error.log -c "$prefix/conf/nginx.conf"
}

alert_rules() {
    promtool check rules deploy/monitoring/helenus.rules.yml \
        && promtool test rules Tests/Monitoring/alerts.yml
}

# The programs lie where the units say only on an installed machine.
unit_files() {
    local unit status=0 out
    mkdir -p "$work/units"
    for unit in deploy/systemd/*; do
        sed -E 's#^(Exec[A-Za-z]+=[-+!@:]*)/[^ ]+#\1/bin/true#' "$unit" \
            >"$work/units/$(basename "$unit")"
    done
    out=$(SYSTEMD_UNIT_PATH=$work/units: systemd-analyze verify --man=no "$work"/units/*.service 2>&1) \
        || status=1
    # Without systemd as process 1 some notes are about this machine, not about the units.
    if grep -F "$work/units" <<<"$out" || [ $status != 0 ]; then
        echo "$out"
        return 1
    fi
}

# Every key that a program reads is explained in its example of settings.
example_settings() {
    local bad=0
    explained api.env.example < <(
        grep -ohE 'HELENUS_[A-Z_]+[A-Z]' Sources/helenus-api/APIProcessSettings.swift) || bad=1
    explained executor.env.example < <(grep -ohE '"helenus(\.[a-z]+)+"' \
        Sources/helenus-executor/*.swift | tr -d '"' | tr 'a-z.' 'A-Z_') || bad=1
    explained agent.yaml.example < <(agent_keys) || bad=1
    return $bad
}

explained() { # example <keys
    local key bad=0
    while read -r key; do
        grep -qE "^[# ]*${key}[=:]" "deploy/etc/$1" || { echo "$1: $key is missing" && bad=1; }
    done
    return $bad
}

# The names in the CodingKeys of the agent's configuration: `case a, b` and `case c = "d"`.
agent_keys() {
    awk '/enum CodingKeys/ { inside = 1; next } /}/ { inside = 0 } inside && sub(/^ *case /, "")' \
        Sources/NodeAgent/Service/AgentConfiguration.swift \
        | sed -E 's/.*= "([^"]+)".*/\1/' | tr ',' '\n'
}

# Every decision is linked from the landing page, and README.md's relative links lead somewhere.
documentation() {
    local catalogue=Sources/Documentation.docc landing file name link bad=0
    landing=$(grep -lE '^# ' "$catalogue"/*.md 2>/dev/null | head -n 1)
    if [ -z "$landing" ]; then
        echo "$catalogue has no landing page"
        return 1
    fi
    while IFS= read -r file; do
        name=$(basename "$file" .md)
        grep -qhF "<doc:$name>" "$catalogue"/*.md || { echo "$file: not linked" && bad=1; }
    done < <(find "$catalogue/Decisions" -name '*.md' | sort)
    [ -s README.md ] || { echo 'README.md is missing' && return 1; }
    while IFS= read -r link; do
        [ -e "${link%%#*}" ] || { echo "README.md: $link leads nowhere" && bad=1; }
    done < <(grep -oE '\]\([^)]+\)' README.md | sed 's/^](//; s/)$//' \
        | grep -vE '^(https?:|mailto:|#)')
    return $bad
}

# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────

database() { echo "host=$work/socket user=${2:-postgres} dbname=$1"; }

start_postgres() {
    mkdir -p "$work/postgres" "$work/socket" && chmod 700 "$work/postgres" "$work/socket" || return 1
    [ "$(id -u)" != 0 ] || chown postgres: "$work/postgres" "$work/socket" || return 1
    as_postgres "$postgres_programs/initdb" -D "$work/postgres" -U postgres -E UTF8 \
        --locale=C.UTF-8 --auth=trust --no-sync || return 1
    as_postgres tee -a "$work/postgres/postgresql.conf" >/dev/null <<CONF || return 1
listen_addresses = ''
unix_socket_directories = '$work/socket'
max_connections = 300
fsync = off
CONF
    as_postgres "$postgres_programs/pg_ctl" start -s -w -D "$work/postgres" \
        -l "$work/postgres/server.log"
}

run_sql() { "$postgres_programs/psql" -qAtX -v ON_ERROR_STOP=1 "$@"; }

fresh_database() { # name
    if [ -z "$(run_sql "$(database postgres)" -c \
        "SELECT 1 FROM pg_roles WHERE rolname = 'helenus_owner'")" ]; then
        run_sql "$(database postgres)" -c 'CREATE ROLE helenus_owner LOGIN CREATEROLE' || return 1
    fi
    run_sql "$(database postgres)" -c "CREATE DATABASE $1 OWNER helenus_owner" || return 1
    run_sql "$(database "$1")" -c 'GRANT CREATE ON SCHEMA public TO helenus_owner' || return 1
    .build/release/helenusctl migrate up --database "$(database "$1" helenus_owner)"
}

migrations_up_and_down() {
    local owner left
    owner=$(database helenus_steps helenus_owner)
    fresh_database helenus_steps || return 1
    for ((left = 100; left > 0; left--)); do
        [ -n "$(.build/release/helenusctl migrate status --database "$owner")" ] || break
        .build/release/helenusctl migrate down --database "$owner" || return 1
    done
    [ $left -gt 0 ] || { echo 'migrate down does not come to an end' && return 1; }
    .build/release/helenusctl migrate up --database "$owner"
}

sql_tests() {
    local file status=0
    fresh_database helenus_sql || return 1
    run_sql "$(database helenus_sql)" -c 'CREATE EXTENSION IF NOT EXISTS pgtap' || return 1
    for file in Tests/SQLTests/*.sql; do
        echo "# $file"
        run_sql "$(database helenus_sql)" -f "$file" || {
            echo "not ok - $file ended with an error"
            status=1
        }
    done
    return $status
}

count_tap() {
    echo "$(grep -cE '^ok ' "$1") $(grep -cE '^not ok' "$1") $(grep -cE '^ok .*# SKIP' "$1")" \
        | awk '{ print $1 - $3, $2, $3 }'
}

# ── Swift and Python ────────────────────────────────────────────────────────────────────────────

# A parametrised test counts once; a line "✘ Test … failed" for each that failed.
count_swift() {
    local total bad missed
    total=$(sed -nE 's/.*Test run with ([0-9]+) tests?.*/\1/p' "$1" | awk '{ n += $1 } END { print n + 0 }')
    bad=$(grep -cE '^✘ Test .* failed after' "$1")
    missed=$(grep -cE '^(➜|⏭|⇢).* skipped|[Ss]kipped: ' "$1")
    # A run that failed says so even where no test is named.
    if [ "$bad" = 0 ] && grep -qE '✘ Test run with .* failed' "$1"; then bad=1; fi
    [ $((total - bad - missed)) -ge 0 ] || missed=0
    echo "$((total - bad - missed)) $bad $missed"
}

count_python() {
    local line=' '
    line+=$(grep -E '^=+ .*(passed|failed|error|skipped).* in ' "$1" | tail -n 1)
    number() { sed -nE "s/.*[ ,]([0-9]+) $1.*/\1/p" <<<"$line" | grep . || echo 0; }
    echo "$(number passed) $(($(number failed) + $(number 'errors?'))) $(number skipped)"
}

end_to_end() {
    HELENUS_BIN=$(swift build -c release --show-bin-path) PYTHONDONTWRITEBYTECODE=1 \
        "$cache/venv/bin/python" -m pytest -p no:cacheprovider -q -rsfE --tb=short \
        -o console_output_style=count --color=no -vv Tests/EndToEndTests
}

# For a minute, with --full for ten. The seed repeats what is done, and what is done to whom. What it
# mounts is gone with it.
chaos() {
    HELENUS_BIN=$(swift build -c release --show-bin-path) PYTHONDONTWRITEBYTECODE=1 \
        HELENUS_CHAOS_SEED=$chaos_seed \
        unshare --mount "$cache/venv/bin/python" -m pytest -p no:cacheprovider -q -rsfE --tb=short \
        -o console_output_style=count --color=no -vv Tests/Chaos
}

# ── All of it ───────────────────────────────────────────────────────────────────────────────────

check 'install dependencies' deploy/install-dependencies.sh
check 'swift format' swift format lint --strict -r Sources Tests Package.swift
check 'shellcheck' shell_scripts
if check 'swift build' swift build -c release --build-tests \
    --explicit-target-dependency-import-check error; then
    check 'PostgreSQL starts' start_postgres
    HELENUS_TEST_DATABASE=$(database postgres)
    export HELENUS_TEST_DATABASE
    # All at once they would starve those that wait for a server of their own.
    SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8 \
        suite 'swift test' count_swift swift test -c release --skip-build
    check 'migrations up and down' migrations_up_and_down
    if compgen -G 'Tests/SQLTests/*.sql' >/dev/null; then
        suite 'SQL tests' count_tap sql_tests
    fi
fi
check 'nginx configuration' nginx_configuration
if [ -d deploy/systemd ]; then check 'unit files' unit_files; fi
check 'alert rules' alert_rules
check 'example settings' example_settings
check 'documentation' documentation
suite 'end to end' count_python end_to_end
# The same for everybody's change; a full run looks for what nobody has seen yet.
chaos_seed=${HELENUS_CHAOS_SEED:-$([ -n "$HELENUS_FULL" ] && echo "$SRANDOM" || echo 3)}
suite "chaos with the seed $chaos_seed" count_python chaos
if [ -n "$HELENUS_FULL" ]; then check 'packages in a clean Debian' Tests/Packaging/clean_root.sh; fi

if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed = 0 ]
