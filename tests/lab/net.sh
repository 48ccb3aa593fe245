# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The lab's network: namespaces joined to one router by veth pairs, every hop routed.

# addresses: the operator and the hosts have one each, the three outer networks own their whole /24
declare -gA NET_PREFIX=([callers]=203.0.113 [carriers]=198.51.100 [scan]=192.0.2)

host_addr() { echo "198.18.0.$((10 + ${1#sw}))"; }

# net_join NAME ADDR ROUTER_ADDR: one veth pair between NAME (eth0) and the router (interface NAME)
net_join() {
    ip -batch - <<-END
	link add eth0 netns $LAB-$1 type veth peer name $1 netns $LAB-net
	END
    ip -n "$LAB-net" -batch - <<-END
	addr add $3/32 dev $1
	link set $1 up
	route add $2/32 dev $1 src $3
	END
    ip -n "$LAB-$1" -batch - <<-END
	link set lo up
	addr add $2/32 dev eth0
	link set eth0 up
	route add $3/32 dev eth0
	route add default via $3
	END
}

# every address of the /24 belongs to NAME, but for .1, which is the router
net_own_prefix() {
    local prefix=${NET_PREFIX[$1]} part
    for part in 2/31 4/30 8/29 16/28 32/27 64/26 128/25; do
        echo "route add local $prefix.$part dev lo table local"
    done | ip -n "$LAB-$1" -batch -
    ip -n "$LAB-net" route add "$prefix.0/24" via "$prefix.2" dev "$1"
}

net_sysctl() {
    local name=$1
    shift
    # shellcheck disable=SC2016
    ns_exec "$name" /bin/sh -c 'cd /proc/sys/net; for s; do echo "${s#*=}" >"${s%%=*}" || exit 1; done' sysctl "$@"
}

net_up() {
    local name
    for name in "${NETS[@]}"; do
        ip netns add "$LAB-$name"
    done
    net_sysctl net ipv4/ip_forward=1 ipv4/conf/all/rp_filter=0 ipv4/conf/default/rp_filter=0 ipv4/conf/all/send_redirects=0
    ip -n "$LAB-net" link set lo up
    net_join ops "$OPS_ADDR" 198.18.0.1
    for name in callers carriers scan; do
        net_join "$name" "${NET_PREFIX[$name]}.2" "${NET_PREFIX[$name]}.1"
        net_own_prefix "$name"
    done
    touch "$RUN/net.up"
}

net_complete() {
    local name
    for name in "${NETS[@]}"; do
        ns_exists "$name" || return 1
    done
}

net_host_up() {
    ip netns add "$LAB-$1"
    net_join "$1" "$(host_addr "$1")" 198.18.0.1
}

# names of all namespaces of this lab that exist
net_names() {
    local path name
    for path in /run/netns/"$LAB"-*; do
        name=${path#/run/netns/"$LAB"-}
        case $name in
        ops | net | callers | carriers | scan) echo "$name" ;;
        sw*) [[ ! $name =~ ^sw[1-9][0-9]*$ ]] || echo "$name" ;;
        esac
    done
}

# this process and those it came from: they must survive `down` even inside a namespace of the lab
own_ancestors() {
    local pid=$$ rest
    while [ "$pid" -gt 0 ]; do
        echo "$pid"
        read -r rest <"/proc/$pid/stat"
        rest=${rest##*) }
        read -r _ pid _ <<<"$rest"
    done
}

# pids of all processes in the namespaces NAME…, without this one and its ancestors
net_pids() {
    local name
    for name; do
        [ ! -e "/run/netns/$LAB-$name" ] || ip netns pids "$LAB-$name" 2>/dev/null || true
    done | grep -vxF -f <(own_ancestors) || true
}

net_kill() {
    local pids
    mapfile -t pids < <(net_pids "$@")
    [ ${#pids[@]} -eq 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true
}

net_empty() { [ -z "$(net_pids "$@")" ]; }

# ends everything in the namespaces NAME… and removes them
net_remove() {
    local name
    net_kill "$@"
    wait_until 3 net_empty "$@" || {
        net_kill "$@"
        wait_until 3 net_empty "$@" || say "lab: processes that do not end: $(net_pids "$@" | tr '\n' ' ')"
    }
    for name; do
        [ ! -e "/run/netns/$LAB-$name" ] || ip netns del "$LAB-$name"
    done
}
