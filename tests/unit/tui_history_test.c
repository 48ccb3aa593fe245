// SPDX-License-Identifier: MIT

// The last hour of figures, and its line of blocks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "tui/history.h"

#define MINUTE 60000

static bool is_gap(float value)
{
    return isnan(value);
}

static struct figure known(double value)
{
    return (struct figure){true, value};
}

static void the_last_value_of_a_minute_stays(void **state)
{
    (void)state;
    struct history history = {0};
    struct history_line line;
    history_add(&history, HISTORY_CALLS, 100 * MINUTE, known(5));
    history_add(&history, HISTORY_CALLS, 100 * MINUTE + 59999, known(7));
    history_add(&history, HISTORY_CALLS, 100 * MINUTE + 59999, (struct figure){false, 0});
    history_line(&history, HISTORY_CALLS, 100 * MINUTE + 59999, &line);
    assert_false(is_gap(line.minutes[59]));
    assert_true(line.minutes[59] == 7);
    assert_true(is_gap(line.minutes[58]));
}

static void minutes_without_a_reading_are_gaps(void **state)
{
    (void)state;
    struct history history = {0};
    struct history_line line;
    history_add(&history, HISTORY_ASR, 100 * MINUTE, known(50));
    history_add(&history, HISTORY_ASR, 103 * MINUTE, known(0));
    history_line(&history, HISTORY_ASR, 104 * MINUTE, &line);
    assert_true(is_gap(line.minutes[59])); // nothing read in this minute
    assert_true(line.minutes[58] == 0);
    assert_true(is_gap(line.minutes[57]));
    assert_true(is_gap(line.minutes[56]));
    assert_true(line.minutes[55] == 50);
    history_line(&history, HISTORY_CPS, 104 * MINUTE, &line);
    for (int i = 0; i < HISTORY_MINUTES; i++)
        assert_true(is_gap(line.minutes[i])); // each figure has its own gaps
}

static void an_hour_later_nothing_old_comes_back(void **state)
{
    (void)state;
    struct history history = {0};
    struct history_line line;
    for (int64_t minute = 100; minute < 160; minute++)
        history_add(&history, HISTORY_SIP, minute * MINUTE, known((double)minute));
    history_add(&history, HISTORY_SIP, 200 * MINUTE, known(1));
    history_line(&history, HISTORY_SIP, 200 * MINUTE, &line);
    assert_true(line.minutes[0] == 141);
    assert_true(line.minutes[18] == 159);
    assert_true(is_gap(line.minutes[19]));
    assert_false(is_gap(line.minutes[59]));
    history_add(&history, HISTORY_SIP, 100000 * (int64_t)MINUTE, known(2));
    history_line(&history, HISTORY_SIP, 100000 * (int64_t)MINUTE, &line);
    for (int i = 0; i < HISTORY_MINUTES - 1; i++)
        assert_true(is_gap(line.minutes[i]));
    history_line(&history, HISTORY_SIP, 100061 * (int64_t)MINUTE, &line);
    assert_true(is_gap(line.minutes[59]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_value_of_a_minute_stays),
        cmocka_unit_test(minutes_without_a_reading_are_gaps),
        cmocka_unit_test(an_hour_later_nothing_old_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
