// SPDX-License-Identifier: MIT

// A table view whose rows are prepared by another thread shows what one without it shows.
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "table_samples.h"
#include "tui/preparer.h"
#include "tui/table_marks.h"
#include "tui/table_state.h"
#include "tui/table_total.h"

#define HOSTS 4
#define ROWS  1500 // a host; together they are long

struct pair {
    struct table_view *beside, *here; // with and without a preparer
    struct preparer *preparer;
    const struct table *tables[HOSTS];
    uint64_t random;
};

static const struct table *new_reading(uint64_t *random, size_t host)
{
    struct table *table = table_new(&sample_schema);
    for (uint32_t rows = ROWS - sample_random(random, 200); rows > 0; rows--) {
        sample_fill_randomly(table, random);
        char gateway[32], name[] = {'s', 'w', (char)('1' + host), '\0'};
        snprintf(gateway, sizeof gateway, "G%u", sample_random(random, 2 * ROWS));
        table_set_text(table, table_rows(table) - 1, COL_HOST, name);
        table_set_text(table, table_rows(table) - 1, COL_GATEWAY, gateway);
    }
    return table_seal(table);
}

static void pair_setup(struct pair *pair)
{
    *pair = (struct pair){.random = 20, .preparer = preparer_new()};
    assert_non_null(pair->preparer);
    pair->beside = table_view_new(&sample_schema, "-asr_pct,gateway");
    pair->here = table_view_new(&sample_schema, "-asr_pct,gateway");
    table_view_set_preparer(pair->beside, pair->preparer);
    for (size_t i = 0; i < HOSTS; i++)
        pair->tables[i] = new_reading(&pair->random, i);
}

static void pair_dispose(struct pair *pair)
{
    table_view_free(pair->beside);
    table_view_free(pair->here);
    preparer_free(pair->preparer);
    for (size_t i = 0; i < HOSTS; i++)
        table_unref(pair->tables[i]);
}

static void show(struct pair *pair)
{
    table_view_set_tables(pair->beside, pair->tables, NULL, HOSTS);
    table_view_set_tables(pair->here, pair->tables, NULL, HOSTS);
}

static void wait_until_prepared(struct pair *pair)
{
    struct pollfd fd = {.fd = preparer_wake_fd(pair->preparer), .events = POLLIN};
    for (int turn = 0; table_view_prepares(pair->beside); turn++) {
        assert_true(turn < 100);
        assert_int_equal(poll(&fd, 1, 10000), 1);
        preparer_drain(pair->preparer);
        show(pair);
    }
}

static void refresh(struct pair *pair, size_t host)
{
    table_unref(pair->tables[host]);
    pair->tables[host] = new_reading(&pair->random, host);
}

static void assert_same(struct pair *pair)
{
    struct table_view *a = pair->beside, *b = pair->here;
    struct row_ref left, right;
    assert_int_equal(table_view_count(a), table_view_count(b));
    assert_int_equal(table_view_total(a), table_view_total(b));
    for (size_t i = 0; i < table_view_count(a); i++) {
        left = view_row(a->view, i);
        right = view_row(b->view, i);
        assert_ptr_equal(left.table, right.table);
        assert_int_equal(left.row, right.row);
        assert_int_equal(left.id, right.id);
        assert_int_equal(view_find(a->view, left.id), i);
    }
    assert_int_equal(table_view_current(a, &left), table_view_current(b, &right));
    assert_int_equal(table_view_position(a), table_view_position(b));
    size_t marked[2], come[2], gone[2];
    assert_int_equal(table_marks_count(a, &marked[0]), table_marks_count(b, &marked[1]));
    assert_int_equal(marked[0], marked[1]);
    table_view_changes(a, &come[0], &gone[0]);
    table_view_changes(b, &come[1], &gone[1]);
    assert_int_equal(come[0], come[1]);
    assert_int_equal(gone[0], gone[1]);
    struct str sums[2] = {{0}, {0}};
    table_total_print(a, COL_CALLS, marked[0] > 0, 0, &sums[0]);
    table_total_print(b, COL_CALLS, marked[0] > 0, 0, &sums[1]);
    assert_string_equal(str_text(&sums[0]), str_text(&sums[1]));
    str_dispose(&sums[0]);
    str_dispose(&sums[1]);
}

static void do_something(struct pair *pair)
{
    static const char *const filters[] = {"", "calls>0", "carrier", "gateway:g1",
                                          "host=sw2 asr_pct<5"};
    static const char *const sorts[] = {"gateway", "-calls,gateway", "ip", "severity,-asr_pct",
                                        "host"};
    uint32_t which = sample_random(&pair->random, 5);
    struct table_view *views[] = {pair->beside, pair->here};
    uint32_t what = sample_random(&pair->random, 5), rows = sample_random(&pair->random, 900);
    for (size_t i = 0; i < 2; i++) {
        if (what == 0)
            assert_true(table_view_set_filter(views[i], filters[which], NULL, NULL));
        else if (what == 1)
            assert_true(table_view_set_sort(views[i], sorts[which], NULL));
        else if (what == 2)
            table_marks_toggle(views[i]);
        else
            table_view_move(views[i], (long)rows - 300);
    }
}

static void random_refreshes_filters_and_sorts_show_the_same(void **state)
{
    (void)state;
    struct pair pair;
    pair_setup(&pair);
    show(&pair);
    size_t prepared = 0;
    for (size_t turn = 0; turn < 150; turn++) {
        clock_advance(200);
        for (uint32_t hosts = 1 + sample_random(&pair.random, HOSTS); hosts > 0; hosts--)
            refresh(&pair, hosts - 1);
        show(&pair);
        prepared += table_view_prepares(pair.beside);
        wait_until_prepared(&pair);
        do_something(&pair);
        wait_until_prepared(&pair);
        assert_same(&pair);
    }
    assert_true(prepared > 100);
    pair_dispose(&pair);
}

static void what_is_shown_stays_until_the_next_is_prepared(void **state)
{
    (void)state;
    struct pair pair;
    pair_setup(&pair);
    show(&pair);
    table_view_move(pair.beside, 700);
    struct row_ref before, after;
    assert_true(table_view_current(pair.beside, &before));
    refresh(&pair, 0);
    refresh(&pair, 2);
    show(&pair);
    assert_true(table_view_prepares(pair.beside));
    assert_true(table_view_current(pair.beside, &after));
    assert_ptr_equal(after.table, before.table);
    assert_int_equal(after.id, before.id);
    // A filter is about what is shown, at once; the reading comes again.
    assert_true(table_view_set_filter(pair.beside, "calls>0", NULL, NULL));
    assert_true(table_view_set_filter(pair.here, "calls>0", NULL, NULL));
    assert_false(table_view_prepares(pair.beside));
    show(&pair);
    wait_until_prepared(&pair);
    table_view_move_to_end(pair.beside, false);
    table_view_move_to_end(pair.here, false);
    assert_same(&pair);
    pair_dispose(&pair);
}

static void a_row_of_the_next_reading_can_be_gone_to(void **state)
{
    (void)state;
    struct pair pair;
    pair_setup(&pair);
    show(&pair);
    refresh(&pair, 1);
    show(&pair);
    assert_true(table_view_prepares(pair.beside));
    size_t row = 0, old;
    while (table_find(pair.beside->shown[1].table, table_row_id(pair.tables[1], row), &old))
        row++;
    assert_true(table_view_go(pair.beside, table_row_id(pair.tables[1], row)));
    struct row_ref current;
    assert_true(table_view_current(pair.beside, &current));
    assert_ptr_equal(current.table, pair.tables[1]);
    assert_int_equal(current.row, row);
    pair_dispose(&pair);
}

int main(void)
{
    clock_freeze(1000000000000, SAMPLE_NOW_MS);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_refreshes_filters_and_sorts_show_the_same),
        cmocka_unit_test(what_is_shown_stays_until_the_next_is_prepared),
        cmocka_unit_test(a_row_of_the_next_reading_can_be_gone_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
