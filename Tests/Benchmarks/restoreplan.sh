#!/bin/bash
# How the plan of a restore and its staging grow with the number of files in the manifest.
#
#   restoreplan.sh [--rounds N] [--quick]
#
#   --quick       1,000 and 10,000 entries only: for development, no result
#   HELENUS_BIN   the directory of the program helenus-agent (default: .build/release)
#   TMPDIR        where it works (default: /var/tmp)
#
# One real agent is driven over HTTP as executors drive it: InspectRestore, which reads the manifest
# and compares the schema, and Stage, which brings every file and checks its hash. The files hold
# a few bytes each, so that what is measured is the work for each entry and not for each byte;
# their objects are links to one, because how many bytes lie there changes nothing.
# nodetool and cqlsh are stand-ins that answer at once.
#
# The last lines are `ratio NAME VALUE`: time for 100,000 entries over ten times the time for 10,000
# (1 is linear), and peak memory for 100,000 over that for 1,000 (1 is flat).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
bin=${HELENUS_BIN:-$here/../../.build/release}
[ -x "$bin/helenus-agent" ] || {
    echo "restoreplan: $bin/helenus-agent is missing: swift build -c release" >&2
    exit 1
}
PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 exec python3 -m restoreplan \
    --agent "$bin/helenus-agent" "$@"
