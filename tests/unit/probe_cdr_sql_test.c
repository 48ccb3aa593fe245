// SPDX-License-Identifier: MIT

// Following the CDR tables of a real MariaDB: the figures equal the GROUP BY that they replace,
// whatever happens to the tables and the connection meanwhile.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mysql.h>
#include <time.h>

#include "base/clock.h"
#include "probe/cdr_follow.h"
#include "probe/sql_number.h"

#include "link_servers.h"

#define DATABASE  "vos3000"
#define MINUTE_MS 60000LL
#define HOUR_MS   (60 * MINUTE_MS)

static const int64_t effective_reasons[] = {17, 486, -39};
#define EFFECTIVE_LIST "17, 486, -39"

static const struct cdr_layout layout = {
    .table_prefix = "e_cdr_",
    .columns = {[CDR_NUMBER] = "flowno",
                [CDR_STOP] = "stoptime",
                [CDR_TALK] = "holdtime",
                [CDR_REASON] = "endreason",
                [CDR_ROUTING] = "calleegatewayid",
                [CDR_MAPPING] = "callergatewayid",
                [CDR_ROUTING_PDD] = "calleepdd",
                [CDR_MAPPING_PDD] = "callerpdd"},
    .slice_rows = 500,
    .late_ms = 180000,
    .pace = {.clock_ms = 60000, .table_ms = 0, .late_ms = 0},
};

// The writer's own connection; the follower's is read-only.
static MYSQL *writer;
static char *socket_path;
static atomic_bool never_stop;

static void run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, fmt, args);
    va_end(args);
    if (mysql_query(writer, str_text(&text)) != 0)
        fail_msg("%s: %s", str_text(&text), mysql_error(writer));
    mysql_free_result(mysql_store_result(writer));
    str_dispose(&text);
}

static int start_server(void **state)
{
    (void)state;
    char *data = in_dir("data"), *log = in_dir("server.log");
    char *datadir = mem_printf("--datadir=%s", data);
    socket_path = in_dir("s.sock");
    char *socket_option = mem_printf("--socket=%s", socket_path);
    char *tmpdir = mem_printf("--tmpdir=%s", servers_dir);
    mkdir(data, 0700);
    const char *const argv[] = {"mariadbd",
                                "--no-defaults",
                                "--user=root",
                                datadir,
                                socket_option,
                                tmpdir,
                                "--skip-networking",
                                "--skip-grant-tables",
                                "--skip-innodb",
                                "--default-storage-engine=MyISAM",
                                "--performance-schema=OFF",
                                NULL};
    start_program(argv, log);
    free(data);
    free(log);
    free(datadir);
    free(socket_option);
    free(tmpdir);
    sql_library_init();
    writer = mysql_init(NULL);
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    while (mysql_real_connect(writer, NULL, "root", "", NULL, 0, socket_path, 0) == NULL) {
        if (clock_left_ms(deadline_ms) == 0)
            return -1;
        poll(NULL, 0, 10);
    }
    run("CREATE DATABASE " DATABASE);
    run("USE " DATABASE);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    mysql_close(writer);
    free(socket_path);
    return 0;
}

static struct sql *open_sql(void)
{
    struct sql_target target = {
        .where = "sw1: MySQL", .database = DATABASE, .user = "root", .password = ""};
    snprintf(target.endpoint.socket, sizeof target.endpoint.socket, "%s", socket_path);
    struct sql *sql = NULL;
    struct err err = {0};
    if (!sql_open(&target, 5000, &sql, &err))
        fail_msg("%s", err.text);
    return sql;
}

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

// The name of the table of the day that is `days` from today by this machine's (the server's) date.
static void table_name(int days, char out[32])
{
    time_t at = (time_t)now_s();
    struct tm day;
    localtime_r(&at, &day);
    day.tm_mday += days;
    day.tm_hour = 12;
    mktime(&day);
    strftime(out, 32, "e_cdr_%Y%m%d", &day);
}

static void make_table(const char *name)
{
    run("CREATE TABLE %s (flowno bigint NOT NULL, id int, starttime bigint, stoptime bigint, "
        "holdtime int, callerpdd int, calleepdd int, callergatewayid varchar(64), "
        "calleegatewayid varchar(64), endreason int, PRIMARY KEY (flowno), KEY (stoptime)) "
        "ENGINE=MyISAM CHARACTER SET utf8 COLLATE utf8_bin",
        name);
}

static void make_tables(void)
{
    run("DROP DATABASE " DATABASE);
    run("CREATE DATABASE " DATABASE);
    run("USE " DATABASE);
    for (int day = -1; day <= 0; day++) {
        char name[32];
        table_name(day, name);
        make_table(name);
    }
}

// Random records with NULLs in every column that may hold one; ends in the last reach_ms, numbers
// from `first` on in steps of `step`.
static void insert_random(const char *table, int64_t first, int64_t step, int count,
                          int64_t reach_ms)
{
    run("INSERT INTO %s SELECT %lld + CAST(seq AS SIGNED) * %lld, 0, NULL, "
        "IF(RAND() < 0.02, NULL, %lld - FLOOR(RAND() * %lld)), "
        "ELT(1 + FLOOR(RAND() * 4), NULL, 0, 1 + FLOOR(RAND() * 900), 30), "
        "ELT(1 + FLOOR(RAND() * 4), NULL, 0, 1 + FLOOR(RAND() * 9000), 700), "
        "ELT(1 + FLOOR(RAND() * 4), NULL, 0, 1 + FLOOR(RAND() * 9000), 700), "
        "ELT(1 + FLOOR(RAND() * 5), NULL, '', 'CUST-A', 'CUST-B', 'CUST-\xc3\xa9'), "
        "ELT(1 + FLOOR(RAND() * 6), NULL, '', 'CARRIER-A', 'CARRIER-B', 'carrier-b', 'C'), "
        "ELT(1 + FLOOR(RAND() * 6), NULL, 16, 17, 486, -39, 503) "
        "FROM seq_1_to_%d",
        table, (long long)first, (long long)step, (long long)(now_s() * 1000), (long long)reach_ms,
        count);
}

// What the follower knows of one gateway and window.
struct truth {
    const struct cdr_follow_state *state;
    enum gateway_kind kind;
    enum cdr_window window;
    size_t gateways;
};

static bool expect_row(void *user, const struct sql_value *values, size_t count)
{
    struct truth *truth = user;
    assert_int_equal(count, 7);
    long index =
        cdr_buckets_find(truth->state->buckets, truth->kind, values[0].text, values[0].len);
    if (index < 0)
        fail_msg("gateway %s is not counted", values[0].text);
    struct cdr_figures figures[CDR_WINDOWS];
    uint64_t minute;
    double minute_s;
    cdr_buckets_figures(truth->state->buckets, (size_t)index, figures, &minute, &minute_s);
    const struct cdr_figures *got = &figures[truth->window];
    const uint64_t have[] = {got->attempts,  got->answered, got->talk_s,
                             got->pdd_calls, got->pdd_ms,   got->effective};
    for (size_t i = 0; i < 6; i++) {
        int64_t want = 0;
        sql_value_int(&values[i + 1], &want);
        if ((uint64_t)want != have[i])
            fail_msg("gateway %s window %d figure %zu: %llu instead of %lld", values[0].text,
                     truth->window, i, (unsigned long long)have[i], (long long)want);
    }
    truth->gateways++;
    return true;
}

static size_t gateways_with_attempts(const struct truth *truth)
{
    size_t count = 0;
    for (size_t i = 0; i < cdr_buckets_count(truth->state->buckets); i++) {
        enum gateway_kind kind;
        struct cdr_figures figures[CDR_WINDOWS];
        uint64_t minute;
        double minute_s;
        cdr_buckets_name(truth->state->buckets, i, &kind);
        cdr_buckets_figures(truth->state->buckets, i, figures, &minute, &minute_s);
        count += kind == truth->kind && figures[truth->window].attempts > 0;
    }
    return count;
}

// The GROUP BY of the whole tables says the same as the follower, for each window and kind.
static void expect_group_by(const struct cdr_follow *follow, struct sql *sql)
{
    struct cdr_follow_state state;
    cdr_follow_get_state(follow, &state);
    assert_true(state.any_table);
    struct str from = {0};
    char *tables = mem_strdup(state.tables), *rest = NULL;
    for (char *name = strtok_r(tables, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest))
        str_appendf(&from, "%sSELECT * FROM %s", from.len > 0 ? " UNION ALL " : "", name);
    free(tables);
    for (enum gateway_kind kind = GATEWAY_ROUTING; kind < GATEWAY_KINDS; kind++) {
        const char *gateway = kind == GATEWAY_ROUTING ? "calleegatewayid" : "callergatewayid";
        const char *pdd = kind == GATEWAY_ROUTING ? "calleepdd" : "callerpdd";
        for (enum cdr_window window = CDR_5M; window < CDR_WINDOWS; window++) {
            struct truth truth = {.state = &state, .kind = kind, .window = window};
            assert_true(state.complete[window]);
            char *text = mem_printf(
                "SELECT %s, COUNT(*), SUM(COALESCE(holdtime,0) > 0), SUM(COALESCE(holdtime,0)), "
                "COUNT(NULLIF(%s,0)), COALESCE(SUM(%s),0), SUM(COALESCE(holdtime,0) > 0 OR "
                "COALESCE(endreason,0) IN (" EFFECTIVE_LIST
                ")) FROM (%s) AS cdr WHERE stoptime >= ? "
                "AND stoptime < ? AND %s <> '' GROUP BY %s",
                gateway, pdd, pdd, str_text(&from), gateway, gateway);
            const struct sql_value params[2] = {
                {.type = SQL_INT, .integer = cdr_buckets_window_begin(state.buckets, window)},
                {.type = SQL_INT, .integer = state.host_now_ms + MINUTE_MS}};
            struct sql_query query = {.text = text,
                                      .params = params,
                                      .param_count = 2,
                                      .deadline_ms = clock_mono_ms() + WAIT_MS};
            struct err err = {0};
            if (!sql_run(sql, &query, expect_row, &truth, &err))
                fail_msg("%s", err.text);
            assert_int_equal(truth.gateways, gateways_with_attempts(&truth));
            free(text);
        }
    }
    str_dispose(&from);
}

static struct cdr_turn turn_of(struct sql *sql)
{
    return (struct cdr_turn){.sql = sql,
                             .host = "sw1",
                             .deadline_ms = clock_mono_ms() + WAIT_MS,
                             .budget_ms = WAIT_MS,
                             .stop = &never_stop};
}

static struct cdr_follow *new_follow(const struct cdr_layout *with)
{
    return cdr_follow_new(with, effective_reasons,
                          sizeof effective_reasons / sizeof effective_reasons[0]);
}

static void refresh(struct cdr_follow *follow, struct sql *sql)
{
    struct cdr_turn turn = turn_of(sql);
    struct err err = {0};
    if (!cdr_follow_read(follow, &turn, &err))
        fail_msg("%s", err.text);
}

static struct cdr_follow_state state_of(const struct cdr_follow *follow)
{
    struct cdr_follow_state state;
    cdr_follow_get_state(follow, &state);
    return state;
}

static void figures_equal_the_group_by_over_both_days(void **state)
{
    (void)state;
    char today[32], yesterday[32];
    make_tables();
    table_name(0, today);
    table_name(-1, yesterday);
    // Not in the order of their ends, and with ends of today in yesterday's table.
    insert_random(yesterday, 1000, 7, 3000, 26 * HOUR_MS);
    insert_random(today, 1000000, 3, 6000, 3 * HOUR_MS);
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&layout);
    refresh(follow, sql);
    assert_int_equal(state_of(follow).loaded_pct, 100);
    expect_group_by(follow, sql);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    cdr_follow_free(follow);
    sql_close(sql);
}

// Inserts in another thread while the follower reads; numbers mostly rise, some come late.
struct inserter {
    MYSQL *connection;
    char table[32];
    atomic_bool stop;
    int inserted;
};

static void *insert_steadily(void *user)
{
    struct inserter *inserter = user;
    uint64_t random = 88172645463325252ULL;
    char text[300];
    for (int64_t i = 0; !atomic_load(&inserter->stop) && i < 20000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Every seventh is held back: it gets a number that others have passed already.
        int64_t number =
            5000000 + i * 10 - (random % 7 == 0 ? (int64_t)(random % 300) * 10 + 5 : 0);
        snprintf(text, sizeof text,
                 "INSERT IGNORE INTO %s VALUES (%lld, 0, NULL, %lld, %s, %d, NULL, 'CUST-A', "
                 "'CARRIER-%d', %d)",
                 inserter->table, (long long)number, (long long)(now_s() * 1000 - 2000),
                 random % 3 == 0   ? "NULL"
                 : random % 3 == 1 ? "0"
                                   : "61",
                 (int)(random % 5000), (int)(random % 5), random % 2 == 0 ? 17 : 16);
        if (mysql_query(inserter->connection, text) == 0)
            inserter->inserted++;
    }
    return NULL;
}

static void figures_equal_the_group_by_while_records_come(void **state)
{
    (void)state;
    struct inserter inserter = {.connection = mysql_init(NULL)};
    make_tables();
    table_name(0, inserter.table);
    insert_random(inserter.table, 1000, 3, 3000, 3 * HOUR_MS);
    assert_non_null(
        mysql_real_connect(inserter.connection, NULL, "root", "", DATABASE, 0, socket_path, 0));
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&layout);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, insert_steadily, &inserter), 0);
    for (int i = 0; i < 60; i++)
        refresh(follow, sql);
    atomic_store(&inserter.stop, true);
    pthread_join(thread, NULL);
    mysql_close(inserter.connection);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    assert_true(inserter.inserted > 100);
    assert_true(state_of(follow).late > 0);
    print_message("%d records came meanwhile, %llu late\n", inserter.inserted,
                  (unsigned long long)state_of(follow).late);
    cdr_follow_free(follow);
    sql_close(sql);
}

// Turns that are broken off at any point, with the connection lost, neither lose nor double a
// record.
static void broken_turns_lose_and_double_nothing(void **state)
{
    (void)state;
    char today[32];
    struct cdr_layout big = layout;
    big.slice_rows = 20000;
    make_tables();
    table_name(0, today);
    insert_random(today, 1000, 2, 100000, 3 * HOUR_MS);
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&big);
    int broken = 0;
    for (int i = 0; i < 200; i++) {
        if (!sql_is_usable(sql)) {
            sql_close(sql);
            sql = open_sql();
        }
        struct cdr_turn turn = turn_of(sql);
        turn.deadline_ms = clock_mono_ms() + 5 + i;
        struct err err = {0};
        if (cdr_follow_read(follow, &turn, &err))
            break;
        assert_non_null(strstr(err.text, "sw1"));
        broken++;
    }
    if (!sql_is_usable(sql)) {
        sql_close(sql);
        sql = open_sql();
    }
    assert_true(broken > 0);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    cdr_follow_free(follow);
    sql_close(sql);
}

static int stop_after;

static void count_progress(void *user, int pct, uint64_t records)
{
    (void)records;
    assert_in_range(pct, 0, 100);
    if (--stop_after == 0)
        atomic_store((atomic_bool *)user, true);
}

static void a_stopped_load_goes_on_where_it_was(void **state)
{
    (void)state;
    char today[32];
    make_tables();
    table_name(0, today);
    insert_random(today, 1000, 1, 5000, 3 * HOUR_MS);
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&layout);
    atomic_bool stop = false;
    struct cdr_turn turn = turn_of(sql);
    turn.stop = &stop;
    turn.progress = count_progress;
    turn.user = &stop;
    struct err err = {0};
    stop_after = 3;
    assert_false(cdr_follow_read(follow, &turn, &err));
    assert_string_equal(err.text, "sw1: stopped");
    uint64_t before = state_of(follow).records;
    assert_in_range(before, 1000, 2500);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    cdr_follow_free(follow);
    sql_close(sql);
}

// With no time for the day, the last 15 minutes are there at once; today follows in steps.
static void the_newest_records_come_before_the_day(void **state)
{
    (void)state;
    char today[32];
    make_tables();
    table_name(0, today);
    // Numbers rise with the ends of calls, as they do on a host: 20,000 over 30 hours.
    run("INSERT INTO %s SELECT seq, 0, NULL, %lld - (20000 - seq) * 5400, 30, 900, 900, 'CUST-A', "
        "'CARRIER-A', 16 FROM seq_1_to_20000",
        today, (long long)(now_s() * 1000));
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&layout);
    struct cdr_turn turn = turn_of(sql);
    turn.budget_ms = 0;
    struct err err = {0};
    assert_true(cdr_follow_read(follow, &turn, &err));
    assert_true(state_of(follow).complete[CDR_5M] && state_of(follow).complete[CDR_15M]);
    assert_true(state_of(follow).records < 2500);
    // In the small hours the day is not longer than what one slice holds.
    struct cdr_follow_state loaded = state_of(follow);
    bool is_early =
        loaded.host_now_ms - cdr_buckets_window_begin(loaded.buckets, CDR_TODAY) < 5 * HOUR_MS;
    assert_true(is_early || !loaded.complete[CDR_TODAY]);
    assert_true(is_early || loaded.loaded_pct < 60);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    cdr_follow_free(follow);
    sql_close(sql);
}

static void tables_come_and_go(void **state)
{
    (void)state;
    struct cdr_layout alert = layout;
    alert.pace.clock_ms = 0;
    char today[32], tomorrow[32], yesterday[32];
    run("DROP DATABASE " DATABASE);
    run("CREATE DATABASE " DATABASE);
    run("USE " DATABASE);
    table_name(0, today);
    table_name(1, tomorrow);
    table_name(-1, yesterday);
    run("CREATE TABLE excdrx%s (id int)", today + strlen("e_cdr_")); // another's, named alike
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&alert);
    refresh(follow, sql);
    assert_false(state_of(follow).any_table);
    assert_string_equal(state_of(follow).today, today);

    make_table(today); // empty at first
    refresh(follow, sql);
    assert_true(state_of(follow).today_exists);
    insert_random(today, 5000, 2, 1200, 2 * HOUR_MS);
    refresh(follow, sql);
    expect_group_by(follow, sql);

    make_table(tomorrow); // the day of the tables is another zone's
    make_table(yesterday);
    insert_random(tomorrow, 100000, 2, 700, HOUR_MS);
    insert_random(yesterday, 1, 2, 700, HOUR_MS);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    uint64_t records = state_of(follow).records;

    run("DROP TABLE %s", yesterday); // by data maintenance: what was counted stays counted
    refresh(follow, sql);
    refresh(follow, sql);
    assert_int_equal(state_of(follow).records, records);
    assert_null(strstr(state_of(follow).tables, yesterday));

    run("TRUNCATE TABLE %s", today); // another table than the one read: all is read anew
    run("TRUNCATE TABLE %s", tomorrow);
    insert_random(today, 10, 2, 900, HOUR_MS);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    insert_random(today, -5000, 2, 300, HOUR_MS); // filled up below what was read
    refresh(follow, sql);
    expect_group_by(follow, sql);
    cdr_follow_free(follow);
    sql_close(sql);
}

static void records_without_an_end_count_when_they_have_one(void **state)
{
    (void)state;
    char today[32];
    make_tables();
    table_name(0, today);
    insert_random(today, 1000, 1, 300, HOUR_MS);
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&layout);
    refresh(follow, sql);
    run("INSERT INTO %s VALUES (9000, 0, NULL, NULL, NULL, NULL, 800, 'CUST-A', 'CARRIER-A', "
        "NULL), "
        "(9001, 0, NULL, %lld, 30, 700, 800, 'CUST-A', 'CARRIER-A', 16)",
        today, (long long)(now_s() * 1000));
    refresh(follow, sql);
    expect_group_by(follow, sql);
    run("UPDATE %s SET stoptime = %lld, holdtime = 12 WHERE flowno = 9000", today,
        (long long)(now_s() * 1000));
    refresh(follow, sql);
    expect_group_by(follow, sql);
    cdr_follow_free(follow);
    sql_close(sql);
}

static void missing_columns_are_told(void **state)
{
    (void)state;
    char today[32];
    make_tables();
    table_name(0, today);
    run("ALTER TABLE %s DROP COLUMN endreason, DROP COLUMN calleepdd", today);
    run("INSERT INTO %s (flowno, stoptime, holdtime, calleegatewayid) VALUES (1, %lld, 5, 'A')",
        today, (long long)(now_s() * 1000));
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&layout);
    refresh(follow, sql);
    assert_false(state_of(follow).has[CDR_REASON]);
    assert_false(state_of(follow).has[CDR_ROUTING_PDD]);
    assert_true(state_of(follow).has[CDR_TALK]);
    assert_int_equal(cdr_buckets_count(state_of(follow).buckets), 1);
    cdr_follow_free(follow);
    sql_close(sql);

    run("ALTER TABLE %s DROP COLUMN stoptime", today);
    sql = open_sql();
    struct cdr_layout usual = layout;
    usual.pace = (struct cdr_pace)CDR_PACE;
    follow = new_follow(&usual);
    struct cdr_turn turn = turn_of(sql);
    for (int reading = 0; reading < 2; reading++) { // the next one says it again
        struct err err = {0};
        assert_false(cdr_follow_read(follow, &turn, &err));
        assert_non_null(strstr(err.text, "has no column stoptime"));
        assert_non_null(strstr(err.text, today));
    }
    cdr_follow_free(follow);
    sql_close(sql);
}

struct handler_reads {
    int64_t rows;
};

static bool add_reads(void *user, const struct sql_value *values, size_t count)
{
    struct handler_reads *reads = user;
    int64_t value = 0;
    assert_int_equal(count, 2);
    sql_value_int(&values[1], &value);
    reads->rows += value;
    return true;
}

// Rows and index entries that the server has read for this connection.
static int64_t rows_read(struct sql *sql)
{
    struct handler_reads reads = {0};
    struct err err = {0};
    struct sql_query query = {.text = "SHOW SESSION STATUS LIKE 'Handler_read_%'",
                              .deadline_ms = clock_mono_ms() + WAIT_MS};
    if (!sql_run(sql, &query, add_reads, &reads, &err))
        fail_msg("%s", err.text);
    return reads.rows;
}

// What a refresh makes the server read is what is new, not what is there.
static void a_refresh_costs_what_is_new(void **state)
{
    (void)state;
    char today[32];
    struct cdr_layout usual = layout;
    usual.slice_rows = 50000;
    usual.pace = (struct cdr_pace)CDR_PACE;
    make_tables();
    table_name(0, today);
    insert_random(today, 1000, 1000, 200000, 20 * HOUR_MS);
    struct sql *sql = open_sql();
    struct cdr_follow *follow = new_follow(&usual);
    refresh(follow, sql);
    expect_group_by(follow, sql);
    int64_t own = rows_read(sql);
    own = rows_read(sql) - own; // of asking itself
    const int added[] = {0, 500, 2000};
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
        if (added[i] > 0)
            insert_random(today, 300000000 + (int64_t)i * 10000000, 1000, added[i], MINUTE_MS);
        int64_t before = rows_read(sql), begin_ms = clock_mono_ms();
        refresh(follow, sql);
        int64_t took_ms = clock_mono_ms() - begin_ms;
        int64_t cost = rows_read(sql) - before - own;
        print_message("%d new of 200,000: %lld rows read, %lld ms\n", added[i], (long long)cost,
                      (long long)took_ms);
        assert_in_range(cost, 0, added[i] + 30);
    }
    expect_group_by(follow, sql);
    cdr_follow_free(follow);
    sql_close(sql);
}

static int all_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_equal_the_group_by_over_both_days),
        cmocka_unit_test(figures_equal_the_group_by_while_records_come),
        cmocka_unit_test(broken_turns_lose_and_double_nothing),
        cmocka_unit_test(a_stopped_load_goes_on_where_it_was),
        cmocka_unit_test(the_newest_records_come_before_the_day),
        cmocka_unit_test(tables_come_and_go),
        cmocka_unit_test(records_without_an_end_count_when_they_have_one),
        cmocka_unit_test(missing_columns_are_told),
        cmocka_unit_test(a_refresh_costs_what_is_new),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server) != 0;
}

int main(void)
{
    return servers_guard(all_tests);
}
