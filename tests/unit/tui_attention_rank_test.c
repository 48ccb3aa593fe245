// SPDX-License-Identifier: MIT

// Which of two rows of one level a person should look at first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/attention_rank.h"

static char probe_name[] = "gateways", asr[] = "asr_pct", locked[] = "locked", none[] = "";
static char low[] = "attempts>=20 asr_pct<40", very_low[] = "attempts>=20 asr_pct<20";
static char is_locked[] = "locked=true";
static struct profile_threshold thresholds[] = {
    {.probe = probe_name, .column = asr, .warn = low, .crit = very_low, .word = none},
    {.probe = probe_name, .column = locked, .warn = is_locked, .word = none},
};
static const struct profile profile = {.thresholds = thresholds, .threshold_count = 2};

enum { HOST, ATTEMPTS, ASR, LOCKED, SEVERITY, VALUE, LOWER, AGE, ACK, COLUMNS };
static const struct column columns[COLUMNS] = {
    [HOST] = {.name = "host", .kind = KIND_TEXT, .key = true},
    [ATTEMPTS] = {.name = "attempts", .kind = KIND_INT},
    [ASR] = {.name = "asr_pct", .kind = KIND_PCT},
    [LOCKED] = {.name = "locked", .kind = KIND_BOOL},
    [SEVERITY] = {.name = "severity", .kind = KIND_TEXT},
    [VALUE] = {.name = "value", .kind = KIND_REAL},
    [LOWER] = {.name = "lower", .kind = KIND_REAL},
    [AGE] = {.name = "age_s", .kind = KIND_DURATION_S},
    [ACK] = {.name = "is_acknowledged", .kind = KIND_BOOL},
};
static const struct schema schema = {
    .name = "gateways", .columns = columns, .column_count = COLUMNS};

static double rank(struct table *table)
{
    struct attention_scale scale;
    attention_scale_init(&scale, &schema, &profile);
    double rank = attention_rank(&scale, table, 0);
    attention_scale_dispose(&scale);
    table_free_unsealed(table);
    return rank;
}

static struct table *gateway(int64_t attempts, double asr_pct)
{
    struct table *table = table_new(&schema);
    table_add_row(table);
    table_set_int(table, 0, ATTEMPTS, attempts);
    table_set_real(table, 0, ASR, asr_pct);
    table_set_level(table, 0, ASR, LEVEL_WARN);
    return table;
}

static struct table *alarm(const char *severity, double value, double age_s)
{
    struct table *table = table_new(&schema);
    table_add_row(table);
    table_set_text(table, 0, SEVERITY, severity);
    table_set_level(table, 0, SEVERITY, LEVEL_CRIT);
    table_set_real(table, 0, VALUE, value);
    table_set_real(table, 0, LOWER, 30);
    table_set_real(table, 0, AGE, age_s);
    return table;
}

static void an_active_gateway_stands_above_a_locked_idle_one(void **state)
{
    (void)state;
    struct table *idle = gateway(0, 0);
    table_set_int(idle, 0, LOCKED, 1);
    table_set_level(idle, 0, LOCKED, LEVEL_WARN);
    assert_true(rank(gateway(1000, 35)) > rank(idle));
}

static void calls_and_distance_count(void **state)
{
    (void)state;
    assert_true(rank(gateway(2000, 30)) > rank(gateway(20, 30)));
    assert_true(rank(gateway(200, 5)) > rank(gateway(200, 38)));
}

static void severity_then_distance_then_youth(void **state)
{
    (void)state;
    assert_true(rank(alarm("critical", 29, 9000)) > rank(alarm("major", 1, 10)));
    assert_true(rank(alarm("major", 3, 9000)) > rank(alarm("major", 29, 10)));
    assert_true(rank(alarm("major", 12, 10)) > rank(alarm("major", 12, 9000)));
}

static void what_somebody_works_on_comes_last(void **state)
{
    (void)state;
    struct table *handled = alarm("critical", 1, 10);
    table_set_int(handled, 0, ACK, 1);
    assert_true(rank(handled) < rank(alarm("major", 29, 9000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_active_gateway_stands_above_a_locked_idle_one),
        cmocka_unit_test(calls_and_distance_count),
        cmocka_unit_test(severity_then_distance_then_youth),
        cmocka_unit_test(what_somebody_works_on_comes_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
