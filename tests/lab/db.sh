# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The hosts' MariaDB: a data folder prepared once in a cache, copied for each host, with today's CDR tables.
# Its account "mysql" exists in the hosts only, with an id of its own, so that mariadb-server-core is enough.

DB_UID=3306

db_write_config() {
    cat >"$2" <<-END
	[mariadbd]
	datadir = $1
	socket = $3
	bind-address = 127.0.0.1
	port = 3306
	pid-file = $1/mariadbd.server.pid
	tmpdir = /var/tmp
	user = mysql
	skip-innodb
	default-storage-engine = MyISAM
	character-set-server = utf8mb3
	collation-server = utf8mb3_bin
	sql-mode = NO_ENGINE_SUBSTITUTION
	skip-name-resolve
	max_connections = 160
	wait_timeout = 31000
	local-infile = OFF
	skip-log-bin
	performance_schema = OFF
	key_buffer_size = 16M
	aria_pagecache_buffer_size = 2M
	aria_log_file_size = 8M
	table_open_cache = 256
	table_definition_cache = 400
	thread_cache_size = 4
	query_cache_type = OFF
	query_cache_size = 0
	concurrent_insert = 2
	END
}

db_cache_key() {
    cat "$LAB_HOME"/sql/*.sql "$LAB_HOME/db.sh" <(mariadbd --version) | sha256sum | cut -c1-16
}

# db_copy FOLDER: a copy of the prepared data, which is made first if need be; one lab at a time
db_copy() {
    local ready
    install -d -m 711 "$CACHE"
    ready=$CACHE/mysql-$(db_cache_key)
    (
        exec 8<"$CACHE"
        flock -w 60 8 || die "another lab has been preparing the database for a minute"
        [ -d "$ready" ] || db_prepare "$ready"
        cp -a --reflink=auto "$ready/." "$1/"
    )
}

# in a namespace without any network: nobody else can reach this server
db_prepare() {
    local new=$CACHE/new
    rm -rf "$CACHE"/mysql-* "$new"
    mkdir -p "$new/data" "$new/run"
    chown $DB_UID:$DB_UID "$new" "$new/data" "$new/run"
    db_write_config "$new/data" "$new/run/my.cnf" "$new/run/s"
    timeout 60 unshare --net --mount --pid --fork --kill-child --mount-proc -- \
        "$LAB_HOME/inside/db-prepare" "$new" "$LAB_HOME/sql" "$DB_UID" >"$new/log" 2>&1 ||
        die "the database could not be prepared, see $new/log: $(tail -n 3 "$new/log")"
    mv "$new/data" "$1"
    rm -rf "$new"
}

db_up() {
    local host=$1 data=$RUN/$1/mysql
    db_copy "$data"
    db_write_config /var/lib/mysql "$RUN/$host/my.cnf" "$RUN/$host/mysql.sock"
    chmod 644 "$RUN/$host/my.cnf"
    ln -sf "$RUN/$host/mysql.sock" "$data/mysql.sock"
    chown $DB_UID:$DB_UID "$RUN/$host"
    start_daemon "$host" mariadbd mariadbd "--defaults-file=$RUN/$host/my.cnf"
}

db_answers() { host_sql "$1" 'DO 1' 2>/dev/null; }

db_wait() { wait_until 20 db_answers "$1" || die "$1: the database does not answer: $(tail -n 3 "$RUN/$1/log/mariadbd.log")"; }

# e_cdr_YYYYMMDD of yesterday, today and tomorrow (UTC, the hosts' zone)
db_daily_tables() {
    local day
    for day in yesterday today tomorrow; do
        echo "CREATE TABLE IF NOT EXISTS e_cdr_$(date -u -d "$day" +%Y%m%d) LIKE e_cdr;"
    done | host_sql "$1"
}
