#!/bin/bash
# Installs, upgrades or removes Helenus on a Debian 12 machine, from the packages that package.sh
# builds. Run again, it changes nothing that is as it should be.
#
#   install.sh server [--packages FOLDER] [--database local|other]
#   install.sh agent  [--packages FOLDER]
#   install.sh uninstall server|agent [--purge]
#
# server    API, executor and nginx. --database local (the default): PostgreSQL on this machine, with
#           the database "helenus", to which the system user helenus gets access over the socket.
#           other: a PostgreSQL elsewhere; make the database as the note at the end says.
# agent     the agent of this machine's Cassandra node; its settings are /etc/helenus/agent.yaml.
# uninstall stops and removes the programs. The database, the sealing key, the authority, backups and
#           snapshots stay, even with --purge.
set -euo pipefail

say() { printf 'install: %s\n' "$*"; }
fail() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}
usage() {
    sed -n '2,15s/^# \{0,1\}//p' "$0" >&2
    exit 64
}

has_systemd() { [ -d /run/systemd/system ]; }

install_package() { # name more…
    local file
    file=$(find "$packages" -maxdepth 1 -name "$1_*.deb" 2>/dev/null | sort -V | tail -n 1)
    [ -n "$file" ] || fail "$packages has no $1 package; deploy/package.sh builds it"
    file=$(realpath "$file")
    shift
    say "installing $(basename "$file") $*"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --reinstall \
        --allow-downgrades -o Dpkg::Options::=--force-confold "$file" "$@" </dev/null
}

# ── The database ────────────────────────────────────────────────────────────────────────────────

roles=helenus_owner,helenus_api,helenus_executor,helenus_report

as_postgres() { (cd / && runuser -u postgres -- "$@"); }

# A line at the top of a file, once; it keeps its owner and mode.
put_on_top() { # file line
    local kept
    ! grep -qxF -- "$2" "$1" || return 0
    kept=$(cat "$1")
    printf '%s\n%s\n' "$2" "$kept" >"$1"
}

# The system user helenus may be each of the roles, over the socket and without a password, and
# helenus-executor the executors' role.
permit_helenus() {
    local folder role
    folder=$(dirname "$(as_postgres psql -qAtXc 'SHOW hba_file')")
    put_on_top "$folder/pg_hba.conf" "local helenus $roles peer map=helenus"
    for role in ${roles//,/ }; do
        put_on_top "$folder/pg_ident.conf" "helenus helenus $role"
    done
    put_on_top "$folder/pg_ident.conf" 'helenus helenus-executor helenus_executor'
    as_postgres psql -qAtX -c 'SELECT pg_reload_conf()' >/dev/null
}

prepare_database() {
    if ! as_postgres psql -qAtXc 'SELECT 1' >/dev/null; then
        fail 'PostgreSQL does not answer on its socket; start it and call this again'
    fi
    [ -n "$(as_postgres psql -qAtXc "SELECT 1 FROM pg_roles WHERE rolname = 'helenus_owner'")" ] \
        || as_postgres psql -qAtXc 'CREATE ROLE helenus_owner LOGIN CREATEROLE'
    # Ids and tags are compared byte by byte, which is cheaper than by the rules of a language.
    [ -n "$(as_postgres psql -qAtXc "SELECT 1 FROM pg_database WHERE datname = 'helenus'")" ] \
        || as_postgres psql -qAtXc "CREATE DATABASE helenus OWNER helenus_owner
            ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
    as_postgres psql -qAtX helenus -c 'GRANT CREATE ON SCHEMA public TO helenus_owner'
    permit_helenus
    migrate
}

migrate() {
    (cd / && runuser -u helenus -- helenusctl migrate up \
        --database 'dbname=helenus user=helenus_owner')
}

# ── Commands ────────────────────────────────────────────────────────────────────────────────────

install_server() {
    local more=()
    [ "$database" = other ] || more=(postgresql)
    install_package helenus-server ${more[@]+"${more[@]}"}
    if [ "$database" = local ]; then
        prepare_database
    else
        say 'as the owner of the database: helenusctl migrate up --database "…";'
        say 'then name it in /etc/helenus/api.env and executor.env'
    fi
    has_systemd || { say 'no systemd here: nothing is started' && return 0; }
    systemctl enable -q helenus-api.socket helenus-api.service helenus-executor.service \
        helenus-nginx.service
    if [ "$database" = local ]; then
        systemctl start helenus-api.socket helenus-api.service helenus-executor.service \
            helenus-nginx.service
    fi
    say 'the first user, as the system user helenus: helenusctl user add NAME --role admin'
    say "    --database 'dbname=helenus user=helenus_owner'"
}

install_agent() {
    install_package helenus-agent
    say 'next: /etc/helenus/agent.yaml, then the token that "helenusctl agent enroll --cluster ID"'
    say 'prints into /etc/helenus/enrolment.token, then systemctl enable --now helenus-agent'
}

uninstall() { # server|agent
    local verb=remove
    [ -z "$purge" ] || verb=purge
    DEBIAN_FRONTEND=noninteractive apt-get "$verb" -y -qq "helenus-$1" </dev/null
}

[ "$(id -u)" = 0 ] || fail 'it must run as root'
packages=$(cd "$(dirname "$0")/.." && pwd)/.build/packages database='local' purge='' part=''
verb=${1:-}
[ $# = 0 ] || shift
if [ "$verb" = uninstall ]; then
    part=${1:-}
    [ $# = 0 ] || shift
    [ "$part" = server ] || [ "$part" = agent ] || usage
fi
while [ $# -gt 0 ]; do
    case $1 in
    --packages) packages=${2:-} && shift ;;
    --database) database=${2:-} && shift ;;
    --purge) purge=yes ;;
    *) usage ;;
    esac
    shift || usage
done
[ "$database" = local ] || [ "$database" = other ] || usage

case $verb in
server) install_server ;;
agent) install_agent ;;
uninstall) uninstall "$part" ;;
*) usage ;;
esac
