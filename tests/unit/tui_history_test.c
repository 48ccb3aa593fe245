// SPDX-License-Identifier: MIT

// The last hour of figures, and its line of blocks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/history.h"
#include "tui/sparkline.h"

#define MINUTE 60000

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
    assert_true(line.minutes[59].known);
    assert_true(line.minutes[59].value == 7);
    assert_false(line.minutes[58].known);
}

static void minutes_without_a_reading_are_gaps(void **state)
{
    (void)state;
    struct history history = {0};
    struct history_line line;
    history_add(&history, HISTORY_ASR, 100 * MINUTE, known(50));
    history_add(&history, HISTORY_ASR, 103 * MINUTE, known(0));
    history_line(&history, HISTORY_ASR, 104 * MINUTE, &line);
    assert_false(line.minutes[59].known); // nothing read in this minute
    assert_true(line.minutes[58].known && line.minutes[58].value == 0);
    assert_false(line.minutes[57].known);
    assert_false(line.minutes[56].known);
    assert_true(line.minutes[55].known && line.minutes[55].value == 50);
    history_line(&history, HISTORY_CPS, 104 * MINUTE, &line);
    for (int i = 0; i < HISTORY_MINUTES; i++)
        assert_false(line.minutes[i].known); // each figure has its own gaps
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
    assert_true(line.minutes[0].known && line.minutes[0].value == 141);
    assert_true(line.minutes[18].known && line.minutes[18].value == 159);
    assert_false(line.minutes[19].known);
    assert_true(line.minutes[59].known);
    history_add(&history, HISTORY_SIP, 100000 * (int64_t)MINUTE, known(2));
    history_line(&history, HISTORY_SIP, 100000 * (int64_t)MINUTE, &line);
    for (int i = 0; i < HISTORY_MINUTES - 1; i++)
        assert_false(line.minutes[i].known);
    history_line(&history, HISTORY_SIP, 100061 * (int64_t)MINUTE, &line);
    assert_false(line.minutes[59].known);
}

static void zero_is_a_low_block_and_unknown_a_space(void **state)
{
    (void)state;
    const struct figure values[] = {known(0), {false, 0}, known(50), known(100)};
    struct str text = {0};
    assert_true(sparkline_append(&text, values, 4, 4, 100));
    assert_string_equal(str_text(&text), "▁ ▅█");
    str_clear(&text);
    assert_true(sparkline_append(&text, values, 4, 2, 100)); // means of what is known
    assert_string_equal(str_text(&text), "▁▆");
    str_clear(&text);
    assert_true(sparkline_append(&text, values, 2, 2, 0)); // all zero: no division by it
    assert_string_equal(str_text(&text), "▁ ");
    str_clear(&text);
    assert_false(sparkline_append(&text, values + 1, 1, 1, 0));
    assert_string_equal(str_text(&text), "");
    str_dispose(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_value_of_a_minute_stays),
        cmocka_unit_test(minutes_without_a_reading_are_gaps),
        cmocka_unit_test(an_hour_later_nothing_old_comes_back),
        cmocka_unit_test(zero_is_a_low_block_and_unknown_a_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
