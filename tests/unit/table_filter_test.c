// SPDX-License-Identifier: MIT

// The filter language: what matches, and what is said about a wrong expression.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table_samples.h"

#include "base/clock.h"

static const struct table *sample_table(void)
{
    struct table *table = table_new(&sample_schema);
    size_t row = sample_add(table, "sw1", "CARRIER-A");
    table_set_text(table, row, COL_SEVERITY, "critical");
    table_set_text(table, row, COL_IP, "203.0.113.9");
    table_set_int(table, row, COL_ONLINE, 1);
    table_set_int(table, row, COL_CALLS, 1234);
    table_set_real(table, row, COL_ASR, 41.2);
    table_set_int(table, row, COL_BEGIN, SAMPLE_NOW_MS - 13493000); // 08:15:07
    table_set_real(table, row, COL_DURATION, 90);
    table_set_real(table, row, COL_PDD, 250);
    table_set_int(table, row, COL_BYTES, 1536);
    row = sample_add(table, "sw2", "Telef\xc3\xb3nica M\xc3\x93VIL");
    table_set_text(table, row, COL_SEVERITY, "warning");
    table_set_text(table, row, COL_IP, "203.0.113.90:5060");
    table_set_int(table, row, COL_ONLINE, 0);
    table_set_int(table, row, COL_CALLS, 7);
    table_set_real(table, row, COL_ASR, 0);
    table_set_int(table, row, COL_BEGIN, SAMPLE_NOW_MS - 86400000); // the day before, 12:00
    row = sample_add(table, "sw3", "a | b: \"c\"");                 // everything else unknown
    table_set_text(table, row, COL_IP, "2001:db8::1");
    return table_seal(table);
}

// The numbers of the rows that match, such as "02".
static void assert_rows(const char *text, const char *rows)
{
    struct filter *filter;
    size_t position = 0;
    struct err err = {0};
    const struct table *table = sample_table();
    char found[8] = {0};
    if (!filter_parse(text, &sample_schema, &filter, &position, &err))
        fail_msg("%s: at %zu: %s", text, position, err.text);
    for (size_t row = 0; row < table_rows(table); row++)
        if (filter_match(filter, table, row))
            found[strlen(found)] = (char)('0' + row);
    if (strcmp(found, rows) != 0)
        fail_msg("%s: rows \"%s\", not \"%s\"", text, found, rows);
    filter_free(filter);
    table_unref(table);
}

static void assert_wrong(const char *text, size_t position, const char *says)
{
    struct filter *filter;
    size_t at = 999;
    struct err err = {0};
    assert_false(filter_parse(text, &sample_schema, &filter, &at, &err));
    assert_null(filter);
    if (at != position || strstr(err.text, says) == NULL)
        fail_msg("%s: at %zu: %s", text, at, err.text);
}

static void nothing_written_matches_everything(void **state)
{
    (void)state;
    assert_rows("", "012");
    assert_rows(" \t ", "012");
    struct filter *filter;
    size_t position;
    assert_true(filter_parse(NULL, &sample_schema, &filter, &position, NULL));
    assert_true(filter_is_empty(filter));
    assert_true(filter_is_empty(NULL));
    filter_free(filter);
}

static void a_word_is_looked_for_in_every_cell(void **state)
{
    (void)state;
    assert_rows("carrier", "0");
    assert_rows("!carrier", "12");
    assert_rows("1234", "0");
    assert_rows("41.2", "0");
    assert_rows("m\xc3\xb3vil", "1");
    assert_rows("203.0.113.9", "01");
    assert_rows("203.0.113.0/24", "01");
    assert_rows("2001:db8::1", "2");
    assert_rows("08:15:07", "0");
    assert_rows("2026-11-19", "1");
    assert_rows("2026-11-20T08", "0");
    assert_rows("\"a | b:\"", "2");
    assert_rows("\"\\\"c\\\"\"", "2");
    assert_rows("sw", "012");
    assert_rows("yes", "0");
}

static void terms_are_and_bars_are_or(void **state)
{
    (void)state;
    assert_rows("sw carrier", "0");
    assert_rows("carrier sw2", "");
    assert_rows("carrier | sw2", "01");
    assert_rows("carrier|sw2|sw3", "012");
    assert_rows("sw1 sw2 | sw3 !carrier", "2");
    assert_rows("!sw1 !sw2", "2");
}

static void a_column_is_searched_and_compared(void **state)
{
    (void)state;
    assert_rows("gateway:CARRIER", "0");
    assert_rows("host:carrier", "");
    assert_rows("gateway=carrier-a", "0");
    assert_rows("gateway=carrier", "");
    assert_rows("gateway!=carrier-a", "12");
    assert_rows("!gateway=carrier-a", "12");
    assert_rows("!gateway!=carrier-a", "0");
    assert_rows("gateway:\"| b\"", "2");
    assert_rows("gateway~^c.*-[a-f]$", "0");
    assert_rows("gateway~\"^(carrier|a )\"", "02");
    assert_rows("!gateway~carrier", "12");
    assert_rows("calls~^12", "0");
    assert_rows("calls:23", "0");
    assert_rows("online=yes", "0");
    assert_rows("online=FALSE", "1");
}

static void numbers_compare_with_their_units(void **state)
{
    (void)state;
    assert_rows("calls>7", "0");
    assert_rows("calls>=7", "01");
    assert_rows("calls<1,234", "1");
    assert_rows("calls=1234", "0");
    assert_rows("calls>7.5", "0");
    assert_rows("calls=7.5", "");
    assert_rows("asr_pct<42%", "01");
    assert_rows("asr_pct=41.2", "0");
    assert_rows("asr_pct<=41.2", "01");
    assert_rows("asr_pct<41.2", "1");
    assert_rows("asr_pct>-0.5", "01");
    assert_rows("duration_s>=1m30s", "0");
    assert_rows("duration_s=90", "0");
    assert_rows("duration_s>1.5m", "");
    assert_rows("pdd_ms<=0.25s", "0");
    assert_rows("pdd_ms>249ms", "0");
    assert_rows("bytes=1.5K", "0");
    assert_rows("bytes<1.5KiB", "");
    assert_rows("bytes<1M", "0");
}

static void times_are_as_wide_as_they_are_written(void **state)
{
    (void)state;
    assert_rows("begin=08:15", "0");
    assert_rows("begin=08:15:07", "0");
    assert_rows("begin=08:15:08", "");
    assert_rows("begin<08:15", "1");
    assert_rows("begin>2026-11-19", "0");
    assert_rows("begin>=2026-11-19", "01");
    assert_rows("begin=2026-11-19", "1");
    assert_rows("begin=2026-11-20T08:15:07Z", "0");
    assert_rows("begin=\"2026-11-19 12:00\"", "1");
    assert_rows("begin:12:00", "1");
}

static void ranked_words_compare_by_rank(void **state)
{
    (void)state;
    assert_rows("severity>=major", "0");
    assert_rows("severity<major", "1");
    assert_rows("severity=Critical", "0");
    assert_rows("severity!=critical", "1");
    assert_rows("severity:crit", "0");
}

static void addresses_match_networks(void **state)
{
    (void)state;
    assert_rows("ip:203.0.113.0/24", "01");
    assert_rows("ip=203.0.113.0/24", "01");
    assert_rows("!ip:203.0.113.0/24", "2");
    assert_rows("ip!=203.0.113.0/24", "2");
    assert_rows("ip:203.0.113.9", "0");
    assert_rows("ip=203.0.113.90", "1");
    assert_rows("ip:203.0.113.", "01");
    assert_rows("ip:2001:db8::/32", "2");
    assert_rows("ip:5060", "1");
}

static void a_comparison_with_unknown_is_false_either_way(void **state)
{
    (void)state;
    assert_rows("calls>0", "01");
    assert_rows("!calls>0", "");
    assert_rows("calls!=7", "0");
    assert_rows("!calls:7", "0");
    assert_rows("!severity~x", "01");
    assert_rows("calls=", "2");
    assert_rows("calls!=", "01");
    assert_rows("!calls=", "01");
    assert_rows("duration_s= calls!=", "1");
    assert_rows("gateway=\"\"", "");
}

static void a_wrong_column_is_named_with_the_nearest(void **state)
{
    (void)state;
    assert_wrong("asr_pc<40", 0, "did you mean asr_pct?");
    assert_wrong("carrier gatewey:x", 8, "did you mean gateway?");
    assert_wrong("!asr-pcd<40", 1, "did you mean asr_pct?");
    assert_wrong("xyzzy:1001", 0, "only host, gateway,");
    assert_wrong("sip:1001", 0, "To search for the text itself, quote it");
    assert_wrong(" =5", 1, "the name of a column is missing");
    assert_wrong("5>3", 0, "there is no column \"5\"");
}

static void a_column_may_be_typed_as_its_heading(void **state)
{
    (void)state;
    static const char *const typed[] = {"asr_pct", "ASR", "asr", "Asr-pct", "Gateway", "GATEWAY"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        assert_true(schema_find_typed(&sample_schema, typed[i]) >= 0);
    assert_int_equal(schema_find_typed(&sample_schema, "ASR"),
                     schema_find(&sample_schema, "asr_pct"));
    assert_int_equal(schema_find_typed(&sample_schema, "no such"), -1);
    assert_int_equal(schema_find_typed(&sample_schema, "/"), -1);
}

static void what_is_more_than_a_word_is_pointed_at(void **state)
{
    (void)state;
    assert_wrong("203.0.113.0/99", 12, "a prefix of 0 to 32");
    assert_wrong("a 2001:db8::/200", 13, "a prefix of 0 to 128");
    assert_wrong("(", 0, "no parentheses");
    assert_wrong("x (a|b)", 2, "no parentheses");
}

static void a_wrong_value_is_pointed_at(void **state)
{
    (void)state;
    assert_wrong("calls>ten", 6, "takes a number such as 10");
    assert_wrong("calls>99999999999999999999", 6, "takes a number");
    assert_wrong("calls>0x10", 6, "takes a number");
    assert_wrong("load<nan", 5, "takes a number");
    assert_wrong("calls>", 6, "a value is missing");
    assert_wrong("gateway:", 8, "a value is missing");
    assert_wrong("gateway: x", 8, "a value is missing");
    assert_wrong("asr_pct<40s", 8, "a percentage such as");
    assert_wrong("duration_s>forever", 11, "a duration such as");
    assert_wrong("duration_s>5x", 11, "a duration such as");
    assert_wrong("bytes>5X", 6, "a size such as");
    assert_wrong("online=maybe", 7, "yes or no");
    assert_wrong("online>yes", 6, "has no order");
    assert_wrong("gateway>b", 7, "has no order");
    assert_wrong("ip<10.0.0.1", 2, "has no order");
    assert_wrong("begin=25:00", 6, "a time such as");
    assert_wrong("begin=2026-02-30", 6, "a time such as");
    assert_wrong("begin=2026-11-20T08:15:00+01:00", 6, "a time such as");
    assert_wrong("ip:203.0.113.0/33", 3, "is no network");
    assert_wrong("severity=\"critcal\"", 10, "info, warning, minor, major, critical");
}

static void wrong_structure_is_pointed_at(void **state)
{
    (void)state;
    assert_wrong("| a", 0, "before |");
    assert_wrong("a | | b", 4, "before |");
    assert_wrong("a |", 3, "behind |");
    assert_wrong("a ! b", 2, "behind one !");
    assert_wrong("!!a", 0, "behind one !");
    assert_wrong("calls==5", 6, "no relation ==");
    assert_wrong("gateway=~x", 8, "no relation =~");
    assert_wrong("a \"b c", 2, "not closed");
    assert_wrong("gateway:\"b", 8, "not closed");
    assert_wrong("\"a\"b", 3, "a space is missing");
    assert_wrong("a\"b\"", 1, "around the whole");
    assert_wrong("\"\"", 0, "nothing between");
}

static void a_wrong_regex_is_pointed_at_inside(void **state)
{
    (void)state;
    assert_wrong("gateway~a(b", 9, "( is not closed");
    assert_wrong("gateway~\"a\\\\d(b\"", 13, "( is not closed"); // behind an escaped backslash
    assert_wrong("gateway~(a)\\1", 11, "back-references");
}

static void what_only_looks_like_a_column_is_a_word(void **state)
{
    (void)state;
    assert_rows("fe80::1", "");
    assert_rows("::1", "2");
    assert_rows("08:15", "0");
    assert_rows("\"sip:1001\"", "");
    assert_rows("a!b", "");
}

int main(void)
{
    sample_use_utc();
    clock_freeze(0, SAMPLE_NOW_MS);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_written_matches_everything),
        cmocka_unit_test(a_word_is_looked_for_in_every_cell),
        cmocka_unit_test(terms_are_and_bars_are_or),
        cmocka_unit_test(a_column_is_searched_and_compared),
        cmocka_unit_test(numbers_compare_with_their_units),
        cmocka_unit_test(times_are_as_wide_as_they_are_written),
        cmocka_unit_test(ranked_words_compare_by_rank),
        cmocka_unit_test(addresses_match_networks),
        cmocka_unit_test(a_comparison_with_unknown_is_false_either_way),
        cmocka_unit_test(a_wrong_column_is_named_with_the_nearest),
        cmocka_unit_test(a_column_may_be_typed_as_its_heading),
        cmocka_unit_test(what_is_more_than_a_word_is_pointed_at),
        cmocka_unit_test(a_wrong_value_is_pointed_at),
        cmocka_unit_test(wrong_structure_is_pointed_at),
        cmocka_unit_test(a_wrong_regex_is_pointed_at_inside),
        cmocka_unit_test(what_only_looks_like_a_column_is_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
