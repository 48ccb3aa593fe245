# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# Breaks parts of a host in the ways they break in the field, remembers what it broke, and mends it.

fault_usage() {
    cat <<'END'
usage: lab fault swN list | clear | PART ACTION …
  sshd       kill stop cont start restart | refuse | deny-login no-forwarding hostkey-change
             sessions-stop sessions-cont sessions-kill
  mysql      kill stop cont start restart | wrong-password | drop-table NAME | drop-column TABLE COLUMN | lock
  web        kill stop cont start restart | 404 empty garbage half slow denied | normal
  kamailio   kill stop cont start restart
  atd        kill stop cont start restart
  at         absent
  vos3000d mgcd empd webdatad callserviced servermonitord
             kill stop cont start restart
  iptables   absent denied hang endless
  tcpdump    absent denied die half cut | kill
  command    hang endless
  network    delay MS | drop | cut | clear
  disk       full
  clock      ahead SECONDS
kill is SIGKILL, stop and cont are SIGSTOP and SIGCONT, sessions-* act on the servers of open SSH connections.
refuse, deny-login, no-forwarding and hostkey-change also cut open SSH connections, wrong-password open ones to
MySQL, and tcpdump's actions running captures: absent and denied stay so, die ends each capture after two seconds, half
ends its stream in the middle of the 41st packet, cut cuts the SSH connection there, and kill ends the captures once. delay is added each way, between the operator and the host
only; drop loses the packets there, cut answers them with "unreachable". clear undoes everything.
END
}

# ---- what is broken: one line an action in the part's file ---------------------------------

fault_note() {
    local file=$RUN/$1/fault/$2
    shift 2
    grep -qxF -- "$*" "$file" 2>/dev/null || echo "$*" >>"$file"
}

fault_noted() { grep -qxF -- "$3" "$RUN/$1/fault/$2" 2>/dev/null; }

fault_forget() {
    local file=$RUN/$1/fault/$2
    [ -e "$file" ] || return 0
    grep -vxF -- "$3" "$file" >"$file.new" || true
    mv "$file.new" "$file"
    [ -s "$file" ] || rm "$file"
}

fault_list() {
    local file
    for file in "$RUN/$1"/fault/*; do
        [ ! -e "$file" ] || sed "s/^/${file##*/} /" "$file"
    done
}

fault_unknown() { usage_error "fault: '$2' is not an action of $1; see: lab fault help"; }

# ---- daemons ------------------------------------------------------------------------------

# fault_daemon HOST PART DAEMON ACTION: true if it was an action of all daemons
fault_daemon() {
    local host=$1 part=$2 daemon=$3
    case $4 in
    kill)
        fault_kill "$host" "$daemon"
        fault_note "$host" "$part" kill
        ;;
    stop)
        signal_daemon "$host" "$daemon" STOP || die "$host: $part does not run"
        fault_note "$host" "$part" stop
        ;;
    cont)
        signal_daemon "$host" "$daemon" CONT || die "$host: $part does not run"
        fault_forget "$host" "$part" stop
        ;;
    start) fault_start "$host" "$part" "$daemon" ;;
    restart)
        stop_daemon "$host" "$daemon"
        fault_start "$host" "$part" "$daemon"
        ;;
    *) return 1 ;;
    esac
}

fault_kill() {
    signal_daemon "$1" "$2" KILL || true
    wait_until 3 fault_is "$1" "$2" down || die "$1: $2 does not die"
}

fault_is() { [[ $(daemon_state "$1" "$2") = "$3 "* ]]; }

# runs, is not stopped, and answers
fault_start() {
    signal_daemon "$1" "$3" CONT 2>/dev/null || true
    restart_daemon "$1" "$3"
    case $2 in
    sshd) wait_until 10 sshd_answers "$1" ;;
    mysql) wait_until 60 db_answers "$1" ;;
    web) wait_until 10 web_answers "$1" ;;
    kamailio) wait_until 10 sip_answers "$1" ;;
    esac || die "$1: $2 was started but does not answer, see $RUN/$1/log/$3.log"
    case $2 in sshd | atd) execlog_again "$1" ;; esac
    fault_forget "$1" "$2" kill
    fault_forget "$1" "$2" stop
}

undo_daemon() {
    if fault_noted "$1" "$2" kill || fault_noted "$1" "$2" stop; then
        fault_start "$1" "$2" "$3"
    fi
}

# ---- sshd ---------------------------------------------------------------------------------

# the configuration that the noted faults make, for new connections; open ones are cut
sshd_apply() {
    local host=$1 key=host_ed25519 lines=()
    if fault_noted "$host" sshd deny-login; then lines+=('DenyUsers root'); fi
    if fault_noted "$host" sshd no-forwarding; then lines+=('AllowTcpForwarding no' 'AllowStreamLocalForwarding no'); fi
    if fault_noted "$host" sshd hostkey-change; then
        key=host_changed_ed25519
        sshd_host_key "$host" "$key"
    fi
    sshd_write_config "$host" "$key" "${lines[@]}"
    sshd_reload "$host" 2>/dev/null || true
    sshd_sessions_signal "$host" KILL
}

fault_sshd() {
    local host=$1
    case $2 in
    kill | stop | cont | start | restart) fault_daemon "$host" sshd sshd "$2" ;;
    sessions-stop)
        sshd_sessions_signal "$host" STOP
        fault_note "$host" sshd sessions-stop
        ;;
    sessions-cont)
        sshd_sessions_signal "$host" CONT
        fault_forget "$host" sshd sessions-stop
        ;;
    sessions-kill) sshd_sessions_signal "$host" KILL ;;
    refuse)
        fault_kill "$host" sshd
        sshd_sessions_signal "$host" KILL
        fault_note "$host" sshd kill
        ;;
    deny-login | no-forwarding | hostkey-change)
        fault_note "$host" sshd "$2"
        sshd_apply "$host"
        ;;
    *) fault_unknown sshd "$2" ;;
    esac
}

undo_sshd() {
    local host=$1 action applied=0
    for action in deny-login no-forwarding hostkey-change; do
        if fault_noted "$host" sshd "$action"; then
            fault_forget "$host" sshd "$action"
            applied=1
        fi
    done
    [ $applied -eq 0 ] || sshd_apply "$host"
    undo_daemon "$host" sshd sshd
    sshd_sessions_signal "$host" CONT
    sshd_wait "$host"
}

# ---- MySQL --------------------------------------------------------------------------------

db_password() {
    host_sql "$1" "ALTER USER noc@'127.0.0.1' IDENTIFIED BY '$2', noc@localhost IDENTIFIED BY '$2'; KILL USER noc"
}

db_name() {
    [[ ${1:-} =~ ^[A-Za-z0-9_]{1,60}$ ]] || usage_error "fault: '${1:-}' is not a name of a table or column"
}

db_has_table() { [ -n "$(host_sql "$1" "SELECT 1 FROM information_schema.tables WHERE table_schema = '$2' AND table_name = '$3'")" ]; }

db_has_column() { [ -n "$(host_sql "$1" "SHOW COLUMNS FROM $2 LIKE '$3'" 2>/dev/null)" ]; }

db_lock_query='SELECT id FROM information_schema.processlist WHERE info = "DO SLEEP(86400)"'

db_is_locked() { [ -n "$(host_sql "$1" "$db_lock_query")" ]; }

# a connection that holds a write lock on every table
db_lock() {
    local host=$1 tables
    tables=$(host_sql "$host" 'SHOW TABLES' | sed 's/$/ WRITE/' | paste -sd,)
    start_daemon "$host" fault-lock mariadb --no-defaults "--socket=$RUN/$host/mysql.sock" --user=root \
        "--execute=LOCK TABLES $tables; DO SLEEP(86400)" vos3000
    wait_until 30 db_is_locked "$host" || die "$host: the tables could not be locked"
}

db_unlock() {
    local id
    id=$(host_sql "$1" "$db_lock_query")
    [ -z "$id" ] || host_sql "$1" "KILL $id"
    stop_daemon "$1" fault-lock
    rm -f "$RUN/$1/daemon/fault-lock"
}

fault_mysql() {
    local host=$1 action=$2
    shift 2
    case $action in
    kill | stop | cont | start | restart) fault_daemon "$host" mysql mariadbd "$action" ;;
    wrong-password)
        fault_note "$host" mysql wrong-password
        db_password "$host" "$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')"
        ;;
    drop-table)
        db_name "${1:-}"
        db_has_table "$host" vos3000 "$1" || die "$host: there is no table $1"
        fault_note "$host" mysql "drop-table $1"
        host_sql "$host" "RENAME TABLE vos3000.$1 TO vos3000_hidden.$1"
        ;;
    drop-column)
        db_name "${1:-}"
        db_name "${2:-}"
        db_has_column "$host" "$1" "$2" || die "$host: there is no column $2 in a table $1"
        fault_note "$host" mysql "drop-column $1 $2"
        host_sql "$host" "ALTER TABLE $1 RENAME COLUMN $2 TO lab_hidden_$2"
        ;;
    lock)
        fault_note "$host" mysql lock
        db_lock "$host"
        ;;
    *) fault_unknown mysql "$action" ;;
    esac
}

# a dropped table comes back with its rows, and with those written meanwhile if somebody made it anew
undo_drop_table() {
    db_has_table "$1" vos3000_hidden "$2" || return 0
    if db_has_table "$1" vos3000 "$2"; then
        host_sql "$1" "INSERT IGNORE INTO vos3000_hidden.$2 SELECT * FROM vos3000.$2; DROP TABLE vos3000.$2"
    fi
    host_sql "$1" "RENAME TABLE vos3000_hidden.$2 TO vos3000.$2"
}

undo_mysql() {
    local host=$1 action table column
    undo_daemon "$host" mysql mariadbd
    [ -e "$RUN/$host/fault/mysql" ] || return 0
    db_wait "$host"
    ! fault_noted "$host" mysql lock || db_unlock "$host"
    while read -r action table column; do
        case $action in
        wrong-password) db_password "$host" noc-lab ;;
        drop-table) undo_drop_table "$host" "$table" ;;
        drop-column)
            ! db_has_column "$host" "$table" "lab_hidden_$column" ||
                host_sql "$host" "ALTER TABLE $table RENAME COLUMN lab_hidden_$column TO $column"
            ;;
        esac
    done < <(tac "$RUN/$host/fault/mysql")
}

# ---- web interface and SIP core -----------------------------------------------------------

web_mode_normal() {
    local mode
    rm -f "$RUN/$1/web.mode"
    for mode in 404 empty garbage half slow denied; do
        fault_forget "$1" web "$mode"
    done
}

fault_web() {
    local host=$1
    case $2 in
    kill | stop | cont | start | restart) fault_daemon "$host" web web "$2" ;;
    404 | empty | garbage | half | slow | denied)
        web_mode_normal "$host"
        fault_note "$host" web "$2"
        echo "$2" >"$RUN/$host/web.mode.new"
        mv "$RUN/$host/web.mode.new" "$RUN/$host/web.mode"
        ;;
    normal) web_mode_normal "$host" ;;
    *) fault_unknown web "$2" ;;
    esac
}

undo_web() {
    undo_daemon "$1" web web
    rm -f "$RUN/$1/web.mode"
}

fault_kamailio() { fault_daemon "$1" kamailio kamailio "$2" || fault_unknown kamailio "$2"; }

undo_kamailio() { undo_daemon "$1" kamailio kamailio; }

# ---- commands of the host -----------------------------------------------------------------

fault_tools() { host_exec "$1" /usr/local/libexec/lab-tools "$2" "$3"; }

fault_iptables() {
    case $2 in
    absent | denied | hang | endless) ;;
    *) fault_unknown iptables "$2" ;;
    esac
    rm -f "$RUN/$1/fault/iptables"
    fault_note "$1" iptables "$2"
    fault_tools "$1" iptables "$2"
}

undo_iptables() { fault_tools "$1" iptables normal; }

fault_tcpdump() {
    case $2 in
    absent | denied | die | half | cut) ;;
    kill)
        fault_tools "$1" tcpdump kill
        return 0
        ;;
    *) fault_unknown tcpdump "$2" ;;
    esac
    rm -f "$RUN/$1/fault/tcpdump"
    fault_note "$1" tcpdump "$2"
    fault_tools "$1" tcpdump "$2"
}

undo_tcpdump() { fault_tools "$1" tcpdump normal; }

fault_at() {
    [ "$2" = absent ] || fault_unknown at "$2"
    fault_note "$1" at absent
    fault_tools "$1" at absent
}

undo_at() { fault_tools "$1" at normal; }

fault_command() {
    case $2 in
    hang | endless) ;;
    *) fault_unknown command "$2" ;;
    esac
    rm -f "$RUN/$1/fault/command"
    fault_note "$1" command "$2"
    fault_tools "$1" command "$2"
}

undo_command() { fault_tools "$1" command normal; }

fault_disk() {
    [ "$2" = full ] || fault_unknown disk "$2"
    fault_note "$1" disk full
    host_exec "$1" /bin/sh -c 'dd if=/dev/zero of=/home/kunshi/mbx3000/log/core.log bs=64k 2>/dev/null; :'
}

undo_disk() { host_exec "$1" rm -f /home/kunshi/mbx3000/log/core.log; }

fault_clock() {
    [ "$2" = ahead ] || fault_unknown clock "$2"
    [[ ${3:-} =~ ^[0-9]{1,6}$ ]] || usage_error "fault: clock ahead SECONDS: '${3:-}' is not a number of seconds"
    rm -f "$RUN/$1/fault/clock"
    fault_note "$1" clock ahead "$3"
    fault_tools "$1" clock "$3"
}

undo_clock() { fault_tools "$1" clock normal; }

# ---- network between the operator and the host --------------------------------------------

network_rule() {
    local host=$1 addr
    shift
    addr=$(host_addr "$host")
    ip -n "$LAB-net" rule add pref "$((1000 + ${host#sw}))" iif ops to "$addr" "$@"
    ip -n "$LAB-net" rule add pref "$((2000 + ${host#sw}))" iif "$host" to "$OPS_ADDR" "$@"
}

network_delay() {
    local host=$1 ms=$2 table
    table=$((100 + ${host#sw}))
    ns_start net "delay-$host" /usr/bin/python3 -BsE "$LAB_HOME/inside/delay.py" "dly-$host" "$ms"
    wait_until 5 network_has "dly-$host" || die "$host: no delaying forwarder: $(tail -n 1 "$RUN/ns/net-delay-$host.log")"
    ip -n "$LAB-net" route replace default dev "dly-$host" table "$table"
    network_rule "$host" lookup "$table"
}

network_has() { ip -n "$LAB-net" link show up dev "$1" 2>/dev/null | grep -q .; }

fault_network() {
    local host=$1
    case $2 in
    delay) [[ ${3:-} =~ ^[0-9]{1,5}$ ]] || usage_error "fault: network delay MS: '${3:-}' is not a number of milliseconds" ;;
    drop | cut | clear) ;;
    *) fault_unknown network "$2" ;;
    esac
    undo_network "$host"
    rm -f "$RUN/$host/fault/network"
    [ "$2" != clear ] || return 0
    fault_note "$host" network "${@:2}"
    case $2 in
    delay) network_delay "$host" "$3" ;;
    drop) network_rule "$host" blackhole ;;
    cut) network_rule "$host" unreachable ;;
    esac
}

undo_network() {
    ip -n "$LAB-net" rule del pref "$((1000 + ${1#sw}))" 2>/dev/null || true
    ip -n "$LAB-net" rule del pref "$((2000 + ${1#sw}))" 2>/dev/null || true
    ns_stop net "delay-$1"
}

# ---- the command --------------------------------------------------------------------------

fault_clear() {
    local part failed=0
    for part in network disk clock command tcpdump iptables at sshd mysql kamailio web atd vos3000d mgcd empd webdatad callserviced servermonitord; do
        [ -e "$RUN/$1/fault/$part" ] || continue
        if (fault_undo "$1" "$part"); then
            rm -f "$RUN/$1/fault/$part"
        else
            failed=1
        fi
    done
    return $failed
}

fault_undo() {
    case $2 in
    sshd | mysql | web | kamailio | iptables | tcpdump | at | command | network | disk | clock) "undo_$2" "$1" ;;
    *) undo_daemon "$1" "$2" "$2" ;;
    esac
}

fault() {
    local host=${1:-help} part=${2:-}
    case $host in
    help | -h | --help)
        fault_usage
        return 0
        ;;
    esac
    host_check "$host"
    host_init_pid "$host" >/dev/null || die "$host is not running; lab up mends it"
    case $part in
    list) fault_list "$host" ;;
    clear) fault_clear "$host" ;;
    sshd | mysql | web | kamailio | iptables | tcpdump | at | command | network | disk | clock)
        [ $# -ge 3 ] || usage_error "fault: what shall happen to $part? see: lab fault help"
        "fault_$part" "$host" "${@:3}"
        ;;
    atd | vos3000d | mgcd | empd | webdatad | callserviced | servermonitord)
        fault_daemon "$host" "$part" "$part" "${3:-}" || fault_unknown "$part" "${3:-}"
        ;;
    *) usage_error "fault: '$part' is not a part; see: lab fault help" ;;
    esac
}
