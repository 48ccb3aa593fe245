# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The hosts' OpenSSH server, the operator's key, and the list of the hosts' keys.

sshd_operator_key() {
    [ -e "$RUN/operator_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C "operator@$LAB" -f "$RUN/operator_ed25519"
}

sshd_host_key() {
    [ -e "$RUN/$1/sshd/$2" ] || ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$RUN/$1/sshd/$2"
}

# sshd_write_config HOST KEY [LINE…]: LINEs come first and so win
sshd_write_config() {
    local host=$1 key=$2 dir=$RUN/$1/sshd
    shift 2
    {
        [ $# -eq 0 ] || printf '%s\n' "$@"
        cat <<-END
	ListenAddress $(host_addr "$host"):22
	HostKey $dir/$key
	PidFile $dir/sshd.pid
	AuthorizedKeysFile $dir/authorized_keys
	StrictModes no
	PermitRootLogin prohibit-password
	PubkeyAuthentication yes
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM no
	UseDNS no
	PrintMotd no
	PrintLastLog no
	X11Forwarding no
	MaxSessions 10
	LogLevel VERBOSE
	END
    } >"$dir/sshd_config"
}

sshd_known_hosts() {
    local host
    for host in $(host_list); do
        [ ! -e "$RUN/$host/sshd/host_ed25519.pub" ] || echo "$(host_addr "$host") $(cut -d' ' -f1,2 "$RUN/$host/sshd/host_ed25519.pub")"
    done >"$RUN/known_hosts.new"
    mv "$RUN/known_hosts.new" "$RUN/known_hosts"
}

sshd_up() {
    local host=$1 dir=$RUN/$1/sshd
    install -d -m 755 "$dir"
    sshd_operator_key
    sshd_host_key "$host" host_ed25519
    cp "$RUN/operator_ed25519.pub" "$dir/authorized_keys"
    sshd_write_config "$host" host_ed25519
    start_daemon "$host" sshd /usr/sbin/sshd -D -e -f "$dir/sshd_config"
}

# the configuration is read anew for new connections
sshd_reload() { host_exec "$1" kill -HUP "$(cat "$RUN/$1/pid/sshd.pid")"; }

sshd_answers() { ns_exec "$1" /bin/bash -c "exec 3<>/dev/tcp/$(host_addr "$1")/22" 2>/dev/null; }

sshd_wait() { wait_until 10 sshd_answers "$1" || die "$1: sshd does not answer: $(tail -n 3 "$RUN/$1/log/sshd.log")"; }

# pids, inside the host, of the servers of single connections
sshd_sessions() {
    local listener
    listener=$(cat "$RUN/$1/pid/sshd.pid")
    host_exec "$1" pgrep -x sshd | grep -vxF "$listener"
}

sshd_sessions_signal() {
    local pids
    mapfile -t pids < <(sshd_sessions "$1")
    [ ${#pids[@]} -eq 0 ] || host_exec "$1" kill "-$2" "${pids[@]}" 2>/dev/null || true
}
