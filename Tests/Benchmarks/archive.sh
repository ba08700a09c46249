#!/bin/bash
# What archiving its commitlogs costs a Cassandra node, and whether shipping keeps up with it.
#
#   archive.sh [--seconds N] [--rounds N] [--blob BYTES]
#
#   HELENUS_BIN   the directory of the programs (default: .build/release)
#   TMPDIR        where it works (default: /var/tmp)
#
# A demo of one real node, with segments of 1 MB, is written to as fast as this machine does, with
# archiving off and on in turns; on, segments go to a local destination and stay on the node as well
# (OPSC_ON_SERVER), so each is read three times and written three times on the disk that Cassandra
# writes to: more than a node with a disk of its own for commitlogs would notice.
#
# The last lines are `ratio NAME VALUE`: archive_write_cost, the median rate of writes with archiving
# off over that with it on (1 costs nothing); archive_lag_vs_60s, the longest time from the last write
# until all segments were shipped, over a minute.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export HELENUS_BIN=${HELENUS_BIN:-$here/../../.build/release}
python=${HELENUS_CACHE:-$HOME/.cache/helenus}/venv/bin/python
[ -x "$HELENUS_BIN/helenus-archive" ] || {
    echo "archive: $HELENUS_BIN/helenus-archive is missing: swift build -c release" >&2
    exit 1
}
directory=$(mktemp -d "${TMPDIR:-/var/tmp}/archive.XXXXXX")
chmod 755 "$directory"
end() {
    "$here/../../deploy/demo.sh" down --dir "$directory" >"$directory/down.log" 2>&1 || cat "$directory/down.log"
    rm -rf "$directory"
}
trap end EXIT
port=$((20000 + RANDOM % 10000))
"$here/../../deploy/demo.sh" up --dir "$directory" --port $port --nodes 1
PYTHONPATH=$here:$here/../../deploy/demo PYTHONDONTWRITEBYTECODE=1 \
    "$python" -m archive --directory "$directory" "$@"
