# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# What every part of the lab shares: names, folders, namespaces, daemons and waiting.
#
# LAB        name of the lab                       RUN   its run folder
# LAB_HOME   this folder (also visible, at the same path, inside every host)
# Inside a host a daemon NAME has DIR/pid/NAME.pid (its pid there), DIR/log/NAME.log and
# DIR/daemon/NAME (how it was started); the daemons' names are mariadbd, sshd, kamailio, web.

set -euo pipefail
shopt -s inherit_errexit

LAB=${LAB:-nocdesk}
LAB_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck disable=SC2034
DATA_ROOT=/var/lib/nocdesk-lab CACHE=/var/cache/nocdesk-lab
RUN_ROOT=/run/nocdesk-lab
RUN=$RUN_ROOT/$LAB
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
DAEMON_TOOL=/usr/local/libexec/lab-daemon

# shellcheck disable=SC2034
OPS_ADDR=198.18.0.2 NETS=(ops net callers carriers scan)

export LAB LAB_HOME RUN PATH LC_ALL=C.UTF-8
unset BASH_ENV ENV CDPATH

say() { printf '%s\n' "$*" >&2; }

die() {
    say "lab: $*"
    exit 1
}

usage_error() {
    say "lab: $*"
    exit 2
}

[[ $LAB =~ ^[a-z0-9-]{1,16}$ ]] || usage_error "LAB='$LAB' is not a name: 1 to 16 of a-z, 0-9 and -"

# ---- processes of the machine -------------------------------------------------------------

# start time of a process in clock ticks since boot: with the pid it names one process for ever
process_start() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [ "$1" != Z ] || return 1
    echo "${20}"
}

process_is() {
    local pid=${1:-} start=${2:-}
    [ -n "$pid" ] && [ -n "$start" ] && [ "$(process_start "$pid")" = "$start" ]
}

# wait_until SECONDS CMD…: runs CMD until it succeeds; 1 when the time is over
wait_until() {
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.02
    done
}

# ---- plain network namespaces -------------------------------------------------------------

ns_path() { echo "/run/netns/$LAB-$1"; }

ns_exists() { [ -e "/run/netns/$LAB-$1" ]; }

# ns_exec NAME CMD…: NAME is ops, net, callers, carriers, scan or swN
ns_exec() {
    local name=$1
    shift
    nsenter "--net=/run/netns/$LAB-$name" -- "$@"
}

# ns_start NAME PART CMD…: a background process in a network namespace, in a session of its own;
# output in RUN/ns/NAME-PART.log
ns_start() {
    local base=$RUN/ns/$1-$2 name=$1
    shift 2
    mkdir -p "$RUN/ns"
    rm -f "$base.pid"
    setsid nsenter "--net=/run/netns/$LAB-$name" -- "$LAB_HOME/inside/record" "$base" "$@" \
        </dev/null >>"$base.log" 2>&1 9>&- &
    disown
    wait_until 5 test -s "$base.pid" || die "$name: $1 did not start, see $base.log"
}

# ns_pid NAME PART: its pid on the machine, if it runs
ns_pid() {
    local pid start
    { read -r pid start <"$RUN/ns/$1-$2.pid"; } 2>/dev/null || return 1
    process_is "$pid" "$start" || return 1
    echo "$pid"
}

# ns_stop NAME PART: ends it with all of its session: TERM, after 2 s KILL
ns_stop() {
    local pid
    if pid=$(ns_pid "$1" "$2"); then
        pkill -TERM -s "$pid" || true
        wait_until 2 ns_session_over "$pid" || pkill -KILL -s "$pid" || true
    fi
    rm -f "$RUN/ns/$1-$2.pid"
}

ns_session_over() { ! pgrep -s "$1" -r R,S,D,T >/dev/null; }

# ---- hosts --------------------------------------------------------------------------------

host_list() {
    local dir
    for dir in "$RUN"/sw[0-9]*/; do
        [ ! -d "$dir" ] || basename "$dir"
    done | sort -V
}

host_check() {
    [[ ${1:-} =~ ^sw[1-9][0-9]*$ ]] || usage_error "'${1:-}' is not a host name (sw1, sw2, …)"
    [ -d "$RUN/$1" ] || die "there is no host $1 in the lab '$LAB'"
}

# pid of the host's init on the machine, if it lives
host_init_pid() {
    local pid start
    { read -r pid start <"$RUN/$1/init"; } 2>/dev/null || return 1
    process_is "$pid" "$start" || return 1
    echo "$pid"
}

# host_exec swN CMD…: runs CMD inside all namespaces of the host
host_exec() {
    local host=$1 pid
    shift
    pid=$(host_init_pid "$host") || {
        say "lab: $host is not running"
        return 1
    }
    nsenter --target "$pid" --mount --uts --ipc --net --pid --wd=/ -- "$@"
}

# start_daemon swN NAME CMD…: CMD stays in the foreground; it becomes a session leader of its own
start_daemon() {
    local host=$1 name=$2 dir=$RUN/$1
    shift 2
    {
        echo '#!/bin/bash'
        printf 'exec '
        printf '%q ' "$@"
        echo
    } >"$dir/daemon/$name"
    restart_daemon "$host" "$name"
}

# starts again what start_daemon started; nothing if it runs
restart_daemon() { host_exec "$1" "$DAEMON_TOOL" start "$2" 9>&-; }

# TERM to the daemon and its session, KILL after 3 s
stop_daemon() { host_exec "$1" "$DAEMON_TOOL" stop "$2"; }

# signal_daemon swN NAME SIGNAL: to the daemon and its session
signal_daemon() { host_exec "$1" "$DAEMON_TOOL" signal "$2" "$3"; }

# daemon_state swN NAME: prints "up PID", "stopped PID" (by SIGSTOP) or "down -"; true only for up
daemon_state() { host_exec "$1" "$DAEMON_TOOL" state "$2"; }

# host_sql swN [STATEMENT]: as the database's root; without STATEMENT from standard input
host_sql() {
    local client=(mariadb --no-defaults "--socket=$RUN/$1/mysql.sock" --user=root --batch --skip-column-names --default-character-set=utf8mb3)
    if [ $# -gt 1 ]; then
        "${client[@]}" --execute="$2" vos3000
    else
        "${client[@]}" vos3000
    fi
}
