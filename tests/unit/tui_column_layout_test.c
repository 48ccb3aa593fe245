// SPDX-License-Identifier: MIT

// Columns in too little room.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/column_layout.h"

enum { HOST, NAME, CALLS, NOTE, ADDRESS, COLUMNS };

static const struct column columns[COLUMNS] = {
    [HOST] = {.name = "host", .kind = KIND_TEXT, .key = true},
    [NAME] = {.name = "name", .kind = KIND_TEXT, .width = 10},
    [CALLS] = {.name = "calls", .kind = KIND_INT, .priority = 2},
    [NOTE] = {.name = "note", .kind = KIND_TEXT, .width = 10, .priority = 3, .unbounded = true},
    [ADDRESS] = {.name = "address", .kind = KIND_ADDRESS, .priority = 1},
};
static const struct schema schema = {.name = "test", .columns = columns, .column_count = COLUMNS};

static const struct column_wish wishes[COLUMNS] = {
    [HOST] = {.heading = 4, .seen = 3},     [NAME] = {.heading = 4, .seen = 9},
    [CALLS] = {.heading = 5, .seen = 7},    [NOTE] = {.heading = 4, .seen = 40},
    [ADDRESS] = {.heading = 2, .seen = 15},
};

static void expect(const struct column_layout *layout, size_t fitting, const int *order)
{
    assert_int_equal(layout->fitting, fitting);
    for (size_t i = 0; i < layout->count; i++)
        assert_int_equal(layout->boxes[i].column, order[i]);
}

static void everything_fits_and_the_unbounded_column_takes_what_is_left(void **state)
{
    (void)state;
    struct column_layout layout = {0};
    column_layout_make(&layout, &schema, wishes, false, 90, NAME);
    expect(&layout, COLUMNS, (const int[]){HOST, NAME, CALLS, NOTE, ADDRESS});
    assert_int_equal(layout.boxes[3].width, 40);
    assert_int_equal(layout.boxes[2].width, 7);
    column_layout_dispose(&layout);
}

static void the_least_important_columns_go_to_the_right_end(void **state)
{
    (void)state;
    struct column_layout layout = {0};
    column_layout_make(&layout, &schema, wishes, false, 40, NAME);
    expect(&layout, 4, (const int[]){HOST, NAME, CALLS, ADDRESS, NOTE});
    column_layout_make(&layout, &schema, wishes, false, 32, NAME);
    expect(&layout, 3, (const int[]){HOST, NAME, ADDRESS, CALLS, NOTE});
    column_layout_dispose(&layout);
}

static void numbers_and_addresses_are_never_narrowed(void **state)
{
    (void)state;
    struct column_layout layout = {0};
    for (int width = 1; width < 100; width++) {
        column_layout_make(&layout, &schema, wishes, false, width, NAME);
        assert_int_equal(layout.boxes[column_layout_find(&layout, CALLS)].width, 7);
        assert_int_equal(layout.boxes[column_layout_find(&layout, ADDRESS)].width, 15);
    }
    column_layout_dispose(&layout);
}

static void columns_beyond_scroll_into_sight_and_back(void **state)
{
    (void)state;
    struct column_layout layout = {0};
    column_layout_make(&layout, &schema, wishes, false, 32, NOTE);
    assert_int_equal(layout.frozen, 2);
    assert_true(layout.first > layout.frozen);
    column_layout_make(&layout, &schema, wishes, false, 32, NAME);
    assert_int_equal(layout.first, layout.frozen);
    column_layout_dispose(&layout);
}

static void the_host_is_left_out_when_it_says_nothing(void **state)
{
    (void)state;
    struct column_layout layout = {0};
    column_layout_make(&layout, &schema, wishes, true, 90, NAME);
    expect(&layout, 4, (const int[]){NAME, CALLS, NOTE, ADDRESS});
    assert_int_equal(layout.frozen, 1);
    column_layout_dispose(&layout);
}

static void the_operators_order_and_widths_hold(void **state)
{
    (void)state;
    struct column_layout layout = {0};
    struct column_wish mine[COLUMNS];
    memcpy(mine, wishes, sizeof mine);
    mine[ADDRESS].place = 3;
    mine[CALLS].place = 4;
    mine[NOTE].place = 5;
    mine[HOST].place = 1;
    mine[NAME].place = 2;
    mine[NOTE].width = 12;
    mine[CALLS].width = 3; // digits are not cut
    column_layout_make(&layout, &schema, mine, false, 90, NAME);
    expect(&layout, COLUMNS, (const int[]){HOST, NAME, ADDRESS, CALLS, NOTE});
    assert_int_equal(layout.boxes[4].width, 12);
    assert_int_equal(layout.boxes[3].width, 7);
    column_layout_make(&layout, &schema, mine, false, 32, NAME);
    expect(&layout, 3, (const int[]){HOST, NAME, ADDRESS, CALLS, NOTE});
    column_layout_dispose(&layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_fits_and_the_unbounded_column_takes_what_is_left),
        cmocka_unit_test(the_least_important_columns_go_to_the_right_end),
        cmocka_unit_test(numbers_and_addresses_are_never_narrowed),
        cmocka_unit_test(columns_beyond_scroll_into_sight_and_back),
        cmocka_unit_test(the_host_is_left_out_when_it_says_nothing),
        cmocka_unit_test(the_operators_order_and_widths_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
