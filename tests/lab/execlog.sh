# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The log of every program that runs on a host through its SSH server or its atd: inside/execlog.c, made when first wanted.

execlog_usage() {
    cat <<'END'
usage: lab execlog swN on|off|show|clear|path
  on     from now on every program that runs through the host's sshd or atd, in sessions that are open too, is logged
         with its exact arguments; a new "on" follows servers that were started anew (fault … start does it by itself)
  off    no longer
  show   the log: one JSON object a line; argv is bytes as Latin-1
  clear  empties it
  path   the file
END
}

execlog_build() {
    local program=$RUN/$1/execlog
    command -v cc >/dev/null || die "execlog needs a C compiler: install the packages of tools/packages-build.txt"
    cc -O2 -Wall -Wextra -o "$program" "$LAB_HOME/inside/execlog.c" || die "execlog could not be built"
}

execlog_follows() { grep -q 'execlog: following' "$RUN/$1/log/execlog.log" 2>/dev/null; }

execlog_on() {
    local host=$1 pids=() daemon pid
    stop_daemon "$host" execlog
    [ -x "$RUN/$host/execlog" ] || execlog_build "$host"
    for daemon in sshd atd; do
        ! read -r _ pid < <(daemon_state "$host" "$daemon") || [ "$pid" = - ] || pids+=("$pid")
    done
    [ ${#pids[@]} -gt 0 ] || die "$host: neither sshd nor atd runs"
    : >"$RUN/$host/log/execlog.log"
    start_daemon "$host" execlog "$RUN/$host/execlog" "$RUN/$host/log/exec.jsonl" "${pids[@]}"
    wait_until 5 execlog_follows "$host" || die "$host: $(tail -n 2 "$RUN/$host/log/execlog.log")"
}

execlog_off() {
    stop_daemon "$1" execlog
    rm -f "$RUN/$1/daemon/execlog"
}

# follows the servers that were just started, if the log is on
execlog_again() { [ ! -e "$RUN/$1/daemon/execlog" ] || execlog_on "$1"; }

execlog() {
    local host=${1:-help} log
    case $host in
    help | -h | --help)
        execlog_usage
        return 0
        ;;
    esac
    host_check "$host"
    log=$RUN/$host/log/exec.jsonl
    case ${2:-} in
    on) execlog_on "$host" ;;
    off) execlog_off "$host" ;;
    show) [ ! -e "$log" ] || cat "$log" ;;
    clear) [ ! -e "$log" ] || : >"$log" ;;
    path) echo "$log" ;;
    *) usage_error "execlog: '${2:-}' is not known; see: lab execlog help" ;;
    esac
}
