// SPDX-License-Identifier: MIT

// Conditions are told once, and again when they come back; the journal says what is news.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "probe/probe.h"
#include "tui/news.h"

struct desk {
    struct notice_watch *watch;
    struct journal *journal;
};

static int begin(void **state)
{
    static struct desk desk;
    clock_freeze(1000000, 1795162507000);
    desk = (struct desk){notice_watch_new("sw1"), journal_new()};
    *state = &desk;
    return 0;
}

static int end(void **state)
{
    struct desk *desk = *state;
    notice_watch_free(desk->watch);
    journal_free(desk->journal);
    clock_release();
    return 0;
}

static void set(struct table *table, size_t row, const char *column, const char *text)
{
    int col = schema_find(table_schema(table), column);
    assert_true(col >= 0);
    table_set_text(table, row, (size_t)col, text);
}

static void take(struct desk *desk, const struct probe *probe, const struct table *table)
{
    notice_watch_settle(desk->watch);
    notice_watch_reading(desk->watch, probe, NULL, table, "");
    news_tell(desk->watch, desk->journal);
    table_unref(table);
}

// As many critical alarms as `critical`, numbered from `first`, and one that is minor.
static void alarms(struct desk *desk, int first, int critical)
{
    struct table *table = table_new(probe_alarms.schema);
    for (int i = 0; i <= critical; i++) {
        char object[24];
        size_t row = table_add_row(table);
        snprintf(object, sizeof object, "CARRIER-%d", first + i);
        set(table, row, "host", "sw1");
        set(table, row, "severity", i < critical ? "critical" : "minor");
        table_set_level(table, row, (size_t)schema_find(probe_alarms.schema, "severity"),
                        i < critical ? LEVEL_CRIT : LEVEL_WARN);
        set(table, row, "type", "disk");
        set(table, row, "object", object);
    }
    const struct table *sealed = table_seal(table);
    take(desk, &probe_alarms, sealed);
}

static void attack(struct desk *desk, const char *source)
{
    struct table *table = table_new(probe_flood.schema);
    if (source != NULL) {
        size_t row = table_add_row(table);
        set(table, row, "host", "sw1");
        set(table, row, "verdict", "scanner");
        table_set_level(table, row, (size_t)schema_find(probe_flood.schema, "verdict"), LEVEL_CRIT);
        set(table, row, "user_agent", source);
    }
    const struct table *sealed = table_seal(table);
    take(desk, &probe_flood, sealed);
}

static void what_stood_before_the_console_is_told_in_one_quiet_sentence(void **state)
{
    struct desk *desk = *state;
    alarms(desk, 1, 2);
    assert_int_equal(journal_count(desk->journal), 1);
    assert_string_equal(journal_event(desk->journal, 0)->text,
                        "sw1: already there when this console began: 2 critical alarms");
    assert_int_equal(journal_unseen(desk->journal), 0);
}

static void a_new_critical_alarm_is_told_once_and_a_minor_one_never(void **state)
{
    struct desk *desk = *state;
    alarms(desk, 1, 0);
    assert_int_equal(journal_count(desk->journal), 0);
    alarms(desk, 1, 1);
    alarms(desk, 1, 1);
    assert_int_equal(journal_count(desk->journal), 1);
    const struct event *event = journal_event(desk->journal, 0);
    assert_string_equal(event->host, "sw1");
    assert_int_equal(event->level, LEVEL_CRIT);
    assert_non_null(strstr(event->text, "sw1: critical alarm: "));
    assert_non_null(strstr(event->text, "CARRIER-1"));
    assert_null(strstr(event->text, "CARRIER-2"));
}

static void an_alarm_that_was_gone_is_news_when_it_comes_back(void **state)
{
    struct desk *desk = *state;
    alarms(desk, 1, 0);
    alarms(desk, 1, 1);
    clock_advance(1000);
    alarms(desk, 1, 0);
    alarms(desk, 1, 1);
    assert_int_equal(journal_count(desk->journal), 1);
    assert_int_equal(journal_event(desk->journal, 0)->repeats, 2);
}

static void an_alarm_that_is_over_stands_in_the_record(void **state)
{
    struct desk *desk = *state;
    alarms(desk, 1, 0);
    alarms(desk, 1, 1);
    alarms(desk, 2, 0);
    const struct event *event = journal_event(desk->journal, 0);
    assert_non_null(strstr(event->text, "sw1: critical alarm: "));
    assert_non_null(strstr(event->text, ": over"));
    assert_int_equal(event->level, LEVEL_NONE);
}

static void many_at_once_are_one_sentence(void **state)
{
    struct desk *desk = *state;
    alarms(desk, 1, 0);
    alarms(desk, 10, 4);
    assert_int_equal(journal_count(desk->journal), 1);
    assert_string_equal(journal_event(desk->journal, 0)->text, "sw1: 4 new critical alarms");
}

static void an_attack_is_a_toast_for_a_while_only(void **state)
{
    struct desk *desk = *state;
    attack(desk, NULL);
    attack(desk, "a");
    assert_non_null(journal_toast(desk->journal, true));
    assert_int_equal(journal_unseen(desk->journal), 1);
    for (int i = 0; i < 60; i++) {
        clock_advance(1000);
        attack(desk, "a");
    }
    assert_null(journal_toast(desk->journal, true));
    assert_int_equal(journal_unseen(desk->journal), 0);
    assert_int_equal(journal_count(desk->journal), 1);
}

static void an_attack_that_pauses_is_not_told_again_within_ten_minutes(void **state)
{
    struct desk *desk = *state;
    attack(desk, NULL);
    attack(desk, "a");
    assert_int_equal(journal_count(desk->journal), 1);
    assert_non_null(strstr(journal_event(desk->journal, 0)->text, "attack from"));
    assert_non_null(strstr(journal_event(desk->journal, 0)->text, "scanner"));
    attack(desk, NULL);
    clock_advance(599000);
    attack(desk, "a");
    assert_int_equal(journal_event(desk->journal, 0)->repeats, 1);
    clock_advance(601000);
    attack(desk, NULL);
    attack(desk, "a");
    assert_int_equal(journal_event(desk->journal, 0)->repeats, 2);
}

static void other_panes_are_no_news(void **state)
{
    struct desk *desk = *state;
    struct table *table = table_new(probe_calls.schema);
    table_add_row(table);
    const struct table *sealed = table_seal(table);
    take(desk, &probe_calls, sealed);
    assert_int_equal(journal_count(desk->journal), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_stood_before_the_console_is_told_in_one_quiet_sentence,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_new_critical_alarm_is_told_once_and_a_minor_one_never,
                                        begin, end),
        cmocka_unit_test_setup_teardown(an_alarm_that_was_gone_is_news_when_it_comes_back, begin,
                                        end),
        cmocka_unit_test_setup_teardown(an_alarm_that_is_over_stands_in_the_record, begin, end),
        cmocka_unit_test_setup_teardown(many_at_once_are_one_sentence, begin, end),
        cmocka_unit_test_setup_teardown(an_attack_is_a_toast_for_a_while_only, begin, end),
        cmocka_unit_test_setup_teardown(an_attack_that_pauses_is_not_told_again_within_ten_minutes,
                                        begin, end),
        cmocka_unit_test_setup_teardown(other_panes_are_no_news, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
