// SPDX-License-Identifier: MIT

// The window's sums equal those of a plain list of events, whatever the order of their times.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "meter/window.h"
#include "meter_packets.h"

static void events_leave_after_sixty_seconds(void **state)
{
    struct window window = {0};
    (void)state;
    window_add(&window, 1000, METER_OPTIONS);
    window_add(&window, 1059, METER_OPTIONS);
    assert_int_equal(window_sum(&window, METER_OPTIONS, 60), 2);
    assert_int_equal(window_sum(&window, METER_OPTIONS, 59), 1);
    window_advance(&window, 1060);
    assert_int_equal(window_sum(&window, METER_OPTIONS, 60), 1);
    window_advance(&window, 5000);
    assert_int_equal(window_sum(&window, METER_OPTIONS, 60), 0);
}

static void late_events_count_where_they_belong(void **state)
{
    struct window window = {0};
    (void)state;
    window_add(&window, 1000, WINDOW_PACKETS);
    window_add(&window, 995, WINDOW_PACKETS);
    window_add(&window, 940, WINDOW_PACKETS); // a minute old already
    assert_int_equal(window_sum(&window, WINDOW_PACKETS, 60), 2);
    assert_int_equal(window_sum(&window, WINDOW_PACKETS, 5), 1);
    assert_int_equal(window_sum(&window, WINDOW_PACKETS, 6), 2);
}

static void random_events_sum_to_the_truth(void **state)
{
    enum { EVENTS = 20000 };
    static int64_t seconds[EVENTS];
    static int series[EVENTS];
    struct window window = {0};
    int64_t newest = 0;
    uint64_t random = 7;
    (void)state;

    for (int i = 0; i < EVENTS; i++) {
        int64_t base = 100000 + i / 50;
        seconds[i] = base + random_next(&random) % 40 - 20;
        if (random_next(&random) % 5000 == 0)
            newest = seconds[i] += 100;
        series[i] = (int)(random_next(&random) % WINDOW_SERIES);
        if (seconds[i] > newest)
            newest = seconds[i];
        else if (newest - seconds[i] >= WINDOW_SECONDS)
            series[i] = -1; // not counted
        window_add(&window, seconds[i], series[i] >= 0 ? series[i] : 0);
        if (i % 100 != 0)
            continue;
        for (int span = 1; span <= WINDOW_SECONDS; span += 7) {
            uint32_t truth = 0;
            for (int j = 0; j <= i; j++)
                truth += series[j] == 3 && seconds[j] > newest - span;
            assert_int_equal(window_sum(&window, 3, span), truth);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_leave_after_sixty_seconds),
        cmocka_unit_test(late_events_count_where_they_belong),
        cmocka_unit_test(random_events_sum_to_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
