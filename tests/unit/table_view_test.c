// SPDX-License-Identifier: MIT

// Views: order, filter and finding rows, over the tables of several hosts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table_samples.h"

static const struct table *host_table(const char *host, const char *gateways, const int *calls)
{
    struct table *table = table_new(&sample_schema);
    for (size_t i = 0; gateways[i] != '\0'; i++) {
        size_t row = sample_add(table, host, (char[]){gateways[i], '\0'});
        if (calls[i] >= 0)
            table_set_int(table, row, COL_CALLS, calls[i]);
    }
    return table_seal(table);
}

// The gateways of the rows in order, such as "BCA".
static void assert_order(struct view *view, const char *gateways)
{
    char found[64] = {0};
    assert_true(view_count(view) < sizeof found);
    for (size_t i = 0; i < view_count(view); i++)
        found[i] = view_cell(view, i, COL_GATEWAY)->as.text[0];
    assert_string_equal(found, gateways);
}

static void sort_by(struct view *view, const char *text)
{
    struct sort_key keys[VIEW_SORT_LEVELS];
    struct err err = {0};
    if (!sort_parse(text, view_schema(view), keys, &err))
        fail_msg("%s", err.text);
    view_set_sort(view, keys);
}

static void filter_by(struct view *view, const char *text)
{
    struct filter *filter;
    size_t position;
    assert_true(filter_parse(text, view_schema(view), &filter, &position, NULL));
    view_set_filter(view, filter);
}

static void unsorted_rows_stand_as_the_tables_have_them(void **state)
{
    (void)state;
    const struct table *tables[] = {host_table("sw1", "BA", (int[]){1, 2}), NULL,
                                    host_table("sw2", "DC", (int[]){3, 4})};
    struct view *view = view_new(&sample_schema);
    assert_int_equal(view_count(view), 0);
    view_set_tables(view, tables, 3);
    assert_order(view, "BADC");
    assert_ptr_equal(view_row(view, 2).table, tables[2]);
    assert_int_equal(view_row(view, 2).row, 0);
    view_free(view);
    table_unref(tables[0]);
    table_unref(tables[2]);
}

static void unknown_comes_last_in_both_directions(void **state)
{
    (void)state;
    const struct table *table = host_table("sw1", "ABCDE", (int[]){5, -1, 7, -1, 6});
    struct view *view = view_new(&sample_schema);
    view_set_tables(view, &table, 1);
    sort_by(view, "calls");
    assert_order(view, "AECBD");
    sort_by(view, "-calls");
    assert_order(view, "CEABD");
    view_free(view);
    table_unref(table);
}

static void the_second_level_decides_among_equals(void **state)
{
    (void)state;
    const struct table *tables[] = {host_table("sw2", "ABC", (int[]){1, 2, 1}),
                                    host_table("sw1", "DEF", (int[]){1, 2, 1})};
    struct view *view = view_new(&sample_schema);
    view_set_tables(view, tables, 2);
    sort_by(view, "calls,host");
    assert_order(view, "DFACEB");
    sort_by(view, "-host,-calls");
    assert_order(view, "BACEDF"); // equal rows stay in their order
    sort_by(view, "host");
    assert_order(view, "DEFABC");
    struct sort_key keys[VIEW_SORT_LEVELS];
    view_get_sort(view, keys);
    assert_int_equal(keys[0].column, COL_HOST);
    assert_int_equal(keys[1].column, -1);
    view_free(view);
    table_unref(tables[0]);
    table_unref(tables[1]);
}

static void a_filter_hides_rows_and_counts_them(void **state)
{
    (void)state;
    const struct table *table = host_table("sw1", "ABCD", (int[]){4, 3, 2, 1});
    struct view *view = view_new(&sample_schema);
    view_set_tables(view, &table, 1);
    sort_by(view, "calls");
    filter_by(view, "calls>1");
    assert_order(view, "CBA");
    assert_int_equal(view_total(view), 4);
    filter_by(view, "nothing");
    assert_order(view, "");
    view_set_filter(view, NULL);
    assert_order(view, "DCBA");
    filter_by(view, "");
    assert_order(view, "DCBA");
    view_free(view);
    table_unref(table);
}

static void a_row_is_found_by_its_identity_wherever_it_is(void **state)
{
    (void)state;
    const struct table *before = host_table("sw1", "ABC", (int[]){1, 2, 3});
    const struct table *after = host_table("sw1", "CXAB", (int[]){9, 8, 7, 6});
    struct view *view = view_new(&sample_schema);
    view_set_tables(view, &before, 1);
    uint64_t b = view_row(view, 1).id;
    assert_int_equal(view_find(view, b), 1);
    sort_by(view, "-calls");
    view_set_tables(view, &after, 1);
    assert_int_equal(view_find(view, b), 3);
    sort_by(view, "calls");
    assert_int_equal(view_find(view, b), 0);
    filter_by(view, "!gateway=B");
    assert_int_equal(view_find(view, b), -1);
    view_set_tables(view, NULL, 0);
    assert_int_equal(view_find(view, b), -1);
    view_free(view);
    table_unref(before);
    table_unref(after);
}

static void a_view_keeps_its_tables_alive(void **state)
{
    (void)state;
    const struct table *table = host_table("sw1", "AB", (int[]){1, 2});
    struct view *view = view_new(&sample_schema);
    view_set_tables(view, &table, 1);
    view_set_tables(view, &table, 1); // no second reference
    table_unref(table);
    assert_order(view, "AB");
    view_set_tables(view, NULL, 0);
    assert_order(view, "");
    view_free(view);
}

// The order that view_sort_rows() should give, by insertion and cell_compare().
static void assert_sorted(struct view *view, const struct table *table,
                          const struct sort_key keys[VIEW_SORT_LEVELS])
{
    size_t count = table_rows(table);
    size_t *order = mem_array(count, sizeof *order);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0; at--) {
            int before = 0;
            for (size_t level = 0; level < VIEW_SORT_LEVELS && before == 0; level++) {
                if (keys[level].column < 0)
                    continue;
                size_t col = (size_t)keys[level].column;
                const struct cell *a = table_cell(table, order[at - 1], col);
                const struct cell *b = table_cell(table, i, col);
                before = cell_compare(&sample_columns[col], a, b);
                if (keys[level].descending && a->known && b->known)
                    before = -before;
            }
            if (before <= 0)
                break;
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    for (size_t i = 0; i < count; i++)
        if (view_row(view, i).row != order[i])
            fail_msg("by columns %d, %d: row %zu is %zu, not %zu", keys[0].column, keys[1].column,
                     i, view_row(view, i).row, order[i]);
    free(order);
}

static void random_tables_sort_as_their_cells_compare(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (size_t turn = 0; turn < 300; turn++) {
        struct table *table = table_new(&sample_schema);
        for (uint32_t rows = sample_random(&random, 60); rows > 0; rows--)
            sample_fill_randomly(table, &random);
        const struct table *sealed = table_seal(table);
        struct view *view = view_new(&sample_schema);
        view_set_tables(view, &sealed, 1);
        struct sort_key keys[VIEW_SORT_LEVELS];
        for (size_t i = 0; i < VIEW_SORT_LEVELS; i++)
            keys[i] = (struct sort_key){.column = (int)sample_random(&random, COL_COUNT + 1) - 1,
                                        .descending = sample_random(&random, 2)};
        view_set_sort(view, keys);
        assert_sorted(view, sealed, keys);
        view_free(view);
        table_unref(sealed);
    }
}

// Texts that share long beginnings, differ in case, hold NUL bytes or leave ASCII at any place.
static void similar_texts_sort_as_their_cells_compare(void **state)
{
    (void)state;
    uint64_t random = 12;
    for (size_t turn = 0; turn < 300; turn++) {
        struct table *table = table_new(&sample_schema);
        for (uint32_t rows = sample_random(&random, 50); rows > 0; rows--) {
            struct str text = {0};
            for (uint32_t k = sample_random(&random, 5); k > 0; k--)
                str_append(&text, sample_random(&random, 2) ? "CARRIER-" : "carrier-");
            for (uint32_t k = sample_random(&random, 3); k > 0; k--)
                str_append_bytes(&text, &"a\0\xc3\xa9\xff"[sample_random(&random, 5)], 1);
            size_t row = table_add_row(table);
            table_set_bytes(table, row, COL_GATEWAY, str_text(&text), text.len);
            table_set_int(table, row, COL_CALLS, sample_random(&random, 3));
            str_dispose(&text);
        }
        const struct table *sealed = table_seal(table);
        struct view *view = view_new(&sample_schema);
        view_set_tables(view, &sealed, 1);
        struct sort_key keys[VIEW_SORT_LEVELS] = {
            {.column = COL_GATEWAY, .descending = turn % 2},
            {.column = COL_CALLS, .descending = turn % 3 == 0}};
        view_set_sort(view, keys);
        assert_sorted(view, sealed, keys);
        view_free(view);
        table_unref(sealed);
    }
}

static void sort_orders_are_parsed(void **state)
{
    (void)state;
    struct sort_key keys[VIEW_SORT_LEVELS];
    assert_true(sort_parse("-severity, begin", &sample_schema, keys, NULL));
    assert_int_equal(keys[0].column, COL_SEVERITY);
    assert_true(keys[0].descending);
    assert_int_equal(keys[1].column, COL_BEGIN);
    assert_false(keys[1].descending);
}

static void a_wrong_sort_order_says_what_would_be_right(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"-severty", "did you mean severity?"},
        {"xyzzy", "only host, gateway,"},
        {"", "a column is missing"},
        {"host,", "a column is missing"},
        {"host,ip,calls", "at most 2"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sort_key keys[VIEW_SORT_LEVELS] = {{.column = 77}, {.column = 78}};
        struct err err = {0};
        assert_false(sort_parse(wrong[i][0], &sample_schema, keys, &err));
        assert_non_null(strstr(err.text, wrong[i][1]));
        assert_int_equal(keys[0].column, 77); // untouched
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsorted_rows_stand_as_the_tables_have_them),
        cmocka_unit_test(unknown_comes_last_in_both_directions),
        cmocka_unit_test(the_second_level_decides_among_equals),
        cmocka_unit_test(a_filter_hides_rows_and_counts_them),
        cmocka_unit_test(a_row_is_found_by_its_identity_wherever_it_is),
        cmocka_unit_test(a_view_keeps_its_tables_alive),
        cmocka_unit_test(random_tables_sort_as_their_cells_compare),
        cmocka_unit_test(similar_texts_sort_as_their_cells_compare),
        cmocka_unit_test(sort_orders_are_parsed),
        cmocka_unit_test(a_wrong_sort_order_says_what_would_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
