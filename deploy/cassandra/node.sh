#!/bin/bash
# One command of one Cassandra node that create-cluster.sh laid out.
#
#   node.sh start|stop|restart|status NODE_DIRECTORY
#   node.sh nodetool|sstableloader NODE_DIRECTORY ARGUMENT…
#
# start returns when the node is up and normal, stop when its process is gone.
set -euo pipefail

verb=$1 home=$2
shift 2
# shellcheck source=/dev/null
. "$home/node.env"

java_flags=(
    --add-exports java.base/jdk.internal.misc=ALL-UNNAMED
    --add-exports java.base/jdk.internal.ref=ALL-UNNAMED
    --add-exports java.base/sun.nio.ch=ALL-UNNAMED
    --add-opens java.base/jdk.internal.ref=ALL-UNNAMED
    --add-opens java.base/sun.nio.ch=ALL-UNNAMED
    --add-opens java.base/java.lang=ALL-UNNAMED
    --add-opens java.base/java.nio=ALL-UNNAMED
    --add-opens java.base/java.io=ALL-UNNAMED
    -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto
    -Dcassandra.config="file:$home/conf/cassandra.yaml"
    -Dcassandra.ring_delay_ms=4000
)
class_path=$CASSANDRA_JAR:$home/conf

# The JVM takes the classes of an earlier run ready-made from an archive; the first run of a
# program writes it at its exit, to a name of its own, so that no reader sees half a file.
class_archive() { # program
    local archive=$CLASS_ARCHIVES/classes-$1.jsa
    if [ -s "$archive" ]; then
        echo "-XX:SharedArchiveFile=$archive"
    else
        echo "-XX:ArchiveClassesAtExit=$archive.$$"
    fi
}

keep_class_archive() { # program
    local archive=$CLASS_ARCHIVES/classes-$1.jsa
    if [ -s "$archive.$$" ]; then mv "$archive.$$" "$archive"; fi
}

pid() {
    local pid=''
    [ ! -s "$NODE_PID_FILE" ] || read -r pid <"$NODE_PID_FILE"
    # A number left over from another time may be another process's by now.
    [ -n "$pid" ] && grep -qsF -- "$home/conf" "/proc/$pid/cmdline" && echo "$pid"
}

port_open() { (exec 3<>"/dev/tcp/$NODE_ADDRESS/$1") 2>/dev/null; }

fail() {
    echo "cassandra $NODE_ADDRESS: $*" >&2
    tail -n 20 "$home/log/console.log" "$home/log/system.log" >&2 2>/dev/null || true
    exit 1
}

start() {
    if pid >/dev/null; then return 0; fi
    local deadline=$((SECONDS + 120)) port
    # Another cluster's node on this address would answer in the place of ours.
    for port in 7000 7199 9042 9160; do
        ! port_open $port || fail "address is in use by another process (port $port)"
    done
    setsid java "${java_flags[@]}" -Xms160M -Xmx256M -Xss512k \
        -cp "$home/conf:$CASSANDRA_JAR" \
        -Dcassandra-foreground=yes \
        -Dlog4j.configuration="file:$home/conf/log4j.properties" \
        -Dcom.sun.management.jmxremote.host="$NODE_ADDRESS" \
        -Dcom.sun.management.jmxremote.port=7199 \
        -Dcom.sun.management.jmxremote.rmi.port=7199 \
        -Dcom.sun.management.jmxremote.ssl=false \
        -Dcom.sun.management.jmxremote.authenticate=false \
        -Djava.rmi.server.hostname="$NODE_ADDRESS" \
        org.apache.cassandra.service.CassandraDaemon \
        </dev/null >>"$home/log/console.log" 2>&1 &
    echo $! >"$NODE_PID_FILE.new"
    mv "$NODE_PID_FILE.new" "$NODE_PID_FILE"
    # The thrift and the native port open once the node has joined the ring.
    until port_open 9160 && port_open 9042; do
        kill -0 $! 2>/dev/null || fail 'ended while it started'
        [ $SECONDS -lt $deadline ] || fail 'is not up after 120 s'
        sleep 0.2
    done
}

stop() {
    local pid deadline=$((SECONDS + 60))
    if pid=$(pid); then
        kill "$pid" 2>/dev/null || true
        while [ -e "/proc/$pid" ] && ! grep -qs '^State:.Z' "/proc/$pid/status"; do
            if [ $SECONDS -ge $deadline ]; then
                echo "cassandra $NODE_ADDRESS: did not stop in 60 s, killed" >&2
                kill -9 "$pid" 2>/dev/null || true
            fi
            sleep 0.1
        done
    fi
    rm -f "$NODE_PID_FILE"
}

run_tool() { # program, main class, its arguments
    local program=$1 status=0
    shift
    java "${java_flags[@]}" "$(class_archive "$program")" -Xlog:disable -Xmx128M \
        -cp "$class_path" -Dlog4j.configuration="file:$home/conf/log4j-tools.properties" \
        "$@" || status=$?
    keep_class_archive "$program"
    return $status
}

case $verb in
start) start ;;
stop) stop ;;
restart) stop && start ;;
status) pid >/dev/null && port_open 9042 ;;
nodetool) run_tool nodetool org.apache.cassandra.tools.NodeCmd -h "$NODE_ADDRESS" -p 7199 "$@" ;;
sstableloader) run_tool sstableloader org.apache.cassandra.tools.BulkLoader "$@" ;;
*) echo "node.sh: unknown command $verb" >&2 && exit 64 ;;
esac
