// SPDX-License-Identifier: MIT

// What the embedded profile says of rows, and which of them it calls worrying.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/judge.h"

static struct profile *profile;

static int load_profile(void **state)
{
    (void)state;
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    return profile_load("vos3000", NULL, &profile, &errors) ? 0 : -1;
}

static int free_profile(void **state)
{
    (void)state;
    profile_free(profile);
    return 0;
}

static void set(struct table *table, const char *name, const char *text)
{
    const struct schema *schema = table_schema(table);
    int col = schema_find(schema, name);
    if (col < 0)
        fail_msg("no column %s", name);
    enum kind kind = schema->columns[col].kind;
    if (kind == KIND_TEXT || kind == KIND_ADDRESS)
        table_set_text(table, 0, (size_t)col, text);
    else if (kind == KIND_BOOL)
        table_set_int(table, 0, (size_t)col, strcmp(text, "yes") == 0);
    else
        table_set_real(table, 0, (size_t)col, strtod(text, NULL));
}

// "a=1 b=yes" as a row of the pane: the text of the worded column, and the row's worst level.
static void assert_said(const struct probe *probe, const char *cells, const char *column,
                        const char *expected, enum level level)
{
    struct err_list errors = {0};
    struct judge *judge = judge_new(profile, probe, &errors);
    struct table *table = table_new(probe->schema);
    table_add_row(table);
    char *text = mem_strdup(cells), *save;
    for (char *pair = strtok_r(text, " ", &save); pair != NULL; pair = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(pair, '=');
        *equals = '\0';
        set(table, pair, equals + 1);
    }
    judge_apply(judge, table);
    enum level worst = LEVEL_NONE;
    for (size_t col = 0; col < probe->schema->column_count; col++) {
        enum level here = table_cell(table, 0, col)->level;
        worst = here > worst ? here : worst;
    }
    const struct cell *cell = table_cell(table, 0, (size_t)schema_find(probe->schema, column));
    char *said = cell->known ? mem_strndup(cell->as.text, cell->len) : mem_strdup("unknown");
    if (strcmp(said, expected) != 0 || worst != level)
        fail_msg("%s: said '%s', level %d", cells, said, (int)worst);
    free(said);
    free(text);
    table_free_unsealed(table);
    judge_free(judge);
}

static void balances(const char *cells, const char *expected, enum level level)
{
    assert_said(&probe_balances, cells, "state", expected, level);
}

static void a_balance_worries_where_calls_are_lost(void **state)
{
    (void)state;
    balances("headroom=500 today=20 hours_left=300 locked=no", "ok", LEVEL_NONE);
    balances("headroom=5 today=20 hours_left=6 locked=no", "runs out", LEVEL_WARN);
    balances("headroom=5 today=200 hours_left=0.5 locked=no", "runs out", LEVEL_CRIT);
    balances("headroom=-0.02 today=17 hours_left=0 locked=no", "used up", LEVEL_CRIT);
    balances("headroom=0 today=0 locked=no", "used up", LEVEL_NONE);
    balances("headroom=0 today=0 locked=yes", "locked, used up", LEVEL_NONE);
    balances("headroom=90 today=3 locked=yes", "locked", LEVEL_WARN);
    balances("headroom=90 today=0 locked=no expired_s=3600", "expired", LEVEL_WARN);
    balances("headroom=90 today=0 locked=no expired_s=9000000", "expired", LEVEL_NONE);
    // Nothing is called ok that could not be read.
    balances("locked=no", "unknown", LEVEL_NONE);
    balances("headroom=500", "unknown", LEVEL_NONE);
}

static void calls(const char *cells, const char *expected, enum level level)
{
    assert_said(&probe_calls, cells, "flags", expected, level);
}

static void a_call_past_its_limit_runs_away(void **state)
{
    (void)state;
    calls("duration_s=600 limit_s=7200 limit_pct=8.3", "", LEVEL_NONE);
    calls("limit_s=7200", "", LEVEL_NONE);
    calls("duration_s=6900 limit_s=7200 limit_pct=95.8", "long", LEVEL_WARN);
    calls("duration_s=7210 limit_s=7200 limit_pct=100.1", "long", LEVEL_WARN);
    calls("duration_s=7300 limit_s=7200 limit_pct=101.4", "runaway", LEVEL_CRIT);
    // The limit cannot be read: nothing is said, and two hours are long anywhere.
    calls("duration_s=600", "unknown", LEVEL_NONE);
    calls("duration_s=7300", "unknown", LEVEL_WARN);
}

static void media_is_missed_only_where_it_is_relayed(void **state)
{
    (void)state;
    calls("duration_s=60 limit_s=7200 caller_media_packets=0 callee_media_packets=0", "",
          LEVEL_NONE);
    calls("duration_s=60 limit_s=7200 relayed=yes caller_media_packets=0 callee_media_packets=0",
          "no media", LEVEL_WARN);
    calls("duration_s=10 limit_s=7200 relayed=yes caller_media_packets=0 callee_media_packets=0",
          "", LEVEL_NONE);
    calls("duration_s=60 limit_s=7200 caller_media_packets=900 callee_media_packets=0", "one-way",
          LEVEL_WARN);
}

static void users(const char *cells, const char *expected, enum level level)
{
    assert_said(&probe_users, cells, "note", expected, level);
}

static void logins_are_noted_and_only_strange_ones_worry(void **state)
{
    (void)state;
    users("hour=9 sessions=1 addresses=1 for_s=60", "", LEVEL_NONE);
    users("hour=3 sessions=1 addresses=1 for_s=60", "off-hours", LEVEL_NONE);
    users("hour=9 sessions=2 addresses=1", "several sessions", LEVEL_NONE);
    users("hour=9 sessions=2 addresses=2", "several addresses", LEVEL_WARN);
    users("hour=9 sessions=1 addresses=1 address_is_new=yes", "new address", LEVEL_WARN);
    users("hour=3 sessions=1 addresses=1 address_is_new=yes", "new address, off-hours", LEVEL_CRIT);
    users("hour=9 sessions=1 addresses=1 locked=yes", "locked user", LEVEL_CRIT);
    users("sessions=1 addresses=1", "unknown", LEVEL_NONE);
}

static void revenue_worries_where_there_are_calls_enough(void **state)
{
    (void)state;
    assert_said(&probe_revenue, "fee=90 calls=500 calls_before=520 change_pct=-10", "note", "",
                LEVEL_NONE);
    assert_said(&probe_revenue, "fee=40 calls=200 calls_before=520 change_pct=-60", "note", "fell",
                LEVEL_WARN);
    assert_said(&probe_revenue, "fee=4 calls=20 calls_before=5200 change_pct=-96", "note", "fell",
                LEVEL_CRIT);
    assert_said(&probe_revenue, "fee=40 calls=2 calls_before=9 change_pct=-60", "note", "fell",
                LEVEL_NONE);
    assert_said(&probe_revenue, "fee=400 calls=2000 calls_before=9 change_pct=900", "note", "rose",
                LEVEL_WARN);
    assert_said(&probe_revenue, "fee=0 calls=2000", "note", "nothing earned", LEVEL_WARN);
    assert_said(&probe_revenue, "fee=9 calls=2000", "note", "unknown", LEVEL_NONE);
}

static void a_web_rule_for_everybody_is_critical(void **state)
{
    (void)state;
    static const struct {
        const char *cells;
        enum level level;
    } cases[] = {
        {"kind=web address=127.0.0.1", LEVEL_NONE}, {"kind=web address=10.0.0.0/8", LEVEL_NONE},
        {"kind=web address=192.0.2.*", LEVEL_NONE}, {"kind=web address=0.0.0.0", LEVEL_CRIT},
        {"kind=web address=0.0.0.0/0", LEVEL_CRIT}, {"kind=web address=*", LEVEL_CRIT},
        {"kind=web address=*.*.*.*", LEVEL_CRIT},   {"kind=web address=127.0.0.1,*", LEVEL_CRIT},
        {"kind=range address=0.0.0.0", LEVEL_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_said(&probe_access, cases[i].cells, "area", "unknown", cases[i].level);
}

static void parameters_and_retention_name_the_difference(void **state)
{
    (void)state;
    assert_said(&probe_parameters, "effective=6 is_default=yes", "note", "", LEVEL_NONE);
    assert_said(&probe_parameters, "effective=9 is_default=no", "note", "changed", LEVEL_NONE);
    assert_said(&probe_parameters, "effective=0 is_default=yes differs=yes", "note",
                "not as recommended", LEVEL_WARN);
    assert_said(&probe_parameters, "differs=no", "note", "unknown", LEVEL_NONE);
    assert_said(&probe_maintenance, "tables=1 crashed=0 age_d=80", "note", "", LEVEL_NONE);
    assert_said(&probe_maintenance, "tables=1 crashed=0 over_d=12", "note", "older than agreed",
                LEVEL_WARN);
    assert_said(&probe_maintenance, "tables=9 crashed=1", "note", "crashed", LEVEL_CRIT);
}

static void a_service_worries_where_it_should_run(void **state)
{
    (void)state;
    static const struct {
        const char *cells, *note;
        enum level level;
    } cases[] = {
        {"state=running expected=yes vital=yes restarts=0 uptime_s=99999 later_s=1", "",
         LEVEL_NONE},
        {"state=crashed expected=yes vital=no", "ended abnormally", LEVEL_CRIT},
        {"state=stopped expected=yes vital=no", "stopped by hand", LEVEL_WARN},
        {"state=stopped expected=yes vital=yes", "stopped by hand", LEVEL_CRIT},
        {"state=down expected=no vital=no", "", LEVEL_NONE},
        {"state=missing expected=yes vital=yes", "not installed", LEVEL_CRIT},
        {"state=unknown expected=yes vital=yes", "its status script did not answer", LEVEL_WARN},
        {"state=running expected=yes vital=yes restarts=1 uptime_s=4000 later_s=9000",
         "restarted since the first look", LEVEL_NONE},
        {"state=running expected=yes vital=yes restarts=1 uptime_s=1000 later_s=9000",
         "restarted since the first look", LEVEL_WARN},
        {"state=running expected=yes vital=no restarts=0 uptime_s=100 later_s=9000",
         "started later than the others", LEVEL_WARN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_said(&probe_processes, cases[i].cells, "note", cases[i].note, cases[i].level);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_balance_worries_where_calls_are_lost),
        cmocka_unit_test(a_call_past_its_limit_runs_away),
        cmocka_unit_test(media_is_missed_only_where_it_is_relayed),
        cmocka_unit_test(logins_are_noted_and_only_strange_ones_worry),
        cmocka_unit_test(revenue_worries_where_there_are_calls_enough),
        cmocka_unit_test(a_web_rule_for_everybody_is_critical),
        cmocka_unit_test(parameters_and_retention_name_the_difference),
        cmocka_unit_test(a_service_worries_where_it_should_run),
    };
    return cmocka_run_group_tests(tests, load_profile, free_profile);
}
