#!/bin/bash
# Makes a Python environment of the system's Python with these packages, unless it is there already.
#
#   install-python.sh FOLDER PACKAGE==VERSION…
set -euo pipefail

venv=$1
shift
[ "$(cat "$venv/helenus-packages" 2>/dev/null)" != "$*" ] || exit 0
echo "benchmark: installing $* in $venv" >&2
mkdir -p "$(dirname "$venv")"
/usr/bin/python3 -m venv --clear "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check "$@" >&2
printf '%s\n' "$*" >"$venv/helenus-packages"
