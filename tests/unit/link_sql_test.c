// SPDX-License-Identifier: MIT

// Tunnels and SQL: a real MariaDB behind a real SSH server.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/un.h>

#include "link/sql.h"
#include "link_servers.h"

static struct sshd sshd;
static struct run run;
static int database_port;
static pid_t database;
static char *database_socket;

static void start_database(void)
{
    char *data = mem_printf("--datadir=%s/db", servers_dir);
    char *log = in_dir("db.log");
    const char *install[] = {"mariadb-install-db",
                             "--no-defaults",
                             data,
                             "--user=root",
                             "--auth-root-authentication-method=normal",
                             "--skip-test-db",
                             NULL};
    assert_int_equal(run_program(install), 0);
    database_port = free_port();
    database_socket = in_dir("db.sock");
    char *port = mem_printf("--port=%d", database_port),
         *path = mem_printf("--socket=%s", database_socket);
    const char *serve[] = {"/usr/sbin/mariadbd",
                           "--no-defaults",
                           data,
                           port,
                           path,
                           "--user=root",
                           "--bind-address=127.0.0.1",
                           "--skip-log-bin",
                           "--innodb-buffer-pool-size=8M",
                           NULL};
    database = start_program(serve, log);
    wait_for_port(database_port);
    char *socket_option = mem_printf("--socket=%s", database_socket);
    const char *sql =
        "CREATE DATABASE vos; USE vos;"
        "CREATE TABLE kinds (id BIGINT, small TINYINT, big BIGINT UNSIGNED, price DECIMAL(20,6), "
        "ratio DOUBLE,"
        " name VARCHAR(2000), raw BLOB, at DATETIME, y YEAR) ENGINE=MyISAM DEFAULT CHARSET=utf8 "
        "COLLATE=utf8_bin;"
        "INSERT INTO kinds VALUES (9007199254740993, -7, 18446744073709551615, 12.345600, 0.5, "
        "'Zoë', 'a\\0b',"
        " '2026-11-20 08:00:00', 2026), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"
        "CREATE USER noc@'%' IDENTIFIED BY 'sesam'; GRANT SELECT ON vos.* TO noc@'%';"
        "CREATE USER writer@'%' IDENTIFIED BY 'sesam'; GRANT ALL ON vos.* TO writer@'%';"
        "DELETE FROM mysql.global_priv WHERE User=''; FLUSH PRIVILEGES;";
    const char *client[] = {"mariadb",
                            "--no-defaults",
                            "--default-character-set=utf8mb4",
                            socket_option,
                            "-uroot",
                            "-e",
                            sql,
                            NULL};
    assert_int_equal(run_program(client), 0);
    free(socket_option);
    free(path);
    free(port);
    free(log);
    free(data);
}

static int start(void **state)
{
    (void)state;
    assert_true(sql_library_init());
    servers_prepare();
    sshd_start(&sshd, "");
    start_database();
    run_up(&run, sshd.port);
    return 0;
}

static int end(void **state)
{
    (void)state;
    run_stop(&run);
    sshd_stop(&sshd);
    kill(database, SIGTERM);
    waitpid(database, NULL, 0);
    free(database_socket);
    return 0;
}

static struct sql_target target_through(struct run *with, const char *host, int port)
{
    struct sql_target target = {.where = "sw1: MySQL 127.0.0.1:3306",
                                .database = "vos",
                                .user = "noc",
                                .password = "sesam",
                                .load = link_load(with->link)};
    struct err err = {0};
    if (!link_tunnel(with->link, host, port, &target.endpoint, &err))
        fail_msg("%s", err.text);
    return target;
}

static struct sql_target target_tunnelled(void)
{
    return target_through(&run, "127.0.0.1", database_port);
}

static struct sql *open_sql(const struct sql_target *target)
{
    struct sql *sql = NULL;
    struct err err = {0};
    if (!sql_open(target, 5000, &sql, &err))
        fail_msg("%s", err.text);
    return sql;
}

static struct sql_query query_of(const char *text, int64_t within_ms)
{
    return (struct sql_query){.text = text, .deadline_ms = clock_mono_ms() + within_ms};
}

struct table {
    struct sql_value cells[64];
    char texts[64][64];
    size_t count, columns, rows;
};

static bool keep_row(void *user, const struct sql_value *values, size_t count)
{
    struct table *table = user;
    table->columns = count;
    table->rows++;
    for (size_t i = 0; i < count && table->count < 64; i++) {
        table->cells[table->count] = values[i];
        if (values[i].type == SQL_TEXT)
            memcpy(table->texts[table->count], values[i].text,
                   values[i].len < 63 ? values[i].len + 1 : 63);
        table->count++;
    }
    return true;
}

static void run_one(struct sql *sql, const char *text, struct table *table)
{
    struct sql_query query = query_of(text, 5000);
    struct err err = {0};
    *table = (struct table){0};
    if (!sql_run(sql, &query, keep_row, table, &err))
        fail_msg("%s", err.text);
}

static void expect_error(struct sql *sql, const char *text, const char *words)
{
    struct sql_query query = query_of(text, 5000);
    struct err err = {0};
    assert_false(sql_run(sql, &query, NULL, NULL, &err));
    if (strstr(err.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, err.text);
    assert_int_equal(strncmp(err.text, "sw1: MySQL 127.0.0.1:3306: ", 27), 0);
}

static void values_keep_their_types(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    struct table table;
    run_one(sql, "SELECT * FROM kinds", &table);
    assert_int_equal(table.rows, 2);
    assert_int_equal(table.columns, 9);
    assert_int_equal(table.cells[0].type, SQL_INT);
    assert_true(table.cells[0].integer == 9007199254740993);
    assert_int_equal(table.cells[1].integer, -7);
    assert_int_equal(table.cells[2].type, SQL_TEXT);
    assert_string_equal(table.texts[2], "18446744073709551615");
    assert_int_equal(table.cells[3].type, SQL_REAL);
    assert_true(table.cells[3].real > 12.34559 && table.cells[3].real < 12.34561);
    assert_true(table.cells[4].real == 0.5);
    assert_string_equal(table.texts[5], "Zoë");
    assert_int_equal(table.cells[6].len, 3);
    assert_memory_equal(table.texts[6], "a\0b", 4);
    assert_string_equal(table.texts[7], "2026-11-20 08:00:00");
    assert_int_equal(table.cells[8].integer, 2026);
    for (size_t i = 9; i < 18; i++)
        assert_int_equal(table.cells[i].type, SQL_NULL);
    sql_close(sql);
}

static void parameters_are_bound_not_pasted(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    const struct sql_value params[] = {
        {.type = SQL_TEXT, .text = "x' OR '1'='1", .len = 12},
        {.type = SQL_INT, .integer = 9007199254740993},
        {.type = SQL_REAL, .real = 0.25},
        {.type = SQL_NULL},
    };
    struct sql_query query = query_of("SELECT ?, ? + 0, ? * 2e0, ?", 5000);
    query.params = params;
    query.param_count = 4;
    struct err err = {0};
    for (int i = 0; i < 3; i++) {
        struct table table = {0};
        assert_true(sql_run(sql, &query, keep_row, &table, &err));
        assert_string_equal(table.texts[0], "x' OR '1'='1");
        assert_true(table.cells[1].integer == 9007199254740993);
        assert_true(table.cells[2].real == 0.5);
        assert_int_equal(table.cells[3].type, SQL_NULL);
    }
    query.param_count = 3;
    assert_false(sql_run(sql, &query, NULL, NULL, &err));
    assert_non_null(strstr(err.text, "4 parameters, 3 are given"));
    sql_close(sql);
}

static bool check_length(void *user, const struct sql_value *values, size_t count)
{
    size_t *sum = user;
    assert_int_equal(count, 2);
    if (values[1].type == SQL_TEXT) {
        assert_int_equal(strspn(values[1].text, "y"), values[1].len);
        assert_int_equal((size_t)values[0].integer, values[1].len);
    }
    *sum += values[1].len;
    return true;
}

static void long_texts_come_whole_among_short_ones(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    size_t sum = 0;
    struct sql_query query = query_of("SELECT n, REPEAT('y', n) FROM (SELECT 5 n UNION ALL SELECT "
                                      "300000 UNION ALL SELECT 7 UNION ALL"
                                      " SELECT 0 UNION ALL SELECT 5000000 UNION ALL SELECT 3) t",
                                      10000);
    struct err err = {0};
    if (!sql_run(sql, &query, check_length, &sum, &err))
        fail_msg("%s", err.text);
    assert_int_equal(sum, 5300015);
    sql_close(sql);
}

static bool stop_after_three(void *user, const struct sql_value *values, size_t count)
{
    (void)values;
    (void)count;
    return ++*(int *)user < 3;
}

static void reading_can_end_early_and_go_on_with_another_query(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    int rows = 0;
    struct sql_query query = query_of("SELECT column_name FROM information_schema.columns", 5000);
    struct err err = {0};
    if (!sql_run(sql, &query, stop_after_three, &rows, &err))
        fail_msg("%s", err.text);
    assert_int_equal(rows, 3);
    struct table table;
    run_one(sql, "SELECT 1", &table);
    assert_int_equal(table.cells[0].integer, 1);
    sql_close(sql);
}

static void errors_say_what_is_wrong(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    expect_error(sql, "SELECT * FROM absent", "absent");
    expect_error(sql, "SELECT nothing FROM kinds", "nothing");
    expect_error(sql, "SELEKT", "SELEKT");
    expect_error(sql, "INSERT INTO kinds (id) VALUES (1)", "denied");
    assert_true(sql_is_usable(sql));
    sql_close(sql);

    struct err err = {0};
    target.password = "wrong-secret";
    assert_false(sql_open(&target, 5000, &sql, &err));
    assert_non_null(strstr(err.text, "login denied for user noc: wrong password"));
    assert_null(strstr(err.text, "wrong-secret"));
    target.password = "sesam";
    target.database = "absent_db";
    assert_false(sql_open(&target, 5000, &sql, &err));
    assert_true(strstr(err.text, "no right to database absent_db") != NULL);
    target.user = "root";
    target.password = "";
    assert_false(sql_open(&target, 5000, &sql, &err));
    assert_non_null(strstr(err.text, "unknown database absent_db"));
}

static void session_is_read_only_even_for_an_account_that_may_write(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    target.user = "writer";
    struct sql *sql = open_sql(&target);
    expect_error(sql, "INSERT INTO kinds (id) VALUES (1)", "READ ONLY");
    expect_error(sql, "SELECT 1; SELECT 2", "syntax");
    expect_error(sql, "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE kinds", "");
    sql_close(sql);
}

static size_t sleeping_queries(void)
{
    struct sql_target target = target_tunnelled();
    target.user = "root";
    target.password = "";
    target.database = "";
    struct sql *sql = open_sql(&target);
    struct table table;
    run_one(sql, "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'",
            &table);
    sql_close(sql);
    return table.rows;
}

static void deadline_ends_the_query_on_the_server(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    struct sql_query query = query_of("SELECT SLEEP(60) + id FROM kinds", 400);
    struct err err = {0};
    int64_t began_ms = clock_mono_ms();
    assert_false(sql_run(sql, &query, NULL, NULL, &err));
    assert_in_range(clock_mono_ms() - began_ms, 380, 1500);
    assert_string_equal(
        err.text,
        "sw1: MySQL 127.0.0.1:3306: the query took longer than 0.4 s and was ended on the server");
    assert_int_equal(sleeping_queries(), 0);
    assert_false(sql_is_usable(sql));
    assert_false(sql_run(sql, &query, NULL, NULL, &err));
    sql_close(sql);
}

static void server_has_a_limit_of_its_own(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    struct table table;
    run_one(sql, "SELECT @@max_statement_time, @@character_set_client", &table);
    assert_true(table.cells[0].real == 15);
    assert_int_equal(strncmp(table.texts[1], "utf8", 4), 0);
    assert_non_null(strstr(sql_server_version(sql), "MariaDB"));
    sql_close(sql);
}

struct querier {
    struct sql *sql;
    bool ok;
    struct err err;
};

static void *query_long(void *arg)
{
    struct querier *querier = arg;
    struct sql_query query = query_of("SELECT SLEEP(60) + id FROM kinds", 30000);
    querier->ok = sql_run(querier->sql, &query, NULL, NULL, &querier->err);
    return NULL;
}

static void wait_until_sleeping(void)
{
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    while (sleeping_queries() == 0)
        assert_true(clock_mono_ms() < deadline_ms);
}

static void cancel_ends_the_wait_at_once(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct querier querier = {.sql = open_sql(&target)};
    pthread_t thread;
    assert_true(thread_start(&thread, "querier", query_long, &querier));
    wait_until_sleeping();
    int64_t began_ms = clock_mono_ms();
    sql_cancel(querier.sql);
    pthread_join(thread, NULL);
    assert_in_range(clock_mono_ms() - began_ms, 0, 200);
    assert_false(querier.ok);
    assert_string_equal(querier.err.text, "sw1: MySQL 127.0.0.1:3306: stopped");
    sql_close(querier.sql);
}

static void stopped_link_ends_the_query(void **state)
{
    (void)state;
    struct run other;
    run_up(&other, sshd.port);
    struct sql_target target = target_through(&other, "127.0.0.1", database_port);
    struct querier querier = {.sql = open_sql(&target)};
    pthread_t thread;
    assert_true(thread_start(&thread, "querier", query_long, &querier));
    wait_until_sleeping();
    int64_t began_ms = clock_mono_ms();
    link_stop(other.link);
    pthread_join(thread, NULL);
    assert_in_range(clock_mono_ms() - began_ms, 0, 300);
    assert_false(querier.ok);
    assert_false(sql_is_usable(querier.sql));
    sql_close(querier.sql);
    run_wait_ended(&other);
    assert_int_equal(access(target.endpoint.socket, F_OK), -1);
    run_dispose(&other);
}

static void columns_are_discovered(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    struct sql_columns columns;
    struct err err = {0};
    unsigned long long before = 0;
    for (int i = 0; i < 2; i++) {
        assert_true(sql_table_columns(sql, "kinds", clock_mono_ms() + 5000, &columns, &err));
        assert_true(columns.exists);
        assert_int_equal(columns.count, 9);
        assert_string_equal(columns.names[0], "id");
        assert_true(sql_columns_have(&columns, "price"));
        assert_false(sql_columns_have(&columns, "pric"));
        sql_columns_dispose(&columns);
        if (i == 0)
            before = atomic_load(&target.load->statements);
    }
    assert_int_equal(atomic_load(&target.load->statements), before); // the second time from memory
    assert_true(sql_table_columns(sql, "absent", clock_mono_ms() + 5000, &columns, &err));
    assert_false(columns.exists);
    assert_int_equal(columns.count, 0);
    sql_columns_dispose(&columns);
    sql_close(sql);
}

static void identifiers_are_words_only(void **state)
{
    (void)state;
    assert_true(sql_is_identifier("e_cdr_20261120"));
    assert_true(sql_is_identifier("_x"));
    assert_false(sql_is_identifier(""));
    assert_false(sql_is_identifier("1x"));
    assert_false(sql_is_identifier("a`b"));
    assert_false(sql_is_identifier("a b"));
    assert_false(
        sql_is_identifier("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void socket_is_private_and_the_same_for_the_same_target(void **state)
{
    (void)state;
    struct sql_target first = target_tunnelled(), second = target_tunnelled();
    assert_string_equal(first.endpoint.socket, second.endpoint.socket);
    struct stat st;
    assert_int_equal(stat(first.endpoint.socket, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    *strrchr(first.endpoint.socket, '/') = '\0';
    assert_int_equal(stat(first.endpoint.socket, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

// Connects as another process; true when the server's greeting came.
static bool stranger_is_let_in(const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        char byte = 0;
        ssize_t got = connect(fd, (struct sockaddr *)&address, sizeof address) == 0
                          ? recv(fd, &byte, 1, 0)
                          : -1;
        _exit(got == 1 ? 1 : 0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status) == 1;
}

static void another_process_is_not_let_through(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    assert_false(stranger_is_let_in(target.endpoint.socket));
}

static void unix_socket_of_the_host_is_reached(void **state)
{
    (void)state;
    struct sql_target target = target_through(&run, database_socket, 0);
    struct sql *sql = open_sql(&target);
    struct table table;
    run_one(sql, "SELECT 42", &table);
    assert_int_equal(table.cells[0].integer, 42);
    sql_close(sql);
}

static void expect_tunnel_error(struct run *with, int port, const char *words)
{
    struct sql_target target = target_through(with, "127.0.0.1", port);
    struct sql *sql = NULL;
    struct err err = {0};
    assert_false(sql_open(&target, 5000, &sql, &err));
    assert_int_equal(strncmp(err.text, "sw1: MySQL 127.0.0.1:3306: ", 27), 0);
    link_tunnel_error(with->link, "127.0.0.1", port, &err);
    if (strstr(err.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, err.text);
}

static void port_without_a_service_is_said(void **state)
{
    (void)state;
    expect_tunnel_error(&run, free_port(), "nothing answers at 127.0.0.1:");
    struct err err = {0};
    link_tunnel_error(run.link, "127.0.0.1", database_port, &err);
    assert_string_equal(err.text, "");
}

static void forbidden_forwarding_is_said(void **state)
{
    (void)state;
    struct sshd strict;
    struct run other;
    sshd_start(&strict, "AllowTcpForwarding no");
    run_up(&other, strict.port);
    expect_tunnel_error(&other, database_port, "forbids forwarding to 127.0.0.1:");
    run_stop(&other);
    sshd_stop(&strict);
}

// Many megabytes both ways while a client is slow: the session's commands go on.
static void slow_client_holds_up_nobody(void **state)
{
    (void)state;
    char *path = in_dir("echo.sock");
    struct link_endpoint endpoint;
    struct err err = {0};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    assert_int_equal(bind(server, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server, 1), 0);
    assert_true(link_tunnel(run.link, path, 0, &endpoint, &err));
    snprintf(address.sun_path, sizeof address.sun_path, "%s", endpoint.socket);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    int peer = accept(server, NULL, NULL);
    const size_t total = 20u << 20;
    pid_t pid = fork();
    if (pid == 0) {
        static char bytes[65536];
        memset(bytes, 'z', sizeof bytes);
        for (size_t sent = 0; sent < total; sent += sizeof bytes)
            for (size_t at = 0; at < sizeof bytes;) {
                ssize_t wrote = write(peer, bytes + at, sizeof bytes - at);
                if (wrote <= 0)
                    _exit(1);
                at += (size_t)wrote;
            }
        _exit(0);
    }
    close(peer);
    struct link_result result;
    assert_true(run_script(&run, "echo alive", &result,
                           &err)); // nothing was read from the client's end yet
    link_result_dispose(&result);
    static char bytes[65536];
    size_t got = 0;
    for (ssize_t n; (n = read(client, bytes, sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < n; i++)
            assert_int_equal(bytes[i], 'z');
        got += (size_t)n;
    }
    assert_int_equal(got, total);
    close(client);
    close(server);
    waitpid(pid, NULL, 0);
    free(path);
}

static void big_statement_goes_up_whole(void **state)
{
    (void)state;
    struct sql_target target = target_tunnelled();
    struct sql *sql = open_sql(&target);
    char *text = mem_alloc(4000000 + 1);
    memset(text, 'q', 4000000);
    const struct sql_value param = {.type = SQL_TEXT, .text = text, .len = 4000000};
    struct sql_query query = query_of("SELECT LENGTH(?)", 10000);
    query.params = &param;
    query.param_count = 1;
    struct table table = {0};
    struct err err = {0};
    if (!sql_run(sql, &query, keep_row, &table, &err))
        fail_msg("%s", err.text);
    assert_int_equal(table.cells[0].integer, 4000000);
    free(text);
    sql_close(sql);
}

static int tests(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(identifiers_are_words_only),
        cmocka_unit_test(values_keep_their_types),
        cmocka_unit_test(parameters_are_bound_not_pasted),
        cmocka_unit_test(long_texts_come_whole_among_short_ones),
        cmocka_unit_test(reading_can_end_early_and_go_on_with_another_query),
        cmocka_unit_test(errors_say_what_is_wrong),
        cmocka_unit_test(session_is_read_only_even_for_an_account_that_may_write),
        cmocka_unit_test(deadline_ends_the_query_on_the_server),
        cmocka_unit_test(server_has_a_limit_of_its_own),
        cmocka_unit_test(cancel_ends_the_wait_at_once),
        cmocka_unit_test(stopped_link_ends_the_query),
        cmocka_unit_test(columns_are_discovered),
        cmocka_unit_test(socket_is_private_and_the_same_for_the_same_target),
        cmocka_unit_test(another_process_is_not_let_through),
        cmocka_unit_test(unix_socket_of_the_host_is_reached),
        cmocka_unit_test(port_without_a_service_is_said),
        cmocka_unit_test(forbidden_forwarding_is_said),
        cmocka_unit_test(slow_client_holds_up_nobody),
        cmocka_unit_test(big_statement_goes_up_whole),
    };
    return cmocka_run_group_tests(all, start, end);
}

int main(void)
{
    return servers_guard(tests);
}
