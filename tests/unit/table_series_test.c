// SPDX-License-Identifier: MIT

// Lines of values: drawn for people, listed for machines, compared by their newest value.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table/filter.h"
#include "table/view.h"
#include "table/write.h"

static const struct column columns[] = {
    {.name = "host", .title = "Host", .kind = KIND_TEXT, .key = true},
    {.name = "asr", .title = "ASR", .kind = KIND_SERIES, .series_top = 100, .width = 4},
};
static const struct schema schema = {.name = "lines", .columns = columns, .column_count = 2};

// Host h0 with the first line of four values, h1 with the second …
static const struct table *lines(const float values[][4], size_t count)
{
    struct table *table = table_new(&schema);
    for (size_t i = 0; i < count; i++) {
        char name[24];
        snprintf(name, sizeof name, "h%zu", i);
        table_set_text(table, table_add_row(table), 0, name);
        table_set_series(table, i, 1, values[i], 4);
    }
    return table_seal(table);
}

static void zero_is_a_low_block_and_unknown_a_space(void **state)
{
    (void)state;
    const float values[] = {0, NAN, 50, 100};
    struct str text = {0};
    assert_true(series_append(&text, values, 4, 4, 100));
    assert_string_equal(str_text(&text), "▁ ▅█");
    str_clear(&text);
    assert_true(series_append(&text, values, 4, 2, 100)); // means of what is known
    assert_string_equal(str_text(&text), "▁▆");
    str_clear(&text);
    assert_true(series_append(&text, values, 2, 2, 0)); // all zero: no division by it
    assert_string_equal(str_text(&text), "▁ ");
    str_clear(&text);
    assert_false(series_append(&text, values + 1, 1, 1, 0));
    assert_string_equal(str_text(&text), "");
    str_dispose(&text);
}

static void figures_beyond_all_measure_have_no_scale(void **state)
{
    (void)state;
    const struct column column = {.name = "pps", .title = "pps", .kind = KIND_SERIES, .width = 20};
    const float values[] = {1, 1e30f};
    const struct cell cell = {.known = true, .as.series = values, .len = 2};
    struct str text = {0};
    cell_format(&text, &column, &cell, 0);
    assert_true(text.len > 0 && text.len <= 20 * strlen("█"));
    str_dispose(&text);
}

static void people_see_blocks_and_machines_numbers(void **state)
{
    (void)state;
    const float values[][4] = {{0, NAN, 50, 33.25F}};
    const struct table *table = lines(values, 1);
    const struct cell *cell = table_cell(table, 0, 1);
    struct str text = {0};
    cell_format(&text, &columns[1], cell, 0);
    assert_string_equal(str_text(&text), "▁ ▅▃");
    str_clear(&text);
    cell_plain(&text, &columns[1], cell);
    assert_string_equal(str_text(&text), "0 - 50 33.25");
    str_dispose(&text);
    json_t *json = write_json_cell(&columns[1], cell);
    char *dump = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    assert_string_equal(dump, "[0,null,50,33.25]");
    free(dump);
    json_decref(json);
    table_unref(table);
}

static void a_line_that_is_scaled_to_itself_says_what_a_full_block_is(void **state)
{
    (void)state;
    static const struct {
        float values[3];
        enum kind of;
        const char *text;
    } lines_of[] = {
        {{0, 26, 52}, KIND_INT, "▁▁▁▅▅▅███   52"},
        {{NAN, 1.25F, 2.5F}, KIND_TEXT, "   ▅▅▅███  2.5"},
        {{0, 0, 0}, KIND_INT, "▁▁▁▁▁▁▁▁▁    0"},
        {{0, 0, 9999}, KIND_INT, "▁▁▁▁▁▁███ 9999"},
        {{0, 0, 12345}, KIND_INT, "▁▁▁▁▁▁███  12k"},
        {{0, 0, 999600}, KIND_INT, "▁▁▁▁▁▁███   1M"},
        {{0, 0, 211}, KIND_DURATION_S, "▁▁▁▁▁▁███ 3:31"},
    };
    for (size_t i = 0; i < sizeof lines_of / sizeof *lines_of; i++) {
        const struct column own = {.kind = KIND_SERIES, .series_of = lines_of[i].of, .width = 14};
        const struct cell cell = {.known = true, .len = 3, .as.series = lines_of[i].values};
        struct str text = {0};
        cell_format(&text, &own, &cell, 0);
        assert_string_equal(str_text(&text), lines_of[i].text);
        str_dispose(&text);
    }
}

static void the_range_is_of_what_is_known(void **state)
{
    (void)state;
    const float values[] = {NAN, 50, 20, 80, 30, NAN};
    struct series_range range;
    assert_true(series_range(values, 6, &range));
    assert_int_equal(range.known, 4);
    assert_true(range.least == 20 && range.most == 80 && range.newest == 30);
    assert_false(series_range(values, 1, &range));
    assert_int_equal(range.known, 0);
}

static void a_line_without_a_known_value_is_unknown(void **state)
{
    (void)state;
    const float values[][4] = {{NAN, NAN, NAN, NAN}};
    const struct table *table = lines(values, 1);
    double number;
    assert_false(table_cell(table, 0, 1)->known);
    assert_false(cell_number(&columns[1], table_cell(table, 0, 1), &number));
    json_t *json = write_json_cell(&columns[1], table_cell(table, 0, 1));
    assert_true(json_is_null(json));
    json_decref(json);
    table_unref(table);
}

static void lines_are_sorted_and_filtered_by_their_newest_value(void **state)
{
    (void)state;
    const float values[][4] = {
        {90, 90, 90, 20}, {1, 1, 70, NAN}, {NAN, NAN, NAN, NAN}, {99, 99, 99, 50}};
    const struct table *table = lines(values, 4);
    struct view *view = view_new(&schema);
    struct sort_key keys[VIEW_SORT_LEVELS];
    view_set_tables(view, &table, 1);
    assert_true(sort_parse("-asr", &schema, keys, NULL));
    view_set_sort(view, keys);
    static const size_t order[] = {1, 3, 0, 2};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(view_row(view, i).row, order[i]);
    struct filter *filter;
    size_t position;
    assert_true(filter_parse("asr>=50", &schema, &filter, &position, NULL));
    static const bool matches[] = {false, true, false, true};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(filter_match(filter, table, i), matches[i]);
    filter_free(filter);
    assert_true(filter_parse("90", &schema, &filter, &position, NULL));
    assert_false(filter_match(filter, table, 0)); // no word stands in what is drawn
    filter_free(filter);
    view_free(view);
    table_unref(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_is_a_low_block_and_unknown_a_space),
        cmocka_unit_test(figures_beyond_all_measure_have_no_scale),
        cmocka_unit_test(people_see_blocks_and_machines_numbers),
        cmocka_unit_test(a_line_that_is_scaled_to_itself_says_what_a_full_block_is),
        cmocka_unit_test(the_range_is_of_what_is_known),
        cmocka_unit_test(a_line_without_a_known_value_is_unknown),
        cmocka_unit_test(lines_are_sorted_and_filtered_by_their_newest_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
