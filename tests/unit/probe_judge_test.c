// SPDX-License-Identifier: MIT

// Thresholds to levels, and what every reader does to a reading.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "probe/judge.h"

static const struct host_config host = {.name = (char[]){"sw1"},
                                        .mysql_host = (char[]){"127.0.0.1"},
                                        .mysql_socket = (char[]){""},
                                        .mysql_port = 3306,
                                        .http_port = 8080};

static size_t column(const char *name)
{
    return (size_t)schema_find(probe_alarms.schema, name);
}

static size_t add_alarm(struct table *table, const char *severity, double value)
{
    size_t row = table_add_row(table);
    table_set_text(table, row, 0, "sw1");
    table_set_text(table, row, column("severity"), severity);
    if (value >= 0)
        table_set_real(table, row, column("value"), value);
    return row;
}

static struct profile_threshold threshold(char *name, char *warn, char *crit)
{
    static char probe[] = "alarms", word[] = "";
    return (struct profile_threshold){.probe = probe,
                                      .column = name,
                                      .warn = warn,
                                      .crit = crit,
                                      .word = word,
                                      .place = {"p.ini", 1}};
}

static void levels_follow_the_conditions_and_the_worst_wins(void **state)
{
    (void)state;
    char severity[] = "severity", value[] = "value", crit[] = "severity>=major";
    char warn[] = "severity>=minor", low[] = "value<10 severity!=info";
    struct profile_threshold thresholds[] = {threshold(severity, warn, crit),
                                             threshold(value, low, NULL)};
    struct profile profile = {.thresholds = thresholds, .threshold_count = 2};
    struct err_list errors = {0};
    struct judge *judge = judge_new(&profile, &probe_alarms, &errors);
    assert_int_equal(errors.count, 0);
    struct table *table = table_new(probe_alarms.schema);
    size_t critical = add_alarm(table, "critical", 5), minor = add_alarm(table, "minor", 50);
    size_t info = add_alarm(table, "info", 5), unknown = add_alarm(table, NULL, -1);
    judge_apply(judge, table);
    assert_int_equal(table_cell(table, critical, column("severity"))->level, LEVEL_CRIT);
    assert_int_equal(table_cell(table, critical, column("value"))->level, LEVEL_WARN);
    assert_int_equal(table_cell(table, minor, column("severity"))->level, LEVEL_WARN);
    assert_int_equal(table_cell(table, minor, column("value"))->level, LEVEL_NONE);
    assert_int_equal(table_cell(table, info, column("severity"))->level, LEVEL_NONE);
    assert_int_equal(table_cell(table, info, column("value"))->level, LEVEL_NONE);
    assert_int_equal(table_cell(table, unknown, column("severity"))->level, LEVEL_NONE);
    assert_int_equal(table_cell(table, unknown, column("value"))->level, LEVEL_NONE);
    table_free_unsealed(table);
    judge_free(judge);
}

static void a_reading_hands_its_tables_over_judged_and_sealed(void **state)
{
    (void)state;
    char severity[] = "severity", crit[] = "severity=critical";
    struct profile_threshold one = threshold(severity, NULL, crit);
    struct profile profile = {.thresholds = &one, .threshold_count = 1};
    struct reading reading = {
        .probe = &probe_alarms, .profile = &profile, .host = &host, .state = host_state_new(&host)};
    for (int i = 0; i < 2; i++) { // the second replaces the first
        struct table *table = reading_table(&reading);
        add_alarm(table, "critical", 1);
        reading_done(&reading, 0, table);
    }
    assert_int_equal(table_rows(reading.tables[0]), 1);
    assert_int_equal(table_cell(reading.tables[0], 0, column("severity"))->level, LEVEL_CRIT);
    assert_true(table_row_id(reading.tables[0], 0) != 0);
    reading_dispose(&reading);
    assert_null(reading.tables);
    host_state_free(reading.state);
}

static void notes_are_joined_and_never_overflow(void **state)
{
    (void)state;
    struct reading reading = {0};
    reading_note(&reading, "one %d", 1);
    reading_note(&reading, "two");
    assert_string_equal(reading.note, "one 1; two");
    for (int i = 0; i < 100; i++)
        reading_note(&reading, "a long sentence that goes on");
    assert_true(strlen(reading.note) < sizeof reading.note);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_follow_the_conditions_and_the_worst_wins),
        cmocka_unit_test(a_reading_hands_its_tables_over_judged_and_sealed),
        cmocka_unit_test(notes_are_joined_and_never_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
