// SPDX-License-Identifier: MIT

// Words of a line come apart by one rule, and what is joined comes apart again.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/words.h"

static void quotes_hold_a_word_together(void **state)
{
    (void)state;
    char **words = words_split(" tcpdump  \"host 1 and  port 2\" a\"b c\"d '$(x)' \"\\\"\\\\\" ");
    assert_string_equal(words[0], "tcpdump");
    assert_string_equal(words[1], "host 1 and  port 2");
    assert_string_equal(words[2], "ab cd");
    assert_string_equal(words[3], "'$(x)'");
    assert_string_equal(words[4], "\"\\");
    assert_null(words[5]);
    words_free(words);
    assert_null(words_split("  "));
    words_free(NULL);
}

static void what_is_joined_comes_apart_again(void **state)
{
    static const char *const hard[] = {"plain",   "",      "a b",   "\"", "\\",
                                       "a\\\" b", "\\\\ ", "$(x);", "\t"};
    size_t count = sizeof hard / sizeof *hard;
    struct str line = {0};
    (void)state;
    for (size_t i = 0; i < count; i++)
        words_append(&line, hard[i]);
    char **words = words_split(str_text(&line));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(words[i], hard[i]);
    assert_null(words[count]);
    words_free(words);
    str_dispose(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_hold_a_word_together),
        cmocka_unit_test(what_is_joined_comes_apart_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
