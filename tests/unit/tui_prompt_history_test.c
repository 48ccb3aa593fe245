// SPDX-License-Identifier: MIT

// What prompts remember.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "tui/prompt_history.h"

static const char filter[] = "filter", command[] = "command";

static void the_newest_comes_first_and_kinds_are_apart(void **state)
{
    (void)state;
    struct prompt_history *history = prompt_history_new();
    prompt_history_add(history, filter, "a");
    prompt_history_add(history, command, "x");
    prompt_history_add(history, filter, "b");
    assert_string_equal(prompt_history_get(history, filter, 0), "b");
    assert_string_equal(prompt_history_get(history, filter, 1), "a");
    assert_null(prompt_history_get(history, filter, 2));
    assert_string_equal(prompt_history_get(history, command, 0), "x");
    prompt_history_free(history);
}

static void a_repeated_text_moves_and_an_empty_one_is_not_kept(void **state)
{
    (void)state;
    struct prompt_history *history = prompt_history_new();
    prompt_history_add(history, filter, "a");
    prompt_history_add(history, filter, "b");
    prompt_history_add(history, filter, "a");
    prompt_history_add(history, filter, "");
    assert_string_equal(prompt_history_get(history, filter, 0), "a");
    assert_string_equal(prompt_history_get(history, filter, 1), "b");
    assert_null(prompt_history_get(history, filter, 2));
    prompt_history_free(history);
}

static void the_oldest_of_a_kind_gives_way(void **state)
{
    (void)state;
    struct prompt_history *history = prompt_history_new();
    prompt_history_add(history, command, "stays");
    for (int i = 0; i <= PROMPT_HISTORY_MAX; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        prompt_history_add(history, filter, text);
    }
    assert_string_equal(prompt_history_get(history, filter, PROMPT_HISTORY_MAX - 1), "1");
    assert_null(prompt_history_get(history, filter, PROMPT_HISTORY_MAX));
    assert_string_equal(prompt_history_get(history, command, 0), "stays");
    prompt_history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_comes_first_and_kinds_are_apart),
        cmocka_unit_test(a_repeated_text_moves_and_an_empty_one_is_not_kept),
        cmocka_unit_test(the_oldest_of_a_kind_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
