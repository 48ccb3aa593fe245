// SPDX-License-Identifier: MIT

// Conditions of one host: raised, worse, over, many at once, and nothing concluded from what was
// not read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "notice/watch.h"

static int begin(void **state)
{
    clock_freeze(1000000000, 1795162507000);
    *state = notice_watch_new("sw1");
    return 0;
}

static int end(void **state)
{
    notice_watch_free(*state);
    clock_release();
    return 0;
}

static void host(struct notice_watch *watch, enum host_state_word word, const char *error)
{
    struct host_status status = {.word = word};
    snprintf(status.error, sizeof status.error, "%s", error);
    notice_watch_settle(watch);
    notice_watch_host(watch, &status);
}

static void set(struct table *table, size_t row, const char *column, const char *text,
                enum level level)
{
    int col = schema_find(table_schema(table), column);
    assert_true(col >= 0);
    table_set_text(table, row, (size_t)col, text);
    table_set_level(table, row, (size_t)col, level);
}

// Rows first … first + count - 1 of a pane, all of one level: a reading that succeeded.
static void rows(struct notice_watch *watch, const struct probe *probe, const char *column,
                 int first, int count, enum level level)
{
    struct table *table = table_new(probe->schema);
    for (int i = 0; i < count; i++) {
        char name[32];
        size_t row = table_add_row(table);
        snprintf(name, sizeof name, "203.0.113.%d", first + i);
        set(table, row, "host", "sw1", LEVEL_NONE);
        set(table, row, probe == &probe_flood ? "source" : "object", name, LEVEL_NONE);
        set(table, row, column, level == LEVEL_CRIT ? "critical" : "minor", level);
    }
    const struct table *sealed = table_seal(table);
    notice_watch_settle(watch);
    notice_watch_reading(watch, probe, NULL, sealed, "");
    table_unref(sealed);
}

static void alarms(struct notice_watch *watch, int first, int count, enum level level)
{
    rows(watch, &probe_alarms, "severity", first, count, level);
}

static const struct notice_change *only_change(const struct notice_watch *watch,
                                               enum notice_event event)
{
    size_t count;
    const struct notice_change *changes = notice_watch_changes(watch, &count);
    assert_int_equal(count, 1);
    assert_int_equal(changes[0].event, event);
    return &changes[0];
}

static void assert_silent(const struct notice_watch *watch)
{
    size_t count;
    notice_watch_changes(watch, &count);
    assert_int_equal(count, 0);
}

static size_t standing(const struct notice_watch *watch)
{
    size_t count;
    notice_watch_standing(watch, &count);
    return count;
}

static void a_lost_host_stands_until_it_is_live_again(void **state)
{
    struct notice_watch *watch = *state;
    host(watch, HOST_CONNECTING, "");
    assert_silent(watch);
    assert_false(notice_watch_covers(watch, NOTICE_HOST, ""));
    host(watch, HOST_RETRYING, "connection refused by 198.18.0.11:22");
    const struct notice *notice = &only_change(watch, NOTICE_RAISED)->notice;
    assert_int_equal(notice->level, LEVEL_CRIT);
    assert_string_equal(notice->sentence, "sw1: connection refused by 198.18.0.11:22");
    assert_int_equal(notice->since_ms, 1795162507000);
    host(watch, HOST_CONNECTING, "");
    assert_silent(watch);
    host(watch, HOST_DOWN, "sw1: connection refused by 198.18.0.11:22");
    assert_silent(watch);
    host(watch, HOST_DOWN, "sw1: no route");
    only_change(watch, NOTICE_REWORDED);
    assert_int_equal(standing(watch), 1);
    host(watch, HOST_LIVE, "");
    only_change(watch, NOTICE_CLEARED);
    assert_int_equal(standing(watch), 0);
    assert_true(notice_watch_covers(watch, NOTICE_HOST, ""));
}

static void a_stale_host_is_a_warning_that_grows_worse_when_it_is_lost(void **state)
{
    struct notice_watch *watch = *state;
    host(watch, HOST_STALE, "");
    assert_int_equal(only_change(watch, NOTICE_RAISED)->notice.level, LEVEL_WARN);
    host(watch, HOST_RETRYING, "lost");
    only_change(watch, NOTICE_WORSE);
    host(watch, HOST_STALE, ""); // connected, but nobody knows yet whether it is well
    assert_silent(watch);
}

static void nothing_is_over_because_a_host_is_lost_or_a_reading_fails(void **state)
{
    struct notice_watch *watch = *state;
    alarms(watch, 1, 1, LEVEL_CRIT);
    assert_true(only_change(watch, NOTICE_RAISED)->first);
    notice_watch_settle(watch);
    notice_watch_reading(watch, &probe_alarms, NULL, NULL, "sw1: MySQL: gone away");
    assert_int_equal(only_change(watch, NOTICE_RAISED)->notice.kind, NOTICE_READING);
    assert_int_equal(standing(watch), 2);
    host(watch, HOST_DOWN, "lost");
    alarms(watch, 9, 0, LEVEL_NONE);
    assert_silent(watch);
    assert_int_equal(standing(watch), 3);
}

static void a_row_is_worse_once_and_over_when_it_is_gone(void **state)
{
    struct notice_watch *watch = *state;
    alarms(watch, 1, 1, LEVEL_WARN);
    alarms(watch, 1, 1, LEVEL_CRIT);
    only_change(watch, NOTICE_WORSE);
    alarms(watch, 1, 1, LEVEL_WARN);
    assert_silent(watch);
    alarms(watch, 1, 0, LEVEL_NONE);
    assert_string_equal(only_change(watch, NOTICE_CLEARED)->notice.object, "203.0.113.1");
    assert_true(notice_watch_covers(watch, NOTICE_ALARM, "alarms"));
}

static void twenty_thousand_sources_are_one_condition_and_its_end_is_told_once(void **state)
{
    struct notice_watch *watch = *state;
    rows(watch, &probe_flood, "verdict", 1, 0, LEVEL_NONE);
    rows(watch, &probe_flood, "verdict", 1, 20000, LEVEL_CRIT);
    const struct notice_change *change = only_change(watch, NOTICE_RAISED);
    assert_int_equal(change->fresh, 20000);
    assert_int_equal(change->notice.rows, 20000);
    assert_string_equal(change->notice.sentence, "sw1: 20000 attacking sources");
    rows(watch, &probe_flood, "verdict", 1, 20000, LEVEL_CRIT);
    assert_silent(watch);
    clock_advance(599000);
    rows(watch, &probe_flood, "verdict", 1, 0, LEVEL_NONE);
    assert_int_equal(standing(watch), 1); // it only pauses
    clock_advance(2000);
    rows(watch, &probe_flood, "verdict", 1, 0, LEVEL_NONE);
    only_change(watch, NOTICE_CLEARED);
    assert_int_equal(standing(watch), 0);
}

static void no_pane_has_more_than_32_conditions_of_their_own(void **state)
{
    struct notice_watch *watch = *state;
    for (int i = 1; i <= 100; i++)
        alarms(watch, 1, i, LEVEL_CRIT);
    assert_int_equal(standing(watch), 33);
    size_t count, total = 0;
    const struct notice *const *all = notice_watch_standing(watch, &count);
    for (size_t i = 0; i < count; i++)
        total += all[i]->rows;
    assert_int_equal(total, 100);
    alarms(watch, 1, 0, LEVEL_NONE);
    assert_int_equal(standing(watch), 0);
}

static void an_identity_is_clean_text(void **state)
{
    struct notice_watch *watch = *state;
    struct table *table = table_new(probe_alarms.schema);
    size_t row = table_add_row(table);
    set(table, row, "host", "sw1", LEVEL_NONE);
    set(table, row, "object", "A\x1b]0;evil\x07\xff", LEVEL_NONE);
    set(table, row, "severity", "critical", LEVEL_CRIT);
    const struct table *sealed = table_seal(table);
    notice_watch_reading(watch, &probe_alarms, NULL, sealed, "");
    const char *object = only_change(watch, NOTICE_RAISED)->notice.object;
    assert_null(strpbrk(object, "\x1b\x07\xff"));
    table_unref(sealed);
}

static void a_step_that_is_unknown_leaves_what_was_known(void **state)
{
    struct notice_watch *watch = *state;
    char id[] = "balances", title[] = "Balances", summary[] = "1 account is used up";
    struct step step = {.id = id, .title = title};
    struct verdict verdict = {.state = STEP_CRITICAL, .summary = summary, .advice = ""};
    notice_watch_step(watch, "morning", &step, &verdict);
    const struct notice *notice = &only_change(watch, NOTICE_RAISED)->notice;
    assert_string_equal(notice->sentence, "sw1: Balances: 1 account is used up");
    assert_string_equal(notice->scope, "morning/balances");
    verdict.state = STEP_UNKNOWN;
    notice_watch_settle(watch);
    notice_watch_step(watch, "morning", &step, &verdict);
    assert_int_equal(standing(watch), 1);
    verdict.state = STEP_OK;
    notice_watch_step(watch, "morning", &step, &verdict);
    only_change(watch, NOTICE_CLEARED);
}

static void steps_of_a_list_that_is_closed_stand_no_more_and_are_not_over(void **state)
{
    struct notice_watch *watch = *state;
    char id[] = "balances", title[] = "Balances", summary[] = "1 account is used up";
    struct step step = {.id = id, .title = title};
    struct verdict verdict = {.state = STEP_CRITICAL, .summary = summary, .advice = ""};
    notice_watch_step(watch, "morning", &step, &verdict);
    assert_true(notice_watch_covers(watch, NOTICE_STEP, "morning/balances"));
    notice_watch_settle(watch);
    notice_watch_forget_steps(watch);
    size_t count;
    notice_watch_changes(watch, &count);
    assert_int_equal(count, 0);
    assert_int_equal(standing(watch), 0);
    assert_false(notice_watch_covers(watch, NOTICE_STEP, "morning/balances"));
    notice_watch_step(watch, "morning", &step, &verdict);
    assert_true(only_change(watch, NOTICE_RAISED)->first);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_lost_host_stands_until_it_is_live_again),
        TEST(a_stale_host_is_a_warning_that_grows_worse_when_it_is_lost),
        TEST(nothing_is_over_because_a_host_is_lost_or_a_reading_fails),
        TEST(a_row_is_worse_once_and_over_when_it_is_gone),
        TEST(twenty_thousand_sources_are_one_condition_and_its_end_is_told_once),
        TEST(no_pane_has_more_than_32_conditions_of_their_own),
        TEST(an_identity_is_clean_text),
        TEST(steps_of_a_list_that_is_closed_stand_no_more_and_are_not_over),
        TEST(a_step_that_is_unknown_leaves_what_was_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
