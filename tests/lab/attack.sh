# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# Scanners and floods from 192.0.2.0/24, bounded in time and rate; in the foreground, ended with the command.

ATTACK_LIMIT_S=600
ATTACK_LIMIT_PPS=2000
ATTACK_KINDS='map harvest options crack register spray invite sipsak spread distributed spoofed'

attack_usage() {
    cat <<'END'
usage: lab attack KIND [--seconds N] [--rate PPS] [--host swN] [--tool sipvicious|sipp] [--agent TEXT]
 from one address, the tools that scanners use:
  map          looks for a SIP server again and again                (svmap; 10 a second)
  harvest      registers users in sequence to see which exist        (svwar; 50 a second)
  options      the same with OPTIONS                                 (svmap, svwar; 50 a second)
  crack        guesses the password of one phone                     (svcrack; 20 a second): suspends it
  register     guesses the passwords of three phones                 (svcrack; 20 a second): suspends them
  spray        tries one password on every phone, slowly             (SIPp; 4 a second)
  invite       calls numbers; every call is refused                  (svmap; 20 a second)
  sipsak       asks numbers                                          (sipsak; 10 a second)
 from many addresses (SIPp, and raw packets for spoofed):
  spread       asks numbers from 200 addresses                       (100 a second)
  distributed  asks numbers from 60 addresses of one /24, each below every limit    (10 a second, 60 seconds)
  spoofed      asks from addresses invented anew for each packet     (1000 a second)
The one address is 192.0.2.66 at first and the next one each time.
  --seconds N  so long, at most 600 (default: 20)
  --rate PPS   requests a second, 1 to 2000; spoofed up to 20000
  --host       whom (default: sw1)
  --tool       sipvicious, or sipp for a higher and steadier rate (harvest, options, crack, register, invite)
  --agent      the User-Agent that SIPp gives (default: friendly-scanner for options, harvest and invite, pplsip for spread,
               a phone's for distributed)
END
}

# each attack comes from the next address, so that it meets no suspension or block of an earlier one
attack_source() {
    local count=0
    read -r count 2>/dev/null <"$RUN/attack/count" || count=0
    echo $((count + 1)) >"$RUN/attack/count"
    echo "192.0.2.$((66 + count % 100))"
}

# cracked by nobody: strong passwords, and one after the other
attack_phones() {
    host_sql "$1" "SELECT p.e164 FROM e_phone p JOIN e_customer c ON c.id = p.customer_id WHERE LENGTH(p.password) > 10
        AND COALESCE(p.locktype, 0) < 2 AND COALESCE(c.locktype, 0) = 0 ORDER BY p.id LIMIT 1, 3"
}

# attack_run SECONDS CMD…: in the scanners' namespace, its output into the log, ended after SECONDS
attack_run() {
    local seconds=$1
    shift
    ns_exec scan env "HOME=$RUN/attack" timeout --foreground -k 1 "$seconds" "$@" >>"$RUN/attack/log" 2>&1 </dev/null || true
}

# attack_vicious PPS TOOL ARGS…
attack_vicious() {
    local pause tool=/usr/bin/$2
    pause=$(awk -v r="$1" 'BEGIN { printf "%.5f", 1 / r }')
    shift 2
    attack_run "$SECONDS_LONG" "$LAB_HOME/attack/from-address" "$ATTACK_SOURCE" "$tool" -x "$ATTACK_SOURCE" -t "$pause" "$@"
}

# the rate of each of N tools that work at the same time
attack_share() { awk -v r="$RATE" -v n="$1" 'BEGIN { print r / n }'; }

# numbers to try: as many as there are requests, from 1000 on
attack_range() { echo "1000-$((1000 + SECONDS_LONG * RATE))"; }

# attack_table SOURCES METHOD: sources and numbers for SIPp: SOURCES addresses from .2 on, or the one; users in sequence, for
# calls one far number behind every prefix that might lead outside
attack_table() {
    echo SEQUENTIAL
    awk -v n="$1" -v method="$2" -v one="$ATTACK_SOURCE" 'BEGIN {
        for (i = 0; i < 2000; i++)
            printf "%s;%s;;\n", (n > 1 ? "192.0.2." (2 + i % n) : one), (method == "INVITE" ? (i * 7919 % 10007) "00447700900123" : 1000 + i) }'
}

# attack_flood METHOD SOURCES AGENT
attack_flood() {
    local method=$1 sources=$2 agent=${AGENT:-$3} part=flood-$$
    sed -e "s/@METHOD@/$method/" -e "s/@AGENT@/$agent/" "$LAB_HOME/attack/probe.xml" >"$RUN/attack/$part.xml"
    attack_table "$sources" "$method" >"$RUN/attack/$part.table"
    attack_sipp "$part.table" "$RUN/attack/$part.xml"
}

# attack_sipp TABLE SCENARIO: RATE a second for SECONDS_LONG
attack_sipp() {
    local port=$((10000 + $$ % 20000))
    attack_run $((SECONDS_LONG + 2)) sipp -nostdin -sf "$2" "$ADDRESS:5060" -t ui -i 192.0.2.2 -p "$port" -key port "$port" \
        -inf "$RUN/attack/$1" -r "$RATE" -m $((RATE * SECONDS_LONG)) -l 50000 -max_socket 2000 -cp 0 -nd \
        -timeout "${SECONDS_LONG}s"
}

attack_options() {
    if [ "$TOOL" = sipp ]; then
        attack_flood OPTIONS 1 friendly-scanner
    else
        attack_run "$SECONDS_LONG" svmap -b "$ATTACK_SOURCE" -x "$ATTACK_SOURCE" "$ADDRESS" &
        attack_vicious "$RATE" svwar --maximumtime "$SECONDS_LONG" --force -m OPTIONS -e "$(attack_range)" "$ADDRESS" &
        wait
    fi
}

attack_invite() {
    if [ "$TOOL" = sipp ]; then
        attack_flood INVITE 1 friendly-scanner
        return
    fi
    # svwar gives up at the first 403; svmap goes on, but with one number
    local number targets
    mapfile -t targets < <(yes "$ADDRESS" | head -n $((RATE * SECONDS_LONG / 3 + 1)))
    for number in 900447700900123 000447700900123 011447700900123; do
        attack_vicious "$(attack_share 3)" svmap -m INVITE -e "$number" "${targets[@]}" &
    done
    wait
}

attack_spread() { attack_flood OPTIONS 200 pplsip; }

attack_distributed() { attack_flood OPTIONS 60 "Example Phone 4.2"; }

attack_spoofed() { attack_run $((SECONDS_LONG + 2)) "$LAB_HOME/attack/spoof" "$ADDRESS" 5060 "$RATE" "$SECONDS_LONG"; }

attack_map() {
    local targets
    mapfile -t targets < <(yes "$ADDRESS" | head -n $((RATE * SECONDS_LONG)))
    attack_vicious "$RATE" svmap "${targets[@]}"
}

attack_harvest() {
    if [ "$TOOL" = sipp ]; then
        attack_flood REGISTER 1 friendly-scanner
    else
        attack_vicious "$RATE" svwar --maximumtime "$SECONDS_LONG" --force -m REGISTER -e "$(attack_range)" "$ADDRESS"
    fi
}

attack_sipsak() {
    # shellcheck disable=SC2016
    attack_run "$SECONDS_LONG" /bin/sh -c 'n=1000; while :; do timeout 1 sipsak --local-ip="$1" -D 1 -s "sip:$n@$2" & n=$((n + 1)); sleep "$3"; done' \
        sh "$ATTACK_SOURCE" "$ADDRESS" "$(awk -v r="$RATE" 'BEGIN { print 1 / r }')"
}

# attack_guess PASSWORD PHONE…: by SIPp, each phone in turn
attack_guess() {
    local password=$1 phone part=guess-$$
    shift
    {
        echo SEQUENTIAL
        for phone; do
            echo "$ATTACK_SOURCE;$phone;[authentication username=$phone password=$password];"
        done
    } >"$RUN/attack/$part.table"
    attack_sipp "$part.table" "$LAB_HOME/attack/guess.xml"
}

attack_spray() {
    local phones
    mapfile -t phones < <(host_sql "$HOST_NAME" "SELECT p.e164 FROM e_phone p JOIN e_customer c ON c.id = p.customer_id
        WHERE COALESCE(p.locktype, 0) < 2 AND COALESCE(c.locktype, 0) = 0 ORDER BY p.id")
    [ ${#phones[@]} -gt 0 ] || die "$HOST_NAME has no phone to attack"
    attack_guess spray-1234 "${phones[@]}"
}

attack_crack() { attack_passwords 1; }

attack_register() { attack_passwords 3; }

# the passwords of so many phones at once
attack_passwords() {
    local phones phone
    mapfile -t phones < <(attack_phones "$HOST_NAME" | head -n "$1")
    [ ${#phones[@]} -gt 0 ] || die "$HOST_NAME has no phone to attack"
    if [ "$TOOL" = sipp ]; then
        attack_guess wrong "${phones[@]}"
        return
    fi
    for phone in "${phones[@]}"; do
        attack_vicious "$(attack_share ${#phones[@]})" svcrack --maximumtime "$SECONDS_LONG" -u "$phone" -r 1000-9999 "$ADDRESS" &
    done
    wait
}

attack_parse() {
    local most=$ATTACK_LIMIT_PPS
    KIND=$1 SECONDS_LONG=20 RATE='' HOST_NAME=sw1 TOOL=sipvicious AGENT=''
    [ "$KIND" != distributed ] || SECONDS_LONG=60
    shift
    while [ $# -gt 0 ]; do
        case $1 in
        --seconds) SECONDS_LONG=${2:-} ;;
        --rate) RATE=${2:-} ;;
        --host) HOST_NAME=${2:-} ;;
        --tool) TOOL=${2:-} ;;
        --agent) AGENT=${2:-} ;;
        *) usage_error "attack: '$1' is not known, see: lab attack help" ;;
        esac
        [ $# -gt 1 ] || usage_error "attack: $1 needs a value"
        shift 2
    done
    if [ -z "$RATE" ]; then
        case $KIND in
        options | harvest) RATE=50 ;;
        spread) RATE=100 ;;
        spoofed) RATE=1000 ;;
        map | sipsak | distributed) RATE=10 ;;
        spray) RATE=4 ;;
        *) RATE=20 ;;
        esac
    fi
    [ "$KIND" != spoofed ] || most=20000
    [[ $SECONDS_LONG =~ ^[1-9][0-9]{0,2}$ && $SECONDS_LONG -le $ATTACK_LIMIT_S ]] ||
        usage_error "attack: --seconds '$SECONDS_LONG' is not from 1 to $ATTACK_LIMIT_S"
    [[ $RATE =~ ^[1-9][0-9]{0,4}$ && $RATE -le $most ]] || usage_error "attack: --rate '$RATE' is not from 1 to $most"
    [[ $AGENT =~ ^[A-Za-z0-9\ ._-]*$ ]] || usage_error "attack: --agent '$AGENT': letters, digits, spaces, dots, _ and - only"
    case $TOOL in sipvicious | sipp) ;; *) usage_error "attack: --tool '$TOOL' is not sipvicious or sipp" ;; esac
    host_check "$HOST_NAME"
    ADDRESS=$(host_addr "$HOST_NAME")
}

# ends what this attack started, when it is interrupted
attack_end() {
    trap - EXIT INT TERM HUP
    [ -z "$ATTACK_GROUP" ] || kill -TERM -- "-$ATTACK_GROUP" 2>/dev/null || true
    rm -f "$RUN/attack"/*-$$.*
}

attack() {
    case ${1:-help} in
    help | -h | --help)
        attack_usage
        return 0
        ;;
    esac
    case " $ATTACK_KINDS " in
    *" $1 "*) ;;
    *) usage_error "attack: '$1' is not known, see: lab attack help" ;;
    esac
    attack_parse "$@"
    mkdir -p "$RUN/attack"
    ATTACK_SOURCE=$(attack_source)
    ATTACK_GROUP=''
    trap attack_end EXIT
    trap 'exit 130' INT TERM HUP
    set -m
    "attack_$KIND" &
    ATTACK_GROUP=$!
    set +m
    wait
}
