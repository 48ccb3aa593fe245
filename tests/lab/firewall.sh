# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The hosts' firewall: the field's rule set with the database's gateways as trusted, and a filler for big rule sets.

# a rule for each address of each gateway, the gateway's name as its comment
firewall_trusted() {
    host_sql "$1" "SELECT REPLACE(name, '\"', ''), REPLACE(remoteips, ' ', '') FROM e_gatewaymapping WHERE remoteips > ''
        UNION ALL SELECT REPLACE(name, '\"', ''), REPLACE(remoteips, ' ', '') FROM e_gatewayrouting WHERE remoteips > ''" |
        awk -F'\t' '{ n = split($2, ip, ","); for (i = 1; i <= n; i++) if (ip[i] ~ /^[0-9.]+(\/[0-9]+)?$/)
            printf "-A SIP_TRUSTED -s %s -m comment --comment \"%s\" -j ACCEPT\n", ip[i], $1 }'
}

firewall_up() {
    local host=$1 rules=$RUN/$1/rules.v4
    firewall_trusted "$host" >"$rules.trusted"
    sed -e "/^@TRUSTED@/ { r $rules.trusted" -e 'd }' "$LAB_HOME/firewall/rules.v4" >"$rules"
    # shellcheck disable=SC2016
    host_exec "$host" /bin/sh -c 'iptables-restore "$1" && ip6tables-restore "$2" && cp "$1" /etc/sysconfig/iptables && cp "$2" /etc/sysconfig/ip6tables' \
        sh "$rules" "$LAB_HOME/firewall/rules.v6" || die "$host: the firewall rules could not be loaded"
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
