# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The lab's hosts: their folders, their namespaces and the first process in them.

host_iptables_backend() {
    case ${LAB_IPTABLES:-nft} in
    nft | legacy) echo "${LAB_IPTABLES:-nft}" ;;
    *) usage_error "LAB_IPTABLES='$LAB_IPTABLES' is not known: nft or legacy" ;;
    esac
}

# the host's folders and its env file; all of it before anything is started
host_prepare() {
    local host=$1 dir=$RUN/$1 addr
    addr=$(host_addr "$host")
    install -d -m 711 "$dir"
    install -d -m 755 "$dir"/{daemon,pid,log,fault} "$DATA_ROOT/$LAB/$host/mysql"
    install -d -m 1777 "$DATA_ROOT/$LAB/$host/tmp"
    ln -sfn "$DATA_ROOT/$LAB/$host/mysql" "$dir/mysql"
    echo "$addr" >"$dir/addr"
}

host_write_env() {
    local host=$1 dir=$RUN/$1
    cat >"$dir/env" <<-END
	HOST=$host
	NS=$LAB-$host
	ADDR=$(host_addr "$host")
	DIR=$dir
	DATA=$DATA_ROOT/$LAB/$host/mysql
	INIT_PID=$(host_init_pid "$host")
	DB_SOCKET=$dir/mysql.sock
	SIP_PORT=5060
	HTTP_PORT=8080
	WEB_QUIRKS=${WEB_QUIRKS:-0}
	IPTABLES_BACKEND=$(host_iptables_backend)
	END
}

# starts the host's init in new namespaces
host_boot() {
    local host=$1 dir=$RUN/$1
    rm -f "$dir/init" "$dir/init.up"
    setsid nsenter "--net=$(ns_path "$host")" -- unshare --mount --uts --ipc --pid --fork -- \
        "$LAB_HOME/inside/host-init" "$host" "$dir" "$DATA_ROOT/$LAB/$host" "$LAB_HOME" "$(host_iptables_backend)" \
        </dev/null >"$dir/log/init.log" 2>&1 9>&- &
    disown
    wait_until 5 host_booted "$host" $! || die "$host did not start: $(tail -n 3 "$dir/log/init.log")"
    host_write_env "$host"
}

# up, or failed already
host_booted() {
    [ -e "$RUN/$1/init.up" ] && host_init_pid "$1" >/dev/null && return 0
    [ -e "/proc/$2" ] || die "$1 did not start: $(tail -n 3 "$RUN/$1/log/init.log")"
    return 1
}

# the end of a host's init is the end of every process in it
kill_init() {
    local pid
    ! pid=$(host_init_pid "$1") || kill -KILL "$pid" 2>/dev/null || true
}

# ends one host and removes all that is its own
host_remove() {
    local host=$1
    kill_init "$host"
    net_remove "$host"
    ip -n "$LAB-net" link del "$host" 2>/dev/null || true
    rm -rf "${RUN:?}/$host" "${DATA_ROOT:?}/$LAB/$host"
}
