// SPDX-License-Identifier: MIT

// Conditions over rows: each form true, false and unknown, and faults said where they stand.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "checklist/condition.h"
#include "probe/probe.h"

#define ROWS_MAX 8

// Alarms: severity, object, value (NAN: unknown), level.
struct alarm {
    const char *severity, *object;
    double value;
    enum level level;
};

static const struct alarm alarms[] = {
    {"critical", "CARRIER-A", 12.5, LEVEL_CRIT},
    {"critical", "CARRIER-B", 30, LEVEL_CRIT},
    {"minor", "CUST-C", 5, LEVEL_WARN},
};

static size_t column(const char *name)
{
    int col = schema_find(probe_alarms.schema, name);
    assert_true(col >= 0);
    return (size_t)col;
}

static const struct table *make_table(const struct alarm *rows, size_t count)
{
    struct table *table = table_new(probe_alarms.schema);
    for (size_t i = 0; i < count; i++) {
        size_t row = table_add_row(table);
        table_set_text(table, row, 0, "sw1");
        table_set_text(table, row, column("severity"), rows[i].severity);
        table_set_text(table, row, column("object"), rows[i].object);
        table_set_real(table, row, column("value"), rows[i].value);
        table_set_level(table, row, column("severity"), rows[i].level);
    }
    return table_seal(table);
}

static struct condition *parse(const char *text)
{
    struct condition *condition;
    struct err err = {0};
    size_t position;
    if (!condition_parse(text, probe_alarms.schema, &condition, &position, &err))
        fail_msg("%s: character %zu: %s", text, position, err.text);
    return condition;
}

static enum truth truth_over(const char *text, const struct table *table)
{
    static const size_t all[ROWS_MAX] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct row_list rows = {table, all, table != NULL ? table_rows(table) : 0};
    struct condition *condition = parse(text);
    enum truth truth = condition_evaluate(condition, &rows);
    condition_free(condition);
    return truth;
}

static void check_truths(const struct table *table, const char *const *texts, enum truth expected)
{
    for (; *texts != NULL; texts++)
        if (truth_over(*texts, table) != expected)
            fail_msg("%s: %d, not %d", *texts, (int)truth_over(*texts, table), (int)expected);
}

static const char *const true_ones[] = {"count(severity=critical) > 0",
                                        "count(severity=critical) = 2",
                                        "count() >= 3",
                                        "count() <= 3",
                                        "count() < 4",
                                        "count(severity=critical) != 1",
                                        "count(object:\"no such (thing\") = 0",
                                        "critical() = 2",
                                        "warning() = 3",
                                        "critical(object=CARRIER-A) = 1",
                                        "sum(value) = 47.5",
                                        "min(value) < 10",
                                        "max(value) >= 30",
                                        "min(value, severity=critical) > 12",
                                        "sum(value, severity=info) = 0",
                                        "count(severity=info) > 0 | count(severity=minor) = 1",
                                        "count() > 0 count(severity=minor) > 0",
                                        "count(object:CARRIER | severity=minor) = 3",
                                        NULL};

static const char *const false_ones[] = {
    "count(severity=critical) > 2", "count() = 2", "count() != 3", "count() < 3", "count() <= 2",
    "critical() > 2", "warning(severity=info) > 0", "sum(value) > 48", "min(value) < 5",
    "max(value) > 30",
    // of nothing there is no least and no most
    "min(value, severity=info) < 10", "max(value, severity=info) >= 0",
    "count(severity=info) > 0 | count() = 0", "count() > 0 count(severity=info) > 0", NULL};

static void each_form_is_true_and_false(void **state)
{
    (void)state;
    const struct table *table = make_table(alarms, 3);
    check_truths(table, true_ones, TRUTH_TRUE);
    check_truths(table, false_ones, TRUTH_FALSE);
    table_unref(table);
}

static void nothing_is_known_of_a_table_that_was_not_read(void **state)
{
    (void)state;
    check_truths(NULL, true_ones, TRUTH_UNKNOWN);
    check_truths(NULL, false_ones, TRUTH_UNKNOWN);
}

static void an_unknown_cell_makes_its_figure_unknown(void **state)
{
    (void)state;
    struct alarm rows[] = {{"critical", "A", 1, LEVEL_CRIT}, {"minor", "B", 0, LEVEL_WARN}};
    rows[1].value = 0.0 / (rows[1].value * 0.0); // not a number: unknown
    static const char *const unknown[] = {"sum(value) > 0",
                                          "sum(value) = 0",
                                          "min(value) < 100",
                                          "max(value) > 0",
                                          "sum(value) > 0 count() = 2",
                                          "sum(value) > 0 | count() = 0",
                                          NULL};
    static const char *const known[] = {"sum(value, severity=critical) = 1", "count() = 2",
                                        "count(value=) = 1", "sum(value) > 0 | count() = 2", NULL};
    static const char *const not_so[] = {"sum(value) > 0 count() = 0", NULL};
    const struct table *table = make_table(rows, 2);
    check_truths(table, unknown, TRUTH_UNKNOWN);
    check_truths(table, known, TRUTH_TRUE);
    check_truths(table, not_so, TRUTH_FALSE);
    table_unref(table);
}

static void the_rows_that_made_it_true_are_marked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool marks[3];
    } cases[] = {
        {"count(severity=critical) > 1", {true, true, false}},
        {"count(severity=critical) > 5", {false, false, false}},
        {"count(severity=info) = 0", {false, false, false}},
        {"min(value) < 10", {false, false, true}},
        {"critical(object:B) > 0 | count(severity=minor) > 0", {false, true, true}},
        {"critical(object:B) > 0 | count(severity=minor) > 7", {false, true, false}},
        {"sum(value, object:CARRIER) > 1", {true, true, false}},
    };
    static const size_t all[] = {0, 1, 2};
    const struct table *table = make_table(alarms, 3);
    struct row_list rows = {table, all, 3};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool marks[3] = {false};
        struct condition *condition = parse(cases[i].text);
        condition_mark(condition, &rows, marks);
        if (memcmp(marks, cases[i].marks, sizeof marks) != 0)
            fail_msg("%s: %d %d %d", cases[i].text, marks[0], marks[1], marks[2]);
        condition_free(condition);
    }
    table_unref(table);
}

static void a_measure_tells_figure_and_bound(void **state)
{
    (void)state;
    static const size_t all[] = {0, 1, 2};
    const struct table *table = make_table(alarms, 3);
    struct row_list rows = {table, all, 3};
    struct condition *condition = parse("count(severity=critical) > 1 min(value) < 7.5");
    struct measure measure;
    assert_true(condition_measure(condition, &rows, 0, &measure));
    assert_string_equal(measure.text, "count(severity=critical)");
    assert_null(measure.column);
    assert_true(measure.known && measure.value > 1.9 && measure.value < 2.1);
    assert_true(condition_measure(condition, &rows, 1, &measure));
    assert_string_equal(measure.column->name, "value");
    assert_true(measure.bound > 7.4 && measure.bound < 7.6);
    assert_int_equal(measure.relation, RELATION_LESS);
    assert_false(condition_measure(condition, &rows, 2, &measure));
    condition_free(condition);
    table_unref(table);
}

static void a_fault_is_said_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t position;
        const char *says;
    } cases[] = {
        {"", 0, "empty"},
        {"severity=critical", 0, "a figure is due"},
        {"count severity", 5, "parenthesis is missing"},
        {"count(severity=critical", 5, "not closed"},
        {"count(severty=critical) > 0", 6, "severity"},
        {"count(severity=grave) > 0", 15, "grave"},
        {"count() 5", 8, "relation"},
        {"count() > x", 10, "number of rows"},
        {"count() > -1", 10, "number of rows"},
        {"sum() > 0", 4, "column is missing"},
        {"sum(objct) > 0", 4, "object"},
        {"sum(object) > 0", 4, "no numbers"},
        {"min(value severity=minor) > 0", 10, "comma"},
        {"min(value) > many", 13, "value"},
        {"count() > 0 |", 13, "behind |"},
        {"| count() > 0", 0, "before |"},
        {"count() > 0 and count() > 1", 12, "a figure is due"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct condition *condition;
        struct err err = {0};
        size_t position;
        assert_false(
            condition_parse(cases[i].text, probe_alarms.schema, &condition, &position, &err));
        if (position != cases[i].position || strstr(err.text, cases[i].says) == NULL)
            fail_msg("%s: character %zu: %s", cases[i].text, position, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_true_and_false),
        cmocka_unit_test(nothing_is_known_of_a_table_that_was_not_read),
        cmocka_unit_test(an_unknown_cell_makes_its_figure_unknown),
        cmocka_unit_test(the_rows_that_made_it_true_are_marked),
        cmocka_unit_test(a_measure_tells_figure_and_bound),
        cmocka_unit_test(a_fault_is_said_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
