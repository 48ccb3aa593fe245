// SPDX-License-Identifier: MIT

// Cells: as people and machines read them, and their order.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table/row_label.h"
#include "table_samples.h"

static struct cell number_cell(size_t col, double value)
{
    struct table *table = table_new(&sample_schema);
    table_set_real(table, table_add_row(table), col, value);
    struct cell cell = *table_cell(table, 0, col);
    table_free_unsealed(table);
    return cell;
}

static struct cell text_cell(const char *text)
{
    return (struct cell){.known = true, .len = (uint32_t)strlen(text), .as.text = text};
}

static void assert_printed(size_t col, struct cell cell, const char *shown, const char *plain)
{
    struct str out = {0};
    cell_format(&out, &sample_columns[col], &cell, SAMPLE_NOW_MS);
    assert_string_equal(str_text(&out), shown);
    str_clear(&out);
    cell_plain(&out, &sample_columns[col], &cell);
    assert_string_equal(str_text(&out), plain);
    str_dispose(&out);
}

static void numbers_are_grouped_for_people_only(void **state)
{
    (void)state;
    assert_printed(COL_CALLS, number_cell(COL_CALLS, 0), "0", "0");
    assert_printed(COL_CALLS, number_cell(COL_CALLS, 999), "999", "999");
    assert_printed(COL_CALLS, number_cell(COL_CALLS, 1234), "1,234", "1234");
    assert_printed(COL_CALLS, number_cell(COL_CALLS, -1234567), "-1,234,567", "-1234567");
    struct cell least = {.known = true, .as.integer = INT64_MIN};
    assert_printed(COL_CALLS, least, "-9,223,372,036,854,775,808", "-9223372036854775808");
}

static void reals_keep_what_they_have_to_say(void **state)
{
    (void)state;
    assert_printed(COL_LOAD, number_cell(COL_LOAD, 41.25), "41.3", "41.25");
    assert_printed(COL_LOAD, number_cell(COL_LOAD, 1234.5), "1,234.5", "1234.5");
    assert_printed(COL_LOAD, number_cell(COL_LOAD, 0.34), "0.34", "0.34");
    assert_printed(COL_LOAD, number_cell(COL_LOAD, -0.0421), "-0.042", "-0.042");
    assert_printed(COL_LOAD, number_cell(COL_LOAD, -0.0001), "0.000", "0");
    assert_printed(COL_LOAD, number_cell(COL_LOAD, 7), "7.0", "7");
    assert_printed(COL_LOAD, number_cell(COL_LOAD, 1e20), "100,000,000,000,000,000,000",
                   "100000000000000000000");
    assert_printed(COL_ASR, number_cell(COL_ASR, 41.24), "41.2", "41.24");
    assert_printed(COL_ASR, number_cell(COL_ASR, 100), "100.0", "100");
}

static void durations_read_like_a_clock(void **state)
{
    (void)state;
    assert_printed(COL_DURATION, number_cell(COL_DURATION, 42), "0:42", "42");
    assert_printed(COL_DURATION, number_cell(COL_DURATION, 123), "2:03", "123");
    assert_printed(COL_DURATION, number_cell(COL_DURATION, 3723.4), "1:02:03", "3723.4");
    assert_printed(COL_DURATION, number_cell(COL_DURATION, 3 * 86400 + 14706), "3d 04:05:06",
                   "273906");
    assert_printed(COL_DURATION, number_cell(COL_DURATION, -5), "-0:05", "-5");
    assert_printed(COL_DURATION, number_cell(COL_DURATION, 0.4), "0.40s", "0.4");
    assert_printed(COL_DURATION, number_cell(COL_DURATION, 0), "0:00", "0");
    assert_printed(COL_PDD, number_cell(COL_PDD, 1234.4), "1,234", "1234.4");
    assert_printed(COL_PDD, number_cell(COL_PDD, 2.5), "2.5", "2.5");
}

// Estimates in hours: nobody reads 0.34 h as twenty minutes.
static void hours_are_said_in_a_unit_that_fits(void **state)
{
    (void)state;
    static const struct {
        double hours;
        const char *said;
    } cases[] = {{0, "0 min"},   {0.34, "20 min"}, {1.75, "105 min"}, {-0.5, "-30 min"},
                 {2.6, "2.6 h"}, {47.9, "47.9 h"}, {200.6, "8.4 d"},  {1e5, "4,167 d"}};
    static const struct column lasts = {.name = "hours_left", .unit = "h", .kind = KIND_REAL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cell cell = {.known = true, .as.real = cases[i].hours};
        struct str out = {0};
        cell_format(&out, &lasts, &cell, SAMPLE_NOW_MS);
        column_add_unit(&out, &lasts, false);
        assert_string_equal(str_text(&out), cases[i].said);
        str_clear(&out);
        cell_plain(&out, &lasts, &cell);
        assert_true(strtod(str_text(&out), NULL) == cases[i].hours);
        str_dispose(&out);
    }
}

static void sizes_carry_their_unit(void **state)
{
    (void)state;
    assert_printed(COL_BYTES, number_cell(COL_BYTES, 512), "512 B", "512");
    assert_printed(COL_BYTES, number_cell(COL_BYTES, 1023), "1,023 B", "1023");
    assert_printed(COL_BYTES, number_cell(COL_BYTES, 1536), "1.5 KiB", "1536");
    assert_printed(COL_BYTES, number_cell(COL_BYTES, 1048575), "1.0 MiB", "1048575");
}

static void times_show_their_date_on_other_days(void **state)
{
    (void)state;
    assert_printed(COL_BEGIN, number_cell(COL_BEGIN, SAMPLE_NOW_MS - 13493000), "08:15:07",
                   "2026-11-20T08:15:07Z");
    assert_printed(COL_BEGIN, number_cell(COL_BEGIN, SAMPLE_NOW_MS - 86400000.0),
                   "2026-11-19 12:00:00", "2026-11-19T12:00:00Z");
    assert_printed(COL_BEGIN, number_cell(COL_BEGIN, -1), "1969-12-31 23:59:59",
                   "1969-12-31T23:59:59.999Z");
}

static void unknown_is_never_a_number(void **state)
{
    (void)state;
    for (size_t col = 0; col < COL_COUNT; col++)
        assert_printed(col, (struct cell){0}, "\xe2\x80\x93", "");
    assert_printed(COL_ONLINE, number_cell(COL_ONLINE, 0), "no", "no");
    assert_printed(COL_ONLINE, number_cell(COL_ONLINE, 1), "yes", "yes");
}

static int order(size_t col, struct cell a, struct cell b)
{
    int there = cell_compare(&sample_columns[col], &a, &b);
    int back = cell_compare(&sample_columns[col], &b, &a);
    assert_int_equal(there, -back);
    return there;
}

static void unknown_comes_after_everything(void **state)
{
    (void)state;
    struct cell unknown = {0};
    assert_true(order(COL_CALLS, unknown, number_cell(COL_CALLS, 1e18)) > 0);
    assert_true(order(COL_GATEWAY, unknown, text_cell("zzz")) > 0);
    assert_int_equal(order(COL_GATEWAY, unknown, unknown), 0);
}

static void text_is_ordered_without_case(void **state)
{
    (void)state;
    assert_true(order(COL_GATEWAY, text_cell("alpha"), text_cell("Beta")) < 0);
    assert_int_equal(order(COL_GATEWAY, text_cell("\xc3\x89T"), text_cell("\xc3\xa9t")), 0);
    assert_true(order(COL_GATEWAY, text_cell("ab"), text_cell("abc")) < 0);
    assert_true(order(COL_GATEWAY, text_cell("z"), text_cell("\xc3\xa9")) < 0);
    assert_true(order(COL_GATEWAY, text_cell("\xc3\xa9"), text_cell("\xff")) < 0);
}

static void ranked_words_are_ordered_by_rank(void **state)
{
    (void)state;
    assert_true(order(COL_SEVERITY, text_cell("critical"), text_cell("major")) > 0);
    assert_true(order(COL_SEVERITY, text_cell("WARNING"), text_cell("info")) > 0);
    assert_true(order(COL_SEVERITY, text_cell("strange"), text_cell("critical")) > 0);
    assert_true(order(COL_SEVERITY, text_cell("odd"), text_cell("strange")) < 0);
}

static void addresses_are_ordered_by_number(void **state)
{
    (void)state;
    assert_true(order(COL_IP, text_cell("9.0.0.1"), text_cell("10.0.0.1")) < 0);
    assert_true(order(COL_IP, text_cell("255.0.0.1"), text_cell("::1")) < 0);
    assert_true(order(COL_IP, text_cell("10.0.0.1:5060"), text_cell("10.0.0.1:5061")) < 0);
    assert_true(order(COL_IP, text_cell("10.0.0.1"), text_cell("10.0.0.1:1")) < 0);
    assert_true(order(COL_IP, text_cell("2001:db8::2"), text_cell("2001:db8::10")) < 0);
    assert_true(order(COL_IP, text_cell("1 unknown"), text_cell("ffff::1")) > 0);
}

static void a_unit_stands_behind_figures_not_behind_blocks(void **state)
{
    static const struct {
        enum kind kind;
        bool beside_title;
        const char *unit, *said;
    } cases[] = {{KIND_REAL, false, "1/s", "/s"},
                 {KIND_SERIES, false, "1/s", ""},
                 {KIND_SERIES, false, "%", ""},
                 {KIND_SERIES, true, "%", " %"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct column column = {.kind = cases[i].kind, .unit = cases[i].unit};
        struct str out = {0};
        column_add_unit(&out, &column, cases[i].beside_title);
        assert_string_equal(str_text(&out), cases[i].said);
        str_dispose(&out);
    }
}

int main(void)
{
    sample_use_utc();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_unit_stands_behind_figures_not_behind_blocks),
        cmocka_unit_test(numbers_are_grouped_for_people_only),
        cmocka_unit_test(reals_keep_what_they_have_to_say),
        cmocka_unit_test(durations_read_like_a_clock),
        cmocka_unit_test(hours_are_said_in_a_unit_that_fits),
        cmocka_unit_test(sizes_carry_their_unit),
        cmocka_unit_test(times_show_their_date_on_other_days),
        cmocka_unit_test(unknown_is_never_a_number),
        cmocka_unit_test(unknown_comes_after_everything),
        cmocka_unit_test(text_is_ordered_without_case),
        cmocka_unit_test(ranked_words_are_ordered_by_rank),
        cmocka_unit_test(addresses_are_ordered_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
