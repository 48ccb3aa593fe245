// SPDX-License-Identifier: MIT

// Half-typed filters become columns, values of the rows, saved filters.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/complete.h"

enum { HOST, KIND, ASR, NOTE, COLUMNS };

static const struct column columns[COLUMNS] = {
    [HOST] = {.name = "host", .title = "Host", .kind = KIND_TEXT, .key = true},
    [KIND] = {.name = "kind", .title = "Kind", .kind = KIND_TEXT},
    [ASR] = {.name = "asr_pct", .title = "ASR", .kind = KIND_PCT},
    [NOTE] = {.name = "note", .title = "Note", .kind = KIND_TEXT},
};
static const struct schema schema = {.name = "test", .columns = columns, .column_count = COLUMNS};

static struct filter_config filters[] = {
    {.name = (char[]){"low"}, .pane = (char[]){"test"}, .expression = (char[]){"asr_pct<20"}},
    {.name = (char[]){"other"}, .pane = (char[]){"calls"}, .expression = (char[]){"x"}},
};
static const struct config config = {.filters = filters, .filter_count = 2};

static const struct table *rows(void)
{
    static const char *const kinds[] = {"routing", "mapping", "routing", "routing", "mapping"};
    struct table *table = table_new(&schema);
    for (size_t i = 0; i < 5; i++) {
        size_t row = table_add_row(table);
        table_set_text(table, row, HOST, "sw1");
        table_set_text(table, row, KIND, kinds[i]);
        table_set_text(table, row, NOTE, i == 0 ? "two words" : "say \"x\"");
    }
    return table_seal(table);
}

// The completions of a text, with spaces between and the rows in brackets.
static void expect(const char *text, const char *const *wanted, size_t count)
{
    const struct table *table = rows();
    struct completions found;
    complete_filter(text, &schema, &table, 1, &config, &found);
    assert_int_equal(found.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(found.items[i].text, wanted[i]);
    completions_dispose(&found);
    table_unref(table);
}

static void columns_are_completed_in_the_middle_of_an_expression(void **state)
{
    (void)state;
    expect("k", (const char *const[]){"kind"}, 1);
    expect("kind=routing !AS", (const char *const[]){"kind=routing !asr_pct"}, 1);
    expect("x | no", (const char *const[]){"x | note"}, 1);
    expect("note=\"a b", NULL, 0);
    expect("zzz", NULL, 0);
}

static void values_are_those_of_the_rows_the_most_frequent_first(void **state)
{
    (void)state;
    expect("kind=", (const char *const[]){"kind=routing", "kind=mapping"}, 2);
    expect("kind!=M", (const char *const[]){"kind!=mapping"}, 1);
    expect("Kind:r", (const char *const[]){"Kind:routing"}, 1);
    expect("asr_pct<", NULL, 0); // nobody knows one
    expect("nosuch=", NULL, 0);
}

static void values_that_need_quotes_get_them(void **state)
{
    (void)state;
    expect("note=", (const char *const[]){"note=\"say \\\"x\\\"\"", "note=\"two words\""}, 2);
    expect("note=\"two w", (const char *const[]){"note=\"two words\""}, 1);
}

static void saved_filters_of_the_pane_come_first_where_nothing_stands(void **state)
{
    (void)state;
    expect("", (const char *const[]){"asr_pct<20", "host", "kind", "asr_pct", "note"}, 5);
    expect("lo", (const char *const[]){"asr_pct<20"}, 1);
    expect("kind=x lo", NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_completed_in_the_middle_of_an_expression),
        cmocka_unit_test(values_are_those_of_the_rows_the_most_frequent_first),
        cmocka_unit_test(values_that_need_quotes_get_them),
        cmocka_unit_test(saved_filters_of_the_pane_come_first_where_nothing_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
