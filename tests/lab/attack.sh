# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# Scanners and floods from 192.0.2.0/24, bounded in time and rate; in the foreground, ended with the command.

ATTACK_LIMIT_S=600
ATTACK_LIMIT_PPS=2000

attack_usage() {
    cat <<'END'
usage: lab attack options|register|invite|spread [--seconds N] [--rate PPS] [--host swN] [--tool sipvicious|sipp]
  options    asks numbers from one address                           (svmap, svwar; 50 a second)
  register   guesses the passwords of three phones from one address  (svcrack; 20 a second): suspends them
  invite     calls numbers from one address                          (svmap; 20 a second)
  spread     asks numbers from 200 addresses                         (SIPp; 100 a second)
The address is 192.0.2.66 at first and the next one each time.
  --seconds N  so long, at most 600 (default: 20)
  --rate PPS   requests a second, 1 to 2000
  --host       whom (default: sw1)
  --tool       sipvicious, or sipp for a higher and steadier rate; spread is always SIPp
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

# table of sources and numbers for SIPp: SOURCES addresses from .2 on, or the one
attack_table() {
    echo SEQUENTIAL
    awk -v n="$1" -v one="$ATTACK_SOURCE" 'BEGIN {
        for (i = 0; i < 2000; i++) printf "%s;%d;;\n", (n > 1 ? "192.0.2." (2 + i % n) : one), 1000 + i }'
}

# attack_flood METHOD SOURCES AGENT
attack_flood() {
    local method=$1 sources=$2 agent=$3 part=flood-$$
    sed -e "s/@METHOD@/$method/" -e "s/@AGENT@/$agent/" "$LAB_HOME/attack/probe.xml" >"$RUN/attack/$part.xml"
    attack_table "$sources" >"$RUN/attack/$part.table"
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

attack_register() {
    local phones phone part=guess-$$
    mapfile -t phones < <(attack_phones "$HOST_NAME")
    [ ${#phones[@]} -gt 0 ] || die "$HOST_NAME has no phone to attack"
    if [ "$TOOL" = sipp ]; then
        {
            echo SEQUENTIAL
            for phone in "${phones[@]}"; do
                echo "$ATTACK_SOURCE;$phone;[authentication username=$phone password=wrong];"
            done
        } >"$RUN/attack/$part.table"
        attack_sipp "$part.table" "$LAB_HOME/attack/guess.xml"
        return
    fi
    for phone in "${phones[@]}"; do
        attack_vicious "$(attack_share ${#phones[@]})" svcrack --maximumtime "$SECONDS_LONG" -u "$phone" -r 1000-9999 "$ADDRESS" &
    done
    wait
}

attack_parse() {
    KIND=$1 SECONDS_LONG=20 RATE='' HOST_NAME=sw1 TOOL=sipvicious
    shift
    while [ $# -gt 0 ]; do
        case $1 in
        --seconds) SECONDS_LONG=${2:-} ;;
        --rate) RATE=${2:-} ;;
        --host) HOST_NAME=${2:-} ;;
        --tool) TOOL=${2:-} ;;
        *) usage_error "attack: '$1' is not known, see: lab attack help" ;;
        esac
        [ $# -gt 1 ] || usage_error "attack: $1 needs a value"
        shift 2
    done
    if [ -z "$RATE" ]; then
        case $KIND in options) RATE=50 ;; spread) RATE=100 ;; *) RATE=20 ;; esac
    fi
    [[ $SECONDS_LONG =~ ^[1-9][0-9]{0,2}$ && $SECONDS_LONG -le $ATTACK_LIMIT_S ]] ||
        usage_error "attack: --seconds '$SECONDS_LONG' is not from 1 to $ATTACK_LIMIT_S"
    [[ $RATE =~ ^[1-9][0-9]{0,3}$ && $RATE -le $ATTACK_LIMIT_PPS ]] || usage_error "attack: --rate '$RATE' is not from 1 to $ATTACK_LIMIT_PPS"
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
    options | register | invite | spread) ;;
    help | -h | --help)
        attack_usage
        return 0
        ;;
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
