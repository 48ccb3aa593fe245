# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The hosts' web interface on port 8080: web/external.py.

web_up() {
    local host=$1 quirks=()
    [ "${WEB_QUIRKS:-0}" = 0 ] || quirks=(--quirks)
    start_daemon "$host" web /usr/bin/python3 -BsE "$LAB_HOME/web/external.py" --dir "$RUN/$host" \
        --address "$(host_addr "$host")" --port 8080 ${quirks[@]+"${quirks[@]}"}
}

web_answers() { ns_exec "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080' 2>/dev/null; }
