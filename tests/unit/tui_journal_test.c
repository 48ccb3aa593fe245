// SPDX-License-Identifier: MIT

// What the journal keeps and what it shows as a toast.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "tui/journal.h"

static int begin(void **state)
{
    clock_freeze(1000000, 1795162507000);
    *state = journal_new();
    return 0;
}

static int end(void **state)
{
    journal_free(*state);
    clock_release();
    return 0;
}

static void the_same_sentence_again_only_counts(void **state)
{
    journal_add(*state, LEVEL_CRIT, "sw1", "sw1: lost");
    journal_add(*state, LEVEL_WARN, "sw2", "sw2: slow");
    journal_add(*state, LEVEL_CRIT, "sw1", "sw1: lost");
    assert_int_equal(journal_count(*state), 2);
    assert_int_equal(journal_event(*state, 0)->repeats, 2);
    journal_add(*state, LEVEL_OK, "sw1", "sw1 is live again");
    journal_add(*state, LEVEL_CRIT, "sw1", "sw1: lost");
    assert_int_equal(journal_count(*state), 4);
}

static void a_repeated_event_is_one_whatever_came_between(void **state)
{
    journal_repeat(*state, LEVEL_CRIT, "sw1", "sw1: critical alarm: A");
    journal_repeat(*state, LEVEL_CRIT, "sw1", "sw1: critical alarm: B");
    journal_mark_seen(*state);
    journal_repeat(*state, LEVEL_CRIT, "sw1", "sw1: critical alarm: A");
    assert_int_equal(journal_count(*state), 2);
    assert_string_equal(journal_event(*state, 0)->text, "sw1: critical alarm: A");
    assert_int_equal(journal_event(*state, 0)->repeats, 2);
    assert_int_equal(journal_unseen(*state), 1); // and it wants to be seen again
}

static void errors_stay_until_seen_and_the_rest_fades(void **state)
{
    assert_null(journal_toast(*state, true));
    journal_add(*state, LEVEL_CRIT, "sw1", "sw1: lost");
    journal_add(*state, LEVEL_INFO, "", "reading again");
    assert_string_equal(journal_toast(*state, true)->text, "reading again"); // the answer to a key
    clock_advance(7000);
    assert_string_equal(journal_toast(*state, true)->text, "sw1: lost");
    clock_advance(3600000);
    assert_string_equal(journal_toast(*state, true)->text, "sw1: lost");
    journal_mark_seen(*state);
    assert_null(journal_toast(*state, true));
}

static void an_action_that_failed_is_not_hidden_by_the_loss_of_its_host(void **state)
{
    journal_answer(*state, LEVEL_WARN, "", "203.0.113.9 banned on sw1; failed on sw2");
    journal_add(*state, LEVEL_CRIT, "sw2", "sw2: connection timed out");
    clock_advance(20000);
    assert_string_equal(journal_toast(*state, true)->text,
                        "203.0.113.9 banned on sw1; failed on sw2");
    journal_answer(*state, LEVEL_INFO, "", "no action has failed");
    assert_string_equal(journal_toast(*state, true)->text, "no action has failed");
    clock_advance(11000);
    assert_string_equal(journal_toast(*state, true)->text, "sw2: connection timed out");
    assert_int_equal(journal_unseen(*state), 2);
}

static void what_a_key_was_refused_for_does_not_come_back_when_it_is_done(void **state)
{
    journal_answer(*state, LEVEL_WARN, "", "this turned worse: take it anew");
    journal_let_pass(*state);
    journal_answer(*state, LEVEL_WARN, "", "banned on sw1; failed on sw2");
    journal_end_answers(*state);
    journal_answer(*state, LEVEL_OK, "", "Morning is done");
    assert_string_equal(journal_toast(*state, true)->text, "Morning is done");
    clock_advance(7000);
    assert_string_equal(journal_toast(*state, true)->text, "banned on sw1; failed on sw2");
    assert_int_equal(journal_unseen(*state), 1);
}

static void records_are_no_toasts(void **state)
{
    journal_add(*state, LEVEL_NONE, "sw1", "sw1 is live");
    assert_null(journal_toast(*state, true));
    assert_int_equal(journal_unseen(*state), 0);
    assert_int_equal(journal_count(*state), 1);
}

static void the_oldest_are_forgotten_first(void **state)
{
    for (int i = 0; i < 2500; i++)
        journal_add(*state, LEVEL_INFO, "", "event %d", i);
    assert_int_equal(journal_count(*state), 1000);
    assert_string_equal(journal_event(*state, 0)->text, "event 2499");
    assert_string_equal(journal_event(*state, 999)->text, "event 1500");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_sentence_again_only_counts, begin, end),
        cmocka_unit_test_setup_teardown(errors_stay_until_seen_and_the_rest_fades, begin, end),
        cmocka_unit_test_setup_teardown(a_repeated_event_is_one_whatever_came_between, begin, end),
        cmocka_unit_test_setup_teardown(an_action_that_failed_is_not_hidden_by_the_loss_of_its_host,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            what_a_key_was_refused_for_does_not_come_back_when_it_is_done, begin, end),
        cmocka_unit_test_setup_teardown(records_are_no_toasts, begin, end),
        cmocka_unit_test_setup_teardown(the_oldest_are_forgotten_first, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
