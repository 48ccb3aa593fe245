// SPDX-License-Identifier: MIT

// What of one reading needs a person.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/clock.h"
#include "tui/attention_rows.h"

enum { SW1 = 3 };
enum { HOST, GATEWAY, CALLS, BANNED, SINCE, COLUMNS };
static const struct column columns[COLUMNS] = {
    [HOST] = {.name = "host", .kind = KIND_TEXT, .key = true},
    [GATEWAY] = {.name = "gateway", .kind = KIND_TEXT, .key = true},
    [CALLS] = {.name = "calls", .kind = KIND_INT},
    [BANNED] = {.name = "banned", .kind = KIND_TEXT},
    [SINCE] = {.name = "since", .kind = KIND_TIME},
};
static const struct schema schema = {
    .name = "gateways", .columns = columns, .column_count = COLUMNS};

static size_t add(struct table *table, const char *gateway, int64_t calls, enum level level)
{
    size_t row = table_add_row(table);
    table_set_text(table, row, HOST, "sw1");
    table_set_text(table, row, GATEWAY, gateway);
    table_set_int(table, row, CALLS, calls);
    table_set_level(table, row, CALLS, level);
    return row;
}

// Seals the table and gives it up, as a model does when the next reading comes.
static struct attention_rows take(struct table *table, size_t total)
{
    struct attention_rows rows = {0};
    struct attention_scale scale;
    struct advice *advice = advice_new(NULL, &schema, NULL);
    const struct table *sealed = table_seal(table);
    attention_scale_init(&scale, &schema, NULL);
    struct attention_reading reading = {.host = SW1,
                                        .probe = &probe_gateways,
                                        .production = true,
                                        .table = sealed,
                                        .total = total,
                                        .scale = &scale,
                                        .advice = advice};
    attention_rows_take(&rows, &reading);
    attention_scale_dispose(&scale);
    advice_free(advice);
    table_unref(sealed);
    return rows;
}

static void the_worst_stand_first_and_what_is_well_does_not_stand(void **state)
{
    (void)state;
    struct table *table = table_new(&schema);
    add(table, "well", 900, LEVEL_OK);
    add(table, "few", 2, LEVEL_CRIT);
    add(table, "warned", 500, LEVEL_WARN);
    add(table, "many", 300, LEVEL_CRIT);
    struct attention_rows rows = take(table, 3);
    assert_int_equal(rows.total, 3);
    assert_int_equal(rows.worst.count, 3);
    assert_string_equal(rows.worst.items[0].subject, "many");
    assert_string_equal(rows.worst.items[1].subject, "few");
    assert_string_equal(rows.worst.items[2].subject, "warned");
    assert_string_equal(rows.worst.items[0].about, "many");
    assert_int_equal(rows.worst.items[0].host, SW1);
    assert_true(rows.worst.items[0].production);
    attention_rows_dispose(&rows);
}

static void of_many_the_worst_are_kept_and_all_are_counted(void **state)
{
    (void)state;
    enum { MANY = 500 };
    struct table *table = table_new(&schema);
    for (int i = 0; i < MANY; i++) {
        char name[16];
        snprintf(name, sizeof name, "gw%d", i);
        add(table, name, i + 1, LEVEL_CRIT);
    }
    struct attention_rows rows = take(table, MANY);
    assert_int_equal(rows.total, MANY);
    assert_in_range(rows.worst.count, 4, MANY - 1);
    assert_string_equal(rows.worst.items[0].subject, "gw499");
    for (size_t i = 1; i < rows.worst.count; i++)
        assert_true(rows.worst.items[i - 1].rank >= rows.worst.items[i].rank);
    attention_rows_dispose(&rows);
}

static void who_is_banned_is_no_longer_critical(void **state)
{
    (void)state;
    struct table *table = table_new(&schema);
    size_t banned = add(table, "banned", 900, LEVEL_CRIT);
    table_set_text(table, banned, BANNED, "for 1h");
    add(table, "not banned", 1, LEVEL_CRIT);
    struct attention_rows rows = take(table, 2);
    assert_string_equal(rows.worst.items[0].subject, "not banned");
    assert_int_equal(rows.worst.items[1].level, LEVEL_WARN);
    attention_rows_dispose(&rows);
}

static void since_when_is_kept_so_that_the_age_goes_on(void **state)
{
    (void)state;
    struct table *table = table_new(&schema);
    size_t row = add(table, "old", 900, LEVEL_CRIT);
    int64_t since_ms = clock_wall_ms() - 3600000;
    table_set_int(table, row, SINCE, since_ms);
    struct attention_rows rows = take(table, 1);
    assert_int_equal(rows.worst.items[0].since_ms, since_ms);
    assert_true(rows.worst.items[0].age_s >= 3600);
    attention_rows_dispose(&rows);
}

static void without_a_reading_there_is_nothing(void **state)
{
    (void)state;
    struct table *table = table_new(&schema);
    add(table, "bad", 1, LEVEL_CRIT);
    struct attention_rows rows = take(table, 1);
    attention_rows_take(&rows, &(struct attention_reading){.host = SW1});
    assert_int_equal(rows.total, 0);
    assert_int_equal(rows.worst.count, 0);
    attention_rows_dispose(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_stand_first_and_what_is_well_does_not_stand),
        cmocka_unit_test(of_many_the_worst_are_kept_and_all_are_counted),
        cmocka_unit_test(who_is_banned_is_no_longer_critical),
        cmocka_unit_test(since_when_is_kept_so_that_the_age_goes_on),
        cmocka_unit_test(without_a_reading_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
