# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# Calls and registrations: SIPp answers for every routing gateway, and for each host SIPp calls from the mapping
# gateways' addresses and registers its phones; on demand keep-alives, and phones behind one address.

TRAFFIC_LIMIT_S=7200

traffic_usage() {
    cat <<'END'
usage: lab traffic start [--rate CPS] [--seconds N] [--host swN|all] [--keepalive SECONDS] [--nat] [--wrong-every SECONDS]
       lab traffic carrier NAME [MIX]
       lab traffic stop
       lab traffic status
  --rate CPS   new calls a second at each host, 0.1 to 200 (default: 5)
  --seconds N  so long, at most 7200 (default: until stop, at most 7200)
  --host       which host calls (default: all)
  --keepalive  OPTIONS from every gateway, and CRLF from every phone's address, so often each (default: none)
  --nat        eight phones behind 203.0.113.98 instead of one address each; one of them is set up on a second device with
               a wrong password, which tries every --wrong-every seconds (default: 180)
carrier: from now on NAME answers by this MIX, the thirteen figures of its line in tests/lab/traffic.sh behind the name; without
one by its own again. Calls that it has taken are lost.
start again with another rate replaces a host's calls; status counts what SIPp has seen.
END
}

# NAME PDD_MIN PDD_MAX BUSY FAIL SILENT REFUSE RING_MIN RING_MAX TALK_A TALK_B TALK_C RETRY_AFTER PAYLOAD
# PDD, ring and talk in ms; the shares are of what the earlier ones left over; talk: 40 %, 30 %, 30 % of the calls
traffic_mixes() {
    cat <<'END'
CARRIER-A 300 900 0.15 0.02 0.12 0.09 500 3000 9000 25000 55000 0 18
CARRIER-B 600 1800 0.22 0.05 0.20 0.18 800 4000 6000 15000 40000 0 8
CARRIER-C 1500 4000 0.30 0.30 0.30 0.25 1000 4000 4000 10000 20000 0 18
CARRIER-D 200 600 0.20 0.05 0.15 0.12 300 1500 2000 3000 6000 0 8
CARRIER-E 800 2500 0.20 0.15 0.20 0.15 800 3000 5000 12000 30000 2 8
CARRIER-F 500 1500 0.20 0.10 0.20 0.15 500 3000 5000 12000 30000 0 8
* 500 1500 0.20 0.10 0.20 0.15 500 3000 5000 12000 30000 0 8
END
}

traffic_scenario() {
    local name=$1 mix
    mix=$(cat "$RUN/traffic/mix-$name" 2>/dev/null ||
        traffic_mixes | awk -v name="$name" '$1 == name || $1 == "*" { print; exit }')
    # shellcheck disable=SC2086
    set -- $mix
    sed -e "s/@PDD_MIN@/$2/; s/@PDD_MAX@/$3/; s/@BUSY@/$4/; s/@FAIL@/$5/; s/@SILENT@/$6/; s/@REFUSE@/$7/" \
        -e "s/@RING_MIN@/$8/; s/@RING_MAX@/$9/; s/@TALK_A@/${10}/; s/@TALK_B@/${11}/; s/@TALK_C@/${12}/" \
        -e "s/@RETRY_AFTER@/${13}/; s/@PAYLOAD@/${14}/; s/@DEVICE@/Example GW/" "$LAB_HOME/traffic/uas.xml"
}

# sipp_start NAMESPACE PART ARGS…: SIPp in the background without its screens, counting into RUN/traffic/PART.csv
sipp_start() {
    local name=$1 part=$2
    shift 2
    rm -f "$RUN/traffic/$part.csv"
    # shellcheck disable=SC2016
    ns_start "$name" "$part" /bin/sh -c 'exec "$@" >/dev/null' sh sipp -nostdin -aa -max_socket 2000 \
        -trace_stat -fd 1 -stf "$RUN/traffic/$part.csv" "$@"
}

# an answering SIPp for every routing gateway of HOST's database that has none yet
traffic_carriers_up() {
    local name address port
    while read -r name address port; do
        ns_pid carriers "uas-$name" >/dev/null && continue
        traffic_scenario "$name" >"$RUN/traffic/uas-$name.xml"
        sipp_start carriers "uas-$name" -sf "$RUN/traffic/uas-$name.xml" -i "$address" -bind_local -p "$port" \
            -cp 0 -timeout $((TRAFFIC_LIMIT_S + 120))s
    done < <(host_sql "$1" "SELECT name, SUBSTRING_INDEX(remoteips, ',', 1), IF(COALESCE(signalport, 0) = 0, 5060, signalport)
        FROM e_gatewayrouting WHERE remoteips LIKE '198.51.100.%' ORDER BY id")
}

# who calls whom: the first mapping gateways and prefixes of the database most; 4 of 100 to a prefix of nobody
traffic_callers_table() {
    {
        host_sql "$1" "SELECT 'from', REPLACE(remoteips, ' ', ''), name FROM e_gatewaymapping WHERE remoteips LIKE '203.0.113.%' ORDER BY id"
        host_sql "$1" "SELECT 'to', SUBSTRING_INDEX(prefix, ',', 1), name FROM e_gatewayrouting WHERE prefix > '' AND priority < 9 ORDER BY id"
    } | awk -F'\t' '
        BEGIN {
            srand(7)
            number["1"] = "1202555%04d"; number["44"] = "447700900%03d"; number["49"] = "493023125%03d"
            number["33"] = "331990%05d"; number["61"] = "6149157%04d"
            split("50 26 16 8 3 2", share_from, " "); split("46 26 15 9 3", share_to, " ")
            print "SEQUENTIAL"
        }
        $1 == "from" { from[++froms] = $2; name[froms] = $3; sum_from += weight(share_from, froms) }
        $1 == "to" { to[++tos] = $2; sum_to += weight(share_to, tos) }
        function weight(shares, n) { return n in shares ? shares[n] + 0 : 1 }
        function pick(shares, sum, n,    r, i) {
            r = rand() * sum
            for (i = 1; i < n && r >= weight(shares, i); i++) r -= weight(shares, i)
            return i
        }
        function spread(pattern) { return sprintf(pattern, rand() * 10 ^ substr(pattern, match(pattern, /%0/) + 2, 1)) }
        END {
            for (row = 0; row < 2000; row++) {
                f = pick(share_from, sum_from, froms); n = split(from[f], address, ",")
                t = to[pick(share_to, sum_to, tos)]
                callee = rand() < 0.04 ? spread("99955%05d") : spread(t in number ? number[t] : t "5550%04d")
                printf "%s;%s;%s;%s;\n", address[1 + int(rand() * n)], spread("1202555%04d"), callee, "Example SBC " f
            }
        }'
}

NAT_ADDRESS=203.0.113.98 NAT_PHONES=8

# phones that may register: its address among 203.0.113.100 to .199 (the first NAT_PHONES with --nat: one), number, password
traffic_phones_table() {
    local nat=0
    [ "$2" = 0 ] || nat=$NAT_PHONES
    echo SEQUENTIAL
    traffic_phones_rows "$1" | awk -F';' -v OFS=';' -v nat="$nat" -v address="$NAT_ADDRESS" 'NR <= nat { $1 = address } { print }'
}

traffic_phones_rows() {
    host_sql "$1" "SELECT CONCAT('203.0.113.', 100 + p.id % 100, ';', p.e164, ';[authentication username=', p.e164, ' password=', p.password, '];')
        FROM e_phone p JOIN e_customer c ON c.id = p.customer_id
        WHERE COALESCE(p.locktype, 0) < 2 AND COALESCE(c.locktype, 0) = 0 AND p.password RLIKE '^[A-Za-z0-9]+\$' ORDER BY p.id LIMIT 100"
}

traffic_calls_up() {
    local host=$1 rate=$2 seconds=$3 count port
    port=$((5060 + ${host#sw}))
    count=$(awk -v r="$rate" -v s="$seconds" 'BEGIN { n = int(r * s + 0.5); print n < 1 ? 1 : n }')
    traffic_callers_table "$host" >"$RUN/traffic/calls-$host.table"
    sipp_start callers "calls-$host" -sf "$LAB_HOME/traffic/uac.xml" "$(host_addr "$host"):5060" -t ui -i 203.0.113.2 -p "$port" \
        -key port "$port" -inf "$RUN/traffic/calls-$host.table" -r "$rate" -m "$count" -l 20000 -cp 0 \
        -timeout $((seconds + 100))s
}

traffic_phones_up() {
    local host=$1 seconds=$2 nat=$3 port count
    port=$((5260 + ${host#sw}))
    traffic_phones_table "$host" "$nat" >"$RUN/traffic/phones-$host.table"
    count=$(($(wc -l <"$RUN/traffic/phones-$host.table") - 1))
    [ "$count" -gt 0 ] || return 0
    traffic_phones "$host" "$port" -r 100 -m "$count" -timeout 10s
    wait_until 10 traffic_part_over "callers" "phones-$host" || true
    traffic_phones "$host" "$port" -r "$count" -rp 25000 -m $((count * (seconds / 25 + 1))) -timeout $((seconds + 10))s
}

traffic_phones() {
    local host=$1 port=$2
    shift 2
    sipp_start callers "phones-$host" -sf "$LAB_HOME/traffic/register.xml" "$(host_addr "$host"):5060" -t ui -i 203.0.113.2 -p "$port" \
        -key port "$port" -inf "$RUN/traffic/phones-$host.table" -cp 0 "$@"
}

# one phone of the shared address, on a device with a wrong password
traffic_wrong_up() {
    local host=$1 seconds=$2 every=$3 port number
    port=$((5360 + ${host#sw}))
    number=$(traffic_phones_rows "$host" | awk -F';' 'NR == 2 { print $2 }')
    printf 'SEQUENTIAL\n%s;%s;[authentication username=%s password=mistyped];\n' "$NAT_ADDRESS" "$number" "$number" \
        >"$RUN/traffic/wrong-$host.table"
    sipp_start callers "wrong-$host" -sf "$LAB_HOME/traffic/register.xml" "$(host_addr "$host"):5060" -t ui -i 203.0.113.2 \
        -p "$port" -key port "$port" -inf "$RUN/traffic/wrong-$host.table" -cp 0 -r 1 -rp $((every * 1000)) \
        -m $((seconds / every + 1)) -timeout $((seconds + 10))s
}

# traffic_keep_up HOST SECONDS PERIOD: keep-alives from both sides
traffic_keep_up() {
    local host=$1 side prefix
    for side in callers carriers; do
        prefix=${NET_PREFIX[$side]}
        {
            host_sql "$host" "SELECT REPLACE(remoteips, ' ', '') FROM e_gatewaymapping UNION SELECT REPLACE(remoteips, ' ', '') FROM e_gatewayrouting" |
                tr , '\n' | sed -n "s/^\(${prefix//./\\.}\.[0-9]*\)\(:.*\)\?$/options \1 $3/p"
            [ "$side" != callers ] || awk -F';' -v p="$3" 'NR > 1 { print "crlf", $1, p }' "$RUN/traffic/phones-$host.table"
        } | sort -u >"$RUN/traffic/keep-$side-$host.table"
        # shellcheck disable=SC2016
        ns_start "$side" "keep-$side-$host" /bin/sh -c 'table=$1 && shift && exec "$@" <"$table"' sh "$RUN/traffic/keep-$side-$host.table" \
            "$LAB_HOME/traffic/keepalive" "$(host_addr "$host")" 5060 $((5460 + ${host#sw})) "$2" "$RUN/traffic/keep-$side-$host.csv"
    done
}

traffic_part_over() { ! ns_pid "$1" "$2" >/dev/null; }

# names of the parts that were started in NAMESPACE and not stopped
traffic_parts() {
    local file
    for file in "$RUN/ns/$1"-{calls,phones,uas,wrong,keep}-*.pid; do
        [ ! -e "$file" ] || basename "${file#"$RUN/ns/$1-"}" .pid
    done
}

# USR1 to the parts that run: once, no new calls; twice, no calls at all. False if none runs
traffic_signal() {
    local part pid some=1
    for part; do
        pid=$(ns_pid callers "$part") || continue
        kill -USR1 "$pid" 2>/dev/null && some=0
    done
    return $some
}

# ends the parts and their calls: BYE or CANCEL for each, and a moment for the answers
traffic_hang_up() {
    local part
    if traffic_signal "$@"; then
        sleep 0.4
        if traffic_signal "$@"; then sleep 0.4; fi
    fi
    for part; do
        ns_stop callers "$part"
    done
}

traffic_start() {
    local rate=5 seconds=$TRAFFIC_LIMIT_S hosts=all host keepalive=0 nat=0 wrong_every=180
    while [ $# -gt 0 ]; do
        case $1 in
        --rate) rate=${2:-} && shift ;;
        --seconds) seconds=${2:-} && shift ;;
        --host) hosts=${2:-} && shift ;;
        --keepalive) keepalive=${2:-} && shift ;;
        --wrong-every) wrong_every=${2:-} && shift ;;
        --nat) nat=1 ;;
        *) usage_error "traffic start: '$1' is not known, see: lab traffic help" ;;
        esac
        shift || true
    done
    awk -v r="$rate" 'BEGIN { exit !(r ~ /^[0-9]+(\.[0-9]+)?$/ && r >= 0.1 && r <= 200) }' || usage_error "traffic start: --rate '$rate' is not from 0.1 to 200"
    [[ $seconds =~ ^[1-9][0-9]{0,3}$ && $seconds -le $TRAFFIC_LIMIT_S ]] || usage_error "traffic start: --seconds '$seconds' is not from 1 to $TRAFFIC_LIMIT_S"
    [[ $keepalive =~ ^[0-9]{1,3}$ ]] || usage_error "traffic start: --keepalive '$keepalive' is not a number of seconds"
    [[ $wrong_every =~ ^[1-9][0-9]{0,3}$ ]] || usage_error "traffic start: --wrong-every '$wrong_every' is not a number of seconds"
    [ "$hosts" != all ] || hosts=$(host_list)
    [ -n "$hosts" ] || die "the lab '$LAB' is not up"
    mkdir -p "$RUN/traffic"
    for host in $hosts; do
        host_check "$host"
        traffic_hang_up "calls-$host" "phones-$host" "wrong-$host"
        ns_stop callers "keep-callers-$host"
        ns_stop carriers "keep-carriers-$host"
        traffic_carriers_up "$host"
        traffic_phones_up "$host" "$seconds" "$nat"
        [ "$nat" = 0 ] || traffic_wrong_up "$host" "$seconds" "$wrong_every"
        [ "$keepalive" = 0 ] || traffic_keep_up "$host" "$seconds" "$keepalive"
        traffic_calls_up "$host" "$rate" "$seconds"
    done
}

traffic_carrier() {
    local name=${1:-} first
    first=$(host_list | head -n 1)
    [ -e "$RUN/traffic/uas-$name.xml" ] || usage_error "traffic carrier: '$name' answers no calls, see: lab traffic status"
    shift
    [ $# -eq 0 ] || [ $# -eq 13 ] || usage_error "traffic carrier: a mix has thirteen figures, see: lab traffic help"
    rm -f "$RUN/traffic/mix-$name"
    [ $# -eq 0 ] || echo "$name $*" >"$RUN/traffic/mix-$name"
    ns_stop carriers "uas-$name"
    traffic_carriers_up "$first"
}

traffic_stop() {
    local part parts
    mapfile -t parts < <(traffic_parts callers | grep -v '^keep-' || true)
    for part in $(traffic_parts callers | grep '^keep-' || true); do
        ns_stop callers "$part"
    done
    traffic_hang_up ${parts[@]+"${parts[@]}"}
    for part in $(traffic_parts carriers); do
        ns_stop carriers "$part"
    done
}

# one line a part: whether it runs, and what it has counted
traffic_status() {
    local name part state
    for name in callers carriers; do
        for part in $(traffic_parts "$name"); do
            state=ended
            ns_pid "$name" "$part" >/dev/null && state=running
            echo "$part $state $(traffic_counters "$part")"
        done
    done
}

# name=count of every counter of the part's statistics that is not 0
traffic_counters() {
    [ -s "$RUN/traffic/$1.csv" ] || return 0
    awk -F';' 'NR == 1 { for (i = 1; i <= NF; i++) head[i] = $i }
        { last = $0 }
        END {
            n = split(last, value, ";")
            for (i = 1; i <= n; i++)
                if (head[i] ~ /\(C\)$/ && value[i] + 0 > 0 && known(name = tolower(substr(head[i], 1, length(head[i]) - 3))))
                    printf "%s=%d ", name, value[i]
        }
        function known(n) { return n ~ /^(attempts|answered|cancelled|registered|caller_bye|callee_bye|f[0-9]+|currentcall|successfulcall|failedcall)$/ }' "$RUN/traffic/$1.csv"
}

traffic() {
    local verb=${1:-help}
    shift || true
    case $verb in
    start) traffic_start "$@" ;;
    stop) traffic_stop ;;
    carrier) traffic_carrier "$@" ;;
    status) traffic_status ;;
    help | -h | --help) traffic_usage ;;
    *) usage_error "traffic: '$verb' is not known, see: lab traffic help" ;;
    esac
}
