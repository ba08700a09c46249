#!/bin/bash
# A real S3 server for tests: OpenStack Swift with its S3 API, one process per service, on loopback
# only and in one folder. It verifies signatures, checksums and conditions.
#
#   swift-server.sh FOLDER PORT ACCESS-KEY
#
# The secret key is the first line of standard input. When it serves, it prints "ready"; it serves
# until standard input ends, however that comes about, and then removes the folder. The three
# services behind it take the ports above PORT.
set -euo pipefail

folder=$1 port=$2 access_key=$3
read -r secret_key
programs=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}/venv-object-stores/bin
services=()

if [ ! -x "$programs/swift-proxy-server" ]; then
    echo "OpenStack Swift is missing: run deploy/install-dependencies.sh" >&2
    exit 1
fi

clean_up() {
    trap '' EXIT HUP INT TERM
    # They outlive a polite request, and nothing of theirs is to be kept.
    kill -KILL "${services[@]}" 2>/dev/null || true
    { wait; } 2>/dev/null
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

configure_storage() {
    cat >swift.conf <<E
[swift-hash]
swift_hash_path_prefix = tests
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = yes
E
    local kind offset=0
    for kind in account container object; do
        offset=$((offset + 1))
        "$programs/swift-ring-builder" $kind.builder create 4 1 1
        "$programs/swift-ring-builder" $kind.builder add \
            "r1z1-127.0.0.1:$((port + offset))/disk" 1
        "$programs/swift-ring-builder" $kind.builder rebalance
        # A write waits until the listing knows it, for as long as that takes.
        cat >$kind.conf <<E
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $((port + offset))
user = $(id -un)
swift_dir = $folder/etc
devices = $folder/data
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
conn_timeout = 20
node_timeout = 60
container_update_timeout = 60
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = $kind-server
[app:$kind-server]
use = egg:swift#$kind
E
    done
}

configure_proxy() {
    cat >proxy.conf <<E
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
user = $(id -un)
swift_dir = $folder/etc
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
conn_timeout = 20
node_timeout = 120
recoverable_node_timeout = 120
error_suppression_interval = 0
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$((port + 4))
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
max_upload_part_num = 10000
multi_delete_concurrency = 10
[filter:tempauth]
use = egg:swift#tempauth
user_${access_key%%:*}_${access_key#*:} = $secret_key .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
[filter:symlink]
use = egg:swift#symlink
E
}

is_ready() {
    local offset
    for offset in 1 2 3; do
        curl -s -o /dev/null --max-time 2 -X OPTIONS "http://127.0.0.1:$((port + offset))/" \
            || return 1
    done
    curl -sf -o /dev/null --max-time 2 "http://127.0.0.1:$port/healthcheck"
}

umask 077
mkdir -p "$folder/etc" "$folder/data/disk"
cd "$folder/etc"
configure_storage >/dev/null
configure_proxy
for service in account container object proxy; do
    "$programs/swift-$service-server" "$folder/etc/$service.conf" \
        >"$folder/$service.log" 2>&1 </dev/null &
    services+=($!)
done
for ((attempt = 0; attempt < 600; attempt++)); do
    ! is_ready || break
    for service in "${services[@]}"; do
        if ! kill -0 "$service" 2>/dev/null; then
            cat "$folder"/*.log >&2
            exit 1
        fi
    done
    sleep 0.1
done
echo ready
# Ends with the process that holds the other end, even if that is killed.
cat >/dev/null
