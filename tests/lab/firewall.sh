# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The hosts' firewall: the field's rule set with the database's gateways as trusted, the back ends that a host can have, and
# a filler for big rule sets.

# a rule for each address of each gateway, the gateway's name as its comment
firewall_trusted() {
    host_sql "$1" "SELECT REPLACE(name, '\"', ''), REPLACE(remoteips, ' ', '') FROM e_gatewaymapping WHERE remoteips > ''
        UNION ALL SELECT REPLACE(name, '\"', ''), REPLACE(remoteips, ' ', '') FROM e_gatewayrouting WHERE remoteips > ''" |
        awk -F'\t' '{ n = split($2, ip, ","); for (i = 1; i <= n; i++) if (ip[i] ~ /^[0-9.]+(\/[0-9]+)?$/)
            printf "-A SIP_TRUSTED -s %s -m comment --comment \"%s\" -j ACCEPT\n", ip[i], $1 }'
}

# the same gateways in the words of nft
firewall_trusted_nft() {
    sed -n 's/^-A SIP_TRUSTED -s \([^ ]*\) -m comment --comment "\(.*\)" -j ACCEPT$/        ip saddr \1 counter accept comment "\2"/p' "$1"
}

# firewall_rules HOST: writes the host's rules.v4, rules.v6 and rules.nft
firewall_rules() {
    local dir=$RUN/$1
    firewall_trusted "$1" >"$dir/rules.trusted"
    firewall_trusted_nft "$dir/rules.trusted" >"$dir/rules.trusted.nft"
    sed -e "/^@TRUSTED@/ { r $dir/rules.trusted" -e 'd }' "$LAB_HOME/firewall/rules.v4" >"$dir/rules.v4"
    sed -e "/^@TRUSTED@$/ { r $dir/rules.trusted.nft" -e 'd }' "$LAB_HOME/firewall/rules.nft" >"$dir/rules.nft"
    cp "$LAB_HOME/firewall/rules.v6" "$dir/rules.v6"
    [ "$2" != old ] || sed -i 's/ -m comment --comment "[^"]*"//' "$dir/rules.v4" "$dir/rules.v6"
}

# loads the host's rules with the commands that its back end has, and saves them where such a host keeps them
firewall_load() {
    local host=$1 dir=$RUN/$1
    firewall_rules "$host" "$2"
    # shellcheck disable=SC2016
    case $2 in
    nft) host_exec "$host" /bin/sh -c 'cp "$1/rules.nft" /etc/nftables.conf && nft -f /etc/nftables.conf' sh "$dir" ;;
    *)
        host_exec "$host" /bin/sh -c 'cp "$1/rules.v4" /etc/sysconfig/iptables && cp "$1/rules.v6" /etc/sysconfig/ip6tables &&
            iptables-restore </etc/sysconfig/iptables && ip6tables-restore </etc/sysconfig/ip6tables' sh "$dir"
        ;;
    esac || die "$host: the firewall rules could not be loaded"
}

firewall_backend_of() {
    local backend=auto
    read -r backend 2>/dev/null <"$RUN/$1/backend" || backend=auto
    echo "$backend"
}

firewall_up() { firewall_load "$1" "$(firewall_backend_of "$1")"; }

backend_usage() {
    cat <<'END'
usage: lab backend swN [auto|iptables|ipset|nft|fail2ban|old]
  auto      iptables, nft and ipset: what a host has at first
  iptables  iptables only
  ipset     iptables and ipset
  nft       nft only, with the same rules in its own words
  fail2ban  iptables, and a fail2ban server with the jail "sip", which bans for an hour in the chain f2b-sip
  old       iptables as 1.4.7 has it: no -w, no -C, no comment match
Without a name: prints the present one. The firewall is made anew: what was banned or added is gone, and so is a fault of
iptables. LAB_IPTABLES (at up) says whether iptables itself works on nftables or on the legacy tables.
END
}

# ipset needs support by the kernel: 0 if a set can be made in a network namespace of its own
ipset_works() { unshare --net ipset create nocdesk-lab-probe hash:ip timeout 1 2>/dev/null; }

fail2ban_answers() { host_exec "$1" fail2ban-client status sip >/dev/null 2>&1; }

fail2ban_up() {
    local host=$1
    host_exec "$host" /bin/sh -c 'rm -rf /etc/fail2ban/jail.d/* /run/fail2ban && mkdir -p /run/fail2ban'
    host_exec "$host" cp "$LAB_HOME/firewall/fail2ban.local" /etc/fail2ban/fail2ban.local
    host_exec "$host" cp "$LAB_HOME/firewall/filter.conf" /etc/fail2ban/filter.d/lab-sip.conf
    sed "s#@LOG@#$RUN/$host/log/kamailio.log#" "$LAB_HOME/firewall/jail.local" >"$RUN/$host/jail.local"
    host_exec "$host" cp "$RUN/$host/jail.local" /etc/fail2ban/jail.local
    start_daemon "$host" fail2ban fail2ban-server -f -x start
    wait_until 20 fail2ban_answers "$host" || die "$host: fail2ban does not answer, see $RUN/$host/log/fail2ban.log"
}

fail2ban_down() {
    stop_daemon "$1" fail2ban
    rm -f "$RUN/$1/daemon/fail2ban"
}

firewall_backend() {
    local host=${1:-help} backend=${2:-}
    case $host in
    help | -h | --help)
        backend_usage
        return 0
        ;;
    esac
    host_check "$host"
    case $backend in
    '')
        firewall_backend_of "$host"
        return 0
        ;;
    auto | iptables | nft | fail2ban | old) ;;
    ipset) ipset_works || die "this machine's kernel has no ipset: the back end ipset cannot be had here" ;;
    *) usage_error "backend: '$backend' is not known; see: lab backend help" ;;
    esac
    [ ! -e "$RUN/$host/daemon/fail2ban" ] || fail2ban_down "$host"
    rm -f "$RUN/$host/fault/iptables"
    host_exec "$host" /usr/local/libexec/lab-tools backend "$backend"
    host_exec "$host" /usr/local/libexec/lab-tools firewall-clear
    echo "$backend" >"$RUN/$host/backend"
    firewall_load "$host" "$backend"
    [ "$backend" != fail2ban ] || fail2ban_up "$host"
}

# firewall_fill swN RULES: that many rules in BLOCKLIST in place of those there now
firewall_fill() {
    local host=$1 count=${2:-}
    host_check "$host"
    [[ $count =~ ^[0-9]{1,6}$ ]] || usage_error "firewall-fill swN RULES: '$count' is not a number"
    {
        echo '*filter'
        echo ':BLOCKLIST - [0:0]'
        awk -v n="$count" 'BEGIN { for (i = 0; i < n; i++)
            printf "-A BLOCKLIST -s 100.%d.%d.%d/32 -m comment --comment \"block %d\" -j DROP\n", 64 + i / 65536, i / 256 % 256, i % 256, i + 1 }'
        echo COMMIT
    } | host_exec "$host" iptables-restore --noflush
}
