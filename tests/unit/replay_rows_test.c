// SPDX-License-Identifier: MIT

// Proves that rows read back are the rows written, whatever changed between two readings.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replay/rows.h"

static const struct column columns[] = {
    {.name = "host", .title = "Host", .unit = "", .help = "", .kind = KIND_TEXT, .key = true},
    {.name = "name", .title = "Name", .unit = "", .help = "", .kind = KIND_TEXT, .key = true},
    {.name = "count", .title = "Count", .unit = "", .help = "", .kind = KIND_INT},
    {.name = "rate", .title = "Rate", .unit = "", .help = "", .kind = KIND_REAL},
    {.name = "line", .title = "Line", .unit = "", .help = "", .kind = KIND_SERIES},
    {.name = "value", .title = "Value", .unit = "", .help = "", .kind = KIND_TEXT},
};
static const struct schema schema = {.name = "test", .columns = columns, .column_count = 6};
// What a later version knows: a column more, one less, one of another kind.
static const struct column later_columns[] = {
    {.name = "host", .title = "Host", .unit = "", .help = "", .kind = KIND_TEXT, .key = true},
    {.name = "fresh", .title = "Fresh", .unit = "", .help = "", .kind = KIND_INT},
    {.name = "rate", .title = "Rate", .unit = "", .help = "", .kind = KIND_TEXT},
    {.name = "count", .title = "Count", .unit = "", .help = "", .kind = KIND_REAL},
};
static const struct schema later = {.name = "test", .columns = later_columns, .column_count = 4};

static uint64_t dice = 1;

static unsigned roll(unsigned below)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(dice >> 33) % below;
}

static void fill_row(struct table *table, unsigned name, unsigned moment)
{
    char text[32];
    float line[12];
    size_t row = table_add_row(table);
    table_set_text(table, row, 0, "sw1");
    snprintf(text, sizeof text, "row %u \xff\"", name);
    table_set_text(table, row, 1, text);
    if (roll(4) > 0)
        table_set_int(table, row, 2, (int64_t)roll(3) - 1);
    if (roll(4) > 0)
        table_set_real(table, row, 3, roll(2) > 0 ? 0.25 : 1000.125 * roll(5));
    for (unsigned i = 0; i < 12; i++)
        line[i] = (name + moment + i) % 7 == 0 ? NAN : (float)(moment + i);
    table_set_series(table, row, 4, line, 4 + roll(9));
    table_set_level(table, row, 3, (enum level)roll(5));
}

static const struct table *any_table(unsigned moment)
{
    struct table *table = table_new(&schema);
    for (unsigned name = 0; name < 20; name++)
        if (roll(3) > 0)
            fill_row(table, roll(8) == 0 ? roll(20) : name, moment);
    return table_seal(table);
}

// Broken UTF-8 is written as U+FFFD, so that only the rest of such texts can be the same.
static void assert_same(const struct table *a, const struct table *b)
{
    assert_int_equal(table_rows(a), table_rows(b));
    for (size_t row = 0; row < table_rows(a); row++)
        for (size_t col = 0; col < schema.column_count; col++) {
            const struct cell *x = table_cell(a, row, col), *y = table_cell(b, row, col);
            assert_int_equal(x->known, y->known);
            assert_int_equal(x->level, y->level);
            if (!x->known)
                continue;
            if (columns[col].kind == KIND_TEXT)
                assert_memory_equal(x->as.text, y->as.text, 5);
            else if (columns[col].kind == KIND_INT)
                assert_int_equal(x->as.integer, y->as.integer);
            else if (columns[col].kind == KIND_REAL)
                assert_true(x->as.real == y->as.real);
            else {
                assert_int_equal(x->len, y->len);
                for (size_t i = 0; i < x->len; i++)
                    assert_true(x->as.series[i] == y->as.series[i] ||
                                (isnan(x->as.series[i]) && isnan(y->as.series[i])));
            }
        }
}

// Through text, as on a disk.
static json_t *through_text(json_t *reading)
{
    char *text = json_dumps(reading, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
    json_t *read = json_loads(text, JSON_DECODE_ANY, NULL);
    free(text);
    json_decref(reading);
    assert_non_null(read);
    return read;
}

static void test_what_is_read_back_is_what_was_written(void **state)
{
    (void)state;
    struct mask *mask = mask_new(NULL, false, NULL);
    struct rows rows = {0};
    const struct table *before = NULL;
    for (unsigned moment = 0; moment < 400; moment++) {
        const struct table *now =
            roll(10) == 0 && before != NULL ? table_ref(before) : any_table(moment);
        json_t *reading = through_text(rows_encode(now, roll(20) == 0 ? NULL : before, mask));
        struct err err = {0};
        assert_true(rows_follow(&rows, reading, &err));
        json_decref(reading);
        const struct table *read = rows_table(&rows, &schema);
        assert_same(now, read);
        table_unref(read);
        table_unref(before);
        before = now;
    }
    table_unref(before);
    rows_dispose(&rows);
    mask_free(mask);
}

static void test_what_did_not_change_takes_no_room(void **state)
{
    (void)state;
    struct mask *mask = mask_new(NULL, false, NULL);
    dice = 7;
    const struct table *a = any_table(3);
    dice = 7;
    const struct table *b = any_table(3);
    json_t *reading = rows_encode(b, a, mask);
    char *text = json_dumps(reading, JSON_COMPACT);
    assert_true(strlen(text) < 16);
    free(text);
    json_decref(reading);
    table_unref(a);
    table_unref(b);
    mask_free(mask);
}

static void test_an_older_recording_plays_where_columns_changed(void **state)
{
    (void)state;
    json_t *reading = json_loads("{\"cols\":[\"host\",\"rate\",\"gone\",\"count\"],"
                                 "\"rows\":[[\"sw1\",1.5,\"x\",3]]}",
                                 0, NULL);
    struct rows rows = {0};
    struct str strangers = {0};
    assert_true(rows_follow(&rows, reading, NULL));
    const struct table *table = rows_table(&rows, &later);
    assert_int_equal(table_rows(table), 1);
    assert_false(table_cell(table, 0, 1)->known); // new
    assert_false(table_cell(table, 0, 2)->known); // of another kind now
    assert_true(table_cell(table, 0, 3)->as.real == 3);
    rows_strangers(&rows, &later, &strangers);
    assert_string_equal(str_text(&strangers), "gone");
    str_dispose(&strangers);
    table_unref(table);
    rows_dispose(&rows);
    json_decref(reading);
}

static void test_a_named_secret_is_not_written(void **state)
{
    (void)state;
    struct mask *mask = mask_new(NULL, false, NULL);
    struct table *table = table_new(&schema);
    size_t row = table_add_row(table);
    table_set_text(table, row, 0, "sw1");
    table_set_text(table, row, 1, "SERVER_WEB_PASSWORD");
    table_set_text(table, row, 5, "hunter2");
    const struct table *sealed = table_seal(table);
    json_t *reading = rows_encode(sealed, NULL, mask);
    char *text = json_dumps(reading, JSON_COMPACT);
    assert_null(strstr(text, "hunter2"));
    assert_non_null(strstr(text, "***"));
    free(text);
    json_decref(reading);
    table_unref(sealed);
    mask_free(mask);
}

static void test_what_does_not_follow_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "{\"ops\":[99999999999]}",
        "{\"ops\":[-1]}",
        "{\"ops\":[[5]]}",
        "{\"ops\":[[0,9,1]]}",
        "{\"ops\":[[0,-1,1]]}",
        "{\"ops\":[[0,1]]}",
        "{\"ops\":[[null]]}",
        "{\"ops\":[[]]}",
        "{\"ops\":[[0,1,{\"k\":0,\"m\":5,\"v\":[1]}]]}",
        "{\"ops\":[[0,1,{\"k\":-1,\"m\":-5}]]}",
        "{\"ops\":[\"x\"]}",
        "{\"ops\":5}",
        "{\"ops\":[null]}",
        "{\"cols\":[],\"rows\":[]}",
        "{\"cols\":[1],\"rows\":[]}",
        "{\"cols\":[\"host\"],\"rows\":[[1,2]]}",
        "{\"cols\":[\"host\"],\"rows\":{}}",
        "{}",
        "[]",
        "false",
        "\"x\"",
        "1",
        "{\"cols\":{},\"rows\":[[]]}",
    };
    struct rows rows = {0};
    json_t *whole =
        json_loads("{\"cols\":[\"host\",\"name\"],\"rows\":[[\"sw1\",\"a\"]]}", 0, NULL);
    assert_true(rows_follow(&rows, whole, NULL));
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        json_t *reading = json_loads(hostile[i], JSON_DECODE_ANY, NULL);
        assert_non_null(reading);
        assert_false(rows_follow(&rows, reading, NULL));
        assert_int_equal(rows.count, 1);
        json_decref(reading);
    }
    json_decref(whole);
    rows_dispose(&rows);
}

// Small readings that ask for much: rows of two bytes, series put together anew and anew.
static void test_what_would_take_too_much_memory_is_refused(void **state)
{
    (void)state;
    struct rows rows = {0};
    json_t *whole = json_loads("{\"cols\":[\"a\",\"b\"],\"rows\":[[[],[]]]}", 0, NULL);
    json_t *grow =
        json_pack("{s:[[i,i,{s:i,s:i,s:o}]]}", "ops", 0, 0, "k", 0, "m", 0, "v", json_array());
    json_t *fresh =
        json_object_get(json_array_get(json_array_get(json_object_get(grow, "ops"), 0), 2), "v");
    for (int i = 0; i < 4000; i++)
        json_array_append_new(fresh, json_integer(i));
    assert_true(rows_follow(&rows, whole, NULL));
    assert_true(rows_follow(&rows, grow, NULL));
    json_t *twice = json_object(), *ops = json_array();
    for (int i = 0; i < 2; i++)
        json_array_append_new(ops, json_pack("[i,i,{s:i,s:i,s:[]}]", 0, 0, "k", 0, "m", 4000, "v"));
    json_object_set_new(twice, "ops", ops);
    assert_true(rows_follow(&rows, twice, NULL));
    for (int i = 0; i < 100; i++) // the same rows again take no more
        assert_true(rows_follow(&rows, twice, NULL));
    assert_in_range(rows_cells(&rows), 8000, 30000);
    for (int i = 0; i < 5000; i++)
        json_array_append(ops, json_array_get(ops, 0));
    assert_false(rows_follow(&rows, twice, NULL));
    json_array_clear(ops);
    for (int i = 0; i < 600000; i++)
        json_array_append_new(ops, json_pack("[i]", 0));
    assert_false(rows_follow(&rows, twice, NULL));
    assert_in_range(rows_cells(&rows), 8000, 30000);
    json_decref(whole);
    json_decref(grow);
    json_decref(twice);
    rows_dispose(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read_back_is_what_was_written),
        cmocka_unit_test(test_what_did_not_change_takes_no_room),
        cmocka_unit_test(test_an_older_recording_plays_where_columns_changed),
        cmocka_unit_test(test_a_named_secret_is_not_written),
        cmocka_unit_test(test_what_does_not_follow_is_refused_and_changes_nothing),
        cmocka_unit_test(test_what_would_take_too_much_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
