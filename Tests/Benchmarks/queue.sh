#!/bin/bash
# How many jobs a second executors do, and how soon one begins, beside other queues in PostgreSQL.
#
#   queue.sh [--quick] [--rounds N] [--verbose]
#
#   --quick         2,000 jobs, one round: for development, no result
#   HELENUS_BIN     the directory of the programs (default: .build/release)
#   HELENUS_CACHE   where the other queues are installed (default: ~/.cache/helenus)
#   TMPDIR          where it works (default: /var/tmp)
#
# One PostgreSQL of its own with fsync on, a database for each queue. 10,000 jobs that do nothing are
# put in the queue in one transaction, for which 1 or 4 processes have waited; they are held (SIGSTOP)
# until the table is analyzed, as autovacuum would do it. Measured is the time from their release until
# the end of the last job is stored and committed. In each of five rounds another queue is first.
#
# Then 300 jobs one by one, each put in the queue when a single process waits again; measured is the
# time from the commit until a line of that process says that the job begins.
#
# Compared: the real helenus-executor with its whole loop (claim by priority, fairness between clusters
# and concurrency keys, lease, dispatch, finish with the count for metrics), 32 jobs at once in a
# process as by default; the job is the probe of `helenusctl status`, which does nothing. procrastinate
# with eight jobs at once, with which it is faster than with 32, and all else as by default. pgqueuer with
# asyncpg, in batches of 10 and 100; it stores ends in batches, and only they are waited for here, where its
# own benchmark counts begins.
# pgbench: N clients that each claim one job under a lease, commit, end it, commit, and nothing else.
#
# The last lines are `ratio NAME VALUE`: our time for a job over theirs, below 1 we are faster; without
# a number at its end, the worse of 1 and 4 processes. When something cannot be measured it says FAILED
# and ends with status 1.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}
venv=$cache/benchmark-queue-venv
packages=(procrastinate==3.10.0 pgqueuer==1.6.0 asyncpg==0.32.0 psycopg==3.3.9 psycopg-binary==3.3.9)

"$here/install-packages.sh" postgresql-15 python3-venv
"$here/install-python.sh" "$venv" "${packages[@]}"
bin=${HELENUS_BIN:-$here/../../.build/release}
[ -x "$bin/helenus-executor" ] || {
    echo "queue: $bin/helenus-executor is missing: swift build -c release" >&2
    exit 1
}
PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" -m jobqueue \
    --programs "$(cd "$bin" && pwd)" "$@"
