#!/bin/bash
# How many requests a second the API answers, beside other ways of answering them in the same run.
#
#   api.sh [--quick] [--rounds N] [--huge] [--verbose]
#
#   --quick         100,000 events, one short round: for development, no result
#   --huge          at the end 10,000,000 events, for the growth only; half an hour more, 20 GB
#   HELENUS_BIN     the directory of the programs (default: .build/release)
#   HELENUS_CACHE   where psycopg is installed (default: ~/.cache/helenus)
#   TMPDIR          where it works (default: /var/tmp); about 4 GB
#
# 1,000,000 finished events over 20 clusters in a PostgreSQL of its own with fsync on. One nginx with the
# project's settings stands before all servers; each has four workers with one connection, and generic
# plans as ours. `wrk -t1 -c32` asks them in turns, in another order in each of five rounds, with an API
# token, about the clusters in turns: GET backup-activity (100 events), GET backups/destinations, POST
# backups/run (two keyspaces to a destination; an executor seems to wait, so every run
# notifies; what it wrote is taken away before the next server; three times as many shorter rounds, since
# what others do on a shared machine comes and goes).
#
# Ours is measured twice: as it is, and as `uncached`, where it may keep no pages (HELENUS_PAGE_CACHE=0) and
# reads every one. Nothing changes the lists meanwhile, so that ours never finds a page that does not hold any
# more; it asks each time. The growth is that of `uncached`.
#
# Compared: a minimal SCGI worker in C with libpq (api/reference.c), for backup-activity in three ways:
# JSON written from plain rows, json_agg, and the documents that our schema keeps of finished events;
# php-fpm with pgsql; uWSGI with psycopg; pgbench -M prepared with the C worker's statements, 4 clients,
# without any server. All of them hash the token and identify the caller in the database, look up the
# role, set the permitted clusters in a transaction (row-level security), refuse unknown destinations
# and keyspaces, and write all the rows of a run with its line in the audit log: the request, its backup,
# two copies, two events and the job. That the rows are there is checked after each run.
#
# What only ours does: it counts requests per cluster and minute, and for GET /metrics; looks at every
# route; reads the filters of a query (the others' statements of activity have none); answers errors with
# their cause; checks more of a body; writes the line in the audit log when a call fails. The C worker,
# php and uWSGI leave the body of a run to PostgreSQL to read and need fewer statements for it. PHP's
# persistent connections send RESET ALL with every request, which cannot be turned off. Ours sends a
# whole call in one message, with the statement that looks for the caller; the others send each statement
# by itself, as their libraries do it.
#
# Beside the rates stand microseconds of processors for a request, of the workers and of PostgreSQL: they
# say more than the rates where the machine is shared.
#
# The last lines are `ratio NAME VALUE`: our median time for a request over theirs, below 1 we are
# faster. `activity_vs_c` is against the fastest of the three C workers. When something cannot be
# measured it says FAILED and ends with status 1.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${HELENUS_CACHE:-${HOME:-/root}/.cache/helenus}
venv=$cache/benchmark-api-venv
packages=(psycopg==3.3.9 psycopg-binary==3.3.9)

"$here/install-packages.sh" wrk nginx-light php-fpm php-pgsql uwsgi-core uwsgi-plugin-python3 \
    postgresql-15 libpq-dev libssl-dev gcc libc6-dev python3-venv
# Of the system's Python, which is that of uWSGI's plugin.
"$here/install-python.sh" "$venv" "${packages[@]}"
bin=${HELENUS_BIN:-$here/../../.build/release}
[ -x "$bin/helenus-api" ] || {
    echo "api: $bin/helenus-api is missing: swift build -c release" >&2
    exit 1
}
BENCHMARK_VENV=$venv PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" -m api \
    --programs "$(cd "$bin" && pwd)" "$@"
