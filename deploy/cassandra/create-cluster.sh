#!/bin/bash
# Lays out the nodes of a real Apache Cassandra 1.2 cluster on loopback addresses, for the demo
# and the tests. Nothing is started, and what a node already holds is kept.
#
#   create-cluster.sh --dir D [--nodes 3] [--network auto] [--name 'Helenus Demo']
#
# Node N listens on NETWORK.N, for example 127.0.1.N. "auto" keeps the network that D already has,
# or takes the first of 127.0.1 … 127.0.99 on which nothing listens: several clusters can run on
# one machine, each on its own. Written below D:
#   network          the network
#   nodes/N/         conf, data, commitlog, saved_caches, log
#   bin/N/           nodetool, sstableloader, cqlsh, start, stop, restart, status
#   bin/cql          one CQL statement as argument, its rows as JSON lines
#   run/pids/        cassandra-N.pid, as long as node N runs
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
directory='' nodes=3 network=auto name='Helenus Demo'
while [ $# -gt 0 ]; do
    case $1 in
    --dir) directory=$2 ;;
    --nodes) nodes=$2 ;;
    --network) network=$2 ;;
    --name) name=$2 ;;
    *) echo "create-cluster.sh: unknown argument $1" >&2 && exit 64 ;;
    esac
    shift 2
done
[ -n "$directory" ] || { echo 'create-cluster.sh: --dir is missing' >&2 && exit 64; }
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}

# The storage port is always 7000: sstableloader knows no other.
in_use() { (exec 3<>"/dev/tcp/$1/7000") 2>/dev/null; }

if [ -s "$directory/network" ]; then
    [ "$network" = auto ] || [ "$network" = "$(cat "$directory/network")" ] \
        || { echo "create-cluster.sh: $directory is on $(cat "$directory/network")" >&2 && exit 64; }
    network=$(cat "$directory/network")
elif [ "$network" = auto ]; then
    for ((third = 1; third < 100; third++)); do
        network=127.0.$third
        in_use "$network.1" || in_use "$network.2" || break
    done
fi
echo "$network" >"$directory/network"

write_yaml() { # node
    local home=$directory/nodes/$1
    cat <<YAML
cluster_name: '$name'
num_tokens: 8
auto_bootstrap: false
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
data_file_directories:
    - $home/data
commitlog_directory: $home/commitlog
saved_caches_directory: $home/saved_caches
disk_failure_policy: stop
hinted_handoff_enabled: true
commitlog_sync: periodic
commitlog_sync_period_in_ms: 1000
commitlog_segment_size_in_mb: 1
seed_provider:
    - class_name: org.apache.cassandra.locator.SimpleSeedProvider
      parameters:
          - seeds: "$network.1"
storage_port: 7000
ssl_storage_port: 7001
listen_address: $network.$1
rpc_address: $network.$1
start_rpc: true
rpc_port: 9160
rpc_server_type: sync
rpc_keepalive: true
thrift_framed_transport_size_in_mb: 15
thrift_max_message_length_in_mb: 16
start_native_transport: true
native_transport_port: 9042
incremental_backups: false
snapshot_before_compaction: false
auto_snapshot: false
column_index_size_in_kb: 64
in_memory_compaction_limit_in_mb: 16
compaction_throughput_mb_per_sec: 0
key_cache_size_in_mb: 4
row_cache_size_in_mb: 0
memtable_total_space_in_mb: 64
concurrent_reads: 8
concurrent_writes: 8
memtable_flush_writers: 1
memtable_flush_queue_size: 4
read_request_timeout_in_ms: 20000
range_request_timeout_in_ms: 20000
write_request_timeout_in_ms: 20000
truncate_request_timeout_in_ms: 60000
request_timeout_in_ms: 20000
endpoint_snitch: SimpleSnitch
request_scheduler: org.apache.cassandra.scheduler.NoScheduler
index_interval: 128
YAML
}

write_log4j() { # log file, level
    cat <<LOG4J
log4j.rootLogger=$2,R
log4j.appender.R=org.apache.log4j.RollingFileAppender
log4j.appender.R.maxFileSize=20MB
log4j.appender.R.maxBackupIndex=5
log4j.appender.R.layout=org.apache.log4j.PatternLayout
log4j.appender.R.layout.ConversionPattern=%5p [%t] %d{ISO8601} %F (line %L) %m%n
log4j.appender.R.File=$1
LOG4J
}

write_command() { # file, command line
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod 755 "$1"
}

for ((node = 1; node <= nodes; node++)); do
    home=$directory/nodes/$node bin=$directory/bin/$node
    mkdir -p "$home"/{conf,data,commitlog,saved_caches,log} "$bin" "$directory/run/pids"
    [ -e "$home/conf/cassandra.yaml" ] || write_yaml "$node" >"$home/conf/cassandra.yaml"
    write_log4j "$home/log/system.log" INFO >"$home/conf/log4j.properties"
    write_log4j "$home/log/tools.log" WARN >"$home/conf/log4j-tools.properties"
    [ -e "$home/conf/commitlog_archiving.properties" ] \
        || printf '%s=\n' archive_command restore_command restore_directories \
            restore_point_in_time >"$home/conf/commitlog_archiving.properties"
    {
        printf 'NODE_ADDRESS=%q\n' "$network.$node"
        printf 'NODE_PID_FILE=%q\n' "$directory/run/pids/cassandra-$node.pid"
        printf 'CASSANDRA_JAR=%q\n' "$cache/cassandra-1.2.0.jar"
        printf 'CLASS_ARCHIVES=%q\n' "$cache"
        printf 'PYTHON=%q\n' "$cache/venv/bin/python"
    } >"$home/node.env"
    for verb in start stop restart status nodetool sstableloader; do
        write_command "$bin/$verb" "exec ${here@Q}/node.sh $verb ${home@Q} \"\$@\""
    done
    write_command "$bin/cqlsh" \
        "exec ${cache@Q}/venv/bin/python ${here@Q}/cqlsh.py --default-host $network.$node \"\$@\""
done
write_command "$directory/bin/cql" \
    "exec ${cache@Q}/venv/bin/python ${here@Q}/cql.py $(seq -f "$network.%g" -s , "$nodes") \"\$@\""
