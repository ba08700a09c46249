#!/bin/bash
# Builds the Debian packages and installs them into a Debian of their own that has nothing else: what
# they need they must say or bring. There the server is installed, upgraded, asked and removed by
# install.sh, and the demonstration backs up and restores with the installed programs.
#
#   clean_root.sh [FOLDER]     where the root goes; a new one that is removed at the end by default
#
# It needs root, and network access to Debian's packages. Every process that it starts is gone when
# it ends: they live in a process namespace of their own.
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)

fail() {
    printf 'clean root: %s\n' "$*" >&2
    exit 1
}
step() { printf '%(%T)T  %s\n' -1 "$*"; }

# ── Outside ─────────────────────────────────────────────────────────────────────────────────────

make_root() {
    local mirror
    [ ! -e "$root/etc/debian_version" ] || return 0
    command -v debootstrap >/dev/null || "$repository/deploy/install-dependencies.sh"
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' | head -n 1)
    [ -n "$mirror" ] || fail 'apt knows no mirror of Debian 12 (apt-get update)'
    debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror"
    # This machine's way to the packages.
    cp -r /etc/apt/. "$root/etc/apt/"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    # As Debian's installer writes it: Java programs ask for their machine's address.
    echo "127.0.0.1 localhost $(hostname)" >"$root/etc/hosts"
    # What is installed does not start by itself.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
}

enter() {
    mkdir -p "$root/repository" "$root/root/.cache/helenus"
    mount --bind "$repository" "$root/repository"
    # The jar of Cassandra and the Python packages, so that they are not downloaded again.
    if [ -d "$cache" ]; then mount --bind "$cache" "$root/root/.cache/helenus"; fi
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/run"
    exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        /repository/Tests/Packaging/clean_root.sh --inside
}

# ── Inside ──────────────────────────────────────────────────────────────────────────────────────

packages=/repository/.build/packages

expect() { # what wanted got
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

owner() { stat -c '%U:%G %a' "$1"; }

programs_are_whole() {
    local program
    for program in helenus-api helenus-executor helenus-agent helenus-archive helenusctl; do
        if ldd "/usr/bin/$program" | grep -E 'not found|libswift|Foundation'; then
            fail "$program needs what its package does not bring"
        fi
    done
    helenusctl --help | grep -q 'Operates the Helenus backup service' || fail 'helenusctl --help'
    helenus-agent --help | grep -q 'one Cassandra node' || fail 'helenus-agent --help'
}

units_are_sound() {
    local unit
    systemd-analyze verify --man=no /lib/systemd/system/helenus-*.service
    for unit in /lib/systemd/system/helenus-{api,executor,nginx}.service; do
        systemd-analyze security --offline=true --threshold=24 --no-pager "$unit" >/dev/null \
            || fail "$unit is exposed by more than 2.4"
    done
}

rights_are_small() {
    expect 'the sealing key' 'helenus:helenus-executor 640' "$(owner /etc/helenus/sealing.key)"
    expect "the authority's key" 'helenus-executor:helenus-executor 600' \
        "$(owner /etc/helenus/ca/ca.key)"
    expect "the authority's certificate" 'root:root 644' "$(owner /etc/helenus/ca/ca.pem)"
    ! as_server test -r /etc/helenus/ca/ca.key || fail "the API may read the authority's key"
    expect 'api.env' 'root:helenus 640' "$(owner /etc/helenus/api.env)"
    expect 'executor.env' 'root:helenus-executor 640' "$(owner /etc/helenus/executor.env)"
    expect 'agent.yaml' 'root:helenus-agent 640' "$(owner /etc/helenus/agent.yaml)"
    expect 'the state of the agent' 'helenus-agent:helenus-agent 700' "$(owner /var/lib/helenus-agent)"
    expect 'the groups of the agent' 'helenus-agent cassandra' "$(id -nG helenus-agent)"
}

server() { /repository/deploy/install.sh server --packages "$packages"; }

as_server() { (cd / && runuser -u helenus -- "$@"); }

database_is_ready() {
    expect 'the migrations' "$(as_server helenusctl migrate up \
        --database 'dbname=helenus user=helenus_owner')" 'Nothing to do.'
    expect 'lines of pg_hba.conf' 1 "$(grep -c 'peer map=helenus' /etc/postgresql/15/main/pg_hba.conf)"
    expect 'lines of pg_ident.conf' 5 "$(grep -c '^helenus ' /etc/postgresql/15/main/pg_ident.conf)"
}

# As the units start them, which need a systemd that runs.
server_answers() {
    local deadline=$((SECONDS + 30)) user=root$RANDOM
    # Its group is the socket's, which systemd would give to www-data.
    install -d -o helenus -g www-data -m 2750 /run/helenus
    # shellcheck disable=SC2046
    as_server $(sed -n 's/^ExecStart=//p' /lib/systemd/system/helenus-api.service) &
    (cd / && exec runuser -u www-data -- /usr/sbin/nginx -p /var/lib/helenus-nginx -e logs/error.log \
        -c conf/nginx.conf -g 'daemon off;') &
    until curl -fsS -o /dev/null http://127.0.0.1:8888/readyz 2>/dev/null; do
        [ $SECONDS -lt $deadline ] || fail 'the installed API does not answer'
        sleep 0.2
    done
    expect 'a new server, without credentials' 401 \
        "$(curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:8888/cluster-configs)"
    echo 'correct horse battery' | as_server helenusctl user add "$user" --role admin \
        --database 'dbname=helenus user=helenus_owner'
    expect 'the clusters of a new server' '{}' "$(echo "user = \"$user:correct horse battery\"" \
        | curl -fsS -K - http://127.0.0.1:8888/cluster-configs)"
    pkill -TERM -f '^nginx: master' && pkill -TERM -x -o helenus-api
    wait
}

inside() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    step 'postgresql first: without systemd nobody starts it'
    apt-get install -y -qq --no-install-recommends postgresql procps curl >/dev/null
    [ -d /etc/postgresql/15/main ] || pg_createcluster 15 main
    pg_ctlcluster 15 main start
    step 'install.sh server, agent'
    server
    /repository/deploy/install.sh agent --packages "$packages"
    programs_are_whole
    units_are_sound
    rights_are_small
    database_is_ready
    server_answers
    step 'again, over settings that were changed'
    sed -i 's/^HELENUS_WORKERS=.*/HELENUS_WORKERS=2/' /etc/helenus/api.env
    cp /etc/helenus/sealing.key /etc/helenus/ca/ca.key /root
    server
    database_is_ready
    expect 'a changed setting' 'HELENUS_WORKERS=2' "$(grep ^HELENUS_WORKERS /etc/helenus/api.env)"
    cmp /root/sealing.key /etc/helenus/sealing.key
    cmp /root/ca.key /etc/helenus/ca/ca.key
    rights_are_small
    step 'a backup and a restore with the installed programs'
    HELENUS_BIN=/usr/bin /repository/deploy/demo.sh | tee /root/demo.log
    HELENUS_BIN=/usr/bin /repository/deploy/demo.sh down
    grep -q PASS /root/demo.log || fail 'the demonstration did not pass'
    step 'uninstall'
    /repository/deploy/install.sh uninstall agent --purge
    /repository/deploy/install.sh uninstall server --purge
    if [ -e /usr/bin/helenus-api ] || [ -e /var/lib/helenus-agent ]; then fail 'something is left'; fi
    cmp /root/sealing.key /etc/helenus/sealing.key
    cmp /root/ca.key /etc/helenus/ca/ca.key
    expect 'the database after a purge' 1 "$(cd / && runuser -u postgres -- psql -qAtXc \
        "SELECT count(*) FROM pg_database WHERE datname = 'helenus'")"
    pg_ctlcluster 15 main stop
    step 'all as it should be'
}

if [ "${1:-}" = --inside ]; then
    inside
    exit
fi
if [ "${1:-}" = --enter ]; then
    root=$2 cache=$3
    enter
fi
[ "$(id -u)" = 0 ] || fail 'it needs root'
cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}
root=${1:-}
if [ -z "$root" ]; then
    root=$(mktemp -d /var/tmp/helenus-root.XXXXXX)
    # It becomes the / of all its users.
    chmod 755 "$root"
    trap 'rm -rf --one-file-system "$root"' EXIT
fi
step 'building the packages'
"$repository/deploy/package.sh"
step "making a Debian in $root"
make_root
unshare --mount --pid --fork --kill-child "$0" --enter "$root" "$cache"
