// SPDX-License-Identifier: MIT

// Times as an operator types them, across midnight and where clocks are put back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "cli/span.h"

#define HOUR_MS INT64_C(3600000)

// Berlin, Monday 26 October 2026, 04:00 CET: the day before had 25 hours.
#define FOUR_MS (INT64_C(1792983600) * 1000)

static int set_up(void **state)
{
    (void)state;
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    clock_freeze(1000, FOUR_MS);
    return 0;
}

static void a_day_is_as_long_as_it_was(void **state)
{
    (void)state;
    struct report_span span;
    struct err err = {0};
    assert_true(span_parse("yesterday", NULL, NULL, &span, &err));
    assert_int_equal(span.to_ms, FOUR_MS - 4 * HOUR_MS);
    assert_int_equal(span.to_ms - span.from_ms, 25 * HOUR_MS);
    assert_true(span_parse("today", NULL, NULL, &span, &err));
    assert_int_equal(span.from_ms, FOUR_MS - 4 * HOUR_MS);
    assert_int_equal(span.to_ms - span.from_ms, 24 * HOUR_MS);
    assert_true(span_parse(NULL, "2026-10-25", "2026-10-25", &span, &err));
    assert_int_equal(span.to_ms - span.from_ms, 25 * HOUR_MS);
}

static void a_night_shift_begins_on_the_day_before(void **state)
{
    (void)state;
    struct report_span span;
    struct err err = {0};
    assert_true(span_parse(NULL, "22:00", NULL, &span, &err));
    assert_int_equal(span.from_ms, FOUR_MS - 6 * HOUR_MS);
    assert_true(span_parse(NULL, "22:00", "06:00", &span, &err));
    assert_int_equal(span.from_ms, FOUR_MS - 6 * HOUR_MS);
    assert_int_equal(span.to_ms, FOUR_MS + 2 * HOUR_MS);
    assert_true(span_parse(NULL, "03:00", NULL, &span, &err));
    assert_int_equal(span.from_ms, FOUR_MS - HOUR_MS);
}

static void what_is_no_time_is_refused_with_a_sentence(void **state)
{
    (void)state;
    static const char *const wrong[] = {"2026-02-31", "25:00", "22", "", "2026-11-20 22:00:00 x"};
    struct report_span span;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_false(span_parse(NULL, wrong[i], NULL, &span, &err));
        assert_non_null(strstr(err.text, "write 2026-11-20"));
    }
    struct err err = {0};
    assert_false(span_parse(NULL, "2026-10-25 22:00", "2026-10-25 21:00", &span, &err));
    assert_non_null(strstr(err.text, "write"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_day_is_as_long_as_it_was, set_up),
        cmocka_unit_test_setup(a_night_shift_begins_on_the_day_before, set_up),
        cmocka_unit_test_setup(what_is_no_time_is_refused_with_a_sentence, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
