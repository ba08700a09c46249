#!/bin/bash
# Makes, or brings up to date, the folder that nginx runs in:
#
#   lay-out.sh PREFIX [--listen ADDRESS:PORT] [--socket PATH] [--user USER[:GROUP]] [--pid PATH]
#
# It links nginx.conf, conf.d and snippets there, and writes process.conf, listen.conf and
# upstream.conf: anew where an option says what they hold, else only if they are missing.
# Afterwards: nginx -p PREFIX -c nginx.conf -e logs/error.log
set -euo pipefail

fail() {
    printf 'lay-out: %s\n' "$*" >&2
    exit 2
}

source_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] || fail "which folder? lay-out.sh PREFIX [--listen …] [--socket …] [--user …] [--pid …]"
prefix=$1
shift
listen='' socket='' user='' pid=''
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $2 in
    *[\;\{\}\'\"[:space:]]* | '') fail "not a value that can stand in nginx's configuration: '$2'" ;;
    esac
    case $1 in
    --listen) listen=$2 ;;
    --socket) socket=$2 ;;
    --user) user=$2 ;;
    --pid) pid=$2 ;;
    *) fail "unknown option $1" ;;
    esac
    shift 2
done

mkdir -p "$prefix/logs" "$prefix/temp"
chmod 755 "$prefix/temp"
for name in nginx.conf conf.d snippets; do
    ln -sfn "$source_folder/$name" "$prefix/$name"
done

# Without root, nginx keeps the account that it was started with, and warns of a user directive.
if [ -n "$user$pid" ] || [ ! -e "$prefix/process.conf" ]; then
    {
        if [ "$(id -u)" = 0 ]; then
            account=${user:-$(id -un):$(id -gn)}
            printf 'user %s;\n' "${account/:/ }"
        fi
        printf 'pid %s;\n' "${pid:-nginx.pid}"
    } >"$prefix/process.conf"
fi
if [ -n "$listen" ] || [ ! -e "$prefix/listen.conf" ]; then
    printf 'listen %s;\n' "${listen:-127.0.0.1:8888}" >"$prefix/listen.conf"
fi
if [ -n "$socket" ] || [ ! -e "$prefix/upstream.conf" ]; then
    printf 'server unix:%s;\n' "${socket:-/run/helenus/api.sock}" >"$prefix/upstream.conf"
fi
