// SPDX-License-Identifier: MIT

// The neutralising function: nothing a terminal would act on gets through, and columns are counted
// right.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"

#define FFFD "\xef\xbf\xbd"

static void check(const char *in, size_t len, int max_cols, const char *want, int want_cols)
{
    char out[256];
    int cols = text_clean(out, sizeof out, in, len, max_cols);
    assert_string_equal(out, want);
    assert_int_equal(cols, want_cols);
}

static void plain_text_is_kept(void **state)
{
    (void)state;
    check("CARRIER-A", 9, -1, "CARRIER-A", 9);
    check("", 0, -1, "", 0);
    check("h\xc3\xa9llo", 6, -1, "h\xc3\xa9llo", 5);
}

static void control_bytes_become_visible(void **state)
{
    (void)state;
    check("\033[31mred\033[0m", 12, -1, FFFD "[31mred" FFFD "[0m", 12);
    check("a\0b", 3, -1, "a" FFFD "b", 3);
    check("\033]0;title\007", 10, -1, FFFD "]0;title" FFFD, 10);
    check("\xc2\x9b"
          "2J",
          4, -1, FFFD "2J", 3);
    check("tab\there\nline\r", 14, -1, "tab here line" FFFD, 14);
    check("\x7f", 1, -1, FFFD, 1);
}

static void broken_utf8_becomes_visible(void **state)
{
    (void)state;
    check("\xff\xfe", 2, -1, FFFD FFFD, 2);
    check("\xc3", 1, -1, FFFD, 1);
    check("\xc0\xaf", 2, -1, FFFD FFFD, 2);          // overlong
    check("\xed\xa0\x80", 3, -1, FFFD FFFD FFFD, 3); // surrogate
    check("\xf4\x90\x80\x80", 4, -1, FFFD FFFD FFFD FFFD, 4);
}

static void invisible_and_bidirectional_characters_become_visible(void **state)
{
    (void)state;
    check("a\xe2\x80\xae"
          "b",
          5, -1, "a" FFFD "b", 3); // U+202E
    check("a\xe2\x80\x8b"
          "b",
          5, -1, "a" FFFD "b", 3); // U+200B
    check("a\xc2\xad"
          "b",
          4, -1, "a" FFFD "b", 3);              // U+00AD
    check("\xef\xbb\xbfx", 4, -1, FFFD "x", 2); // U+FEFF
}

static void wide_characters_count_two_and_are_not_cut_in_half(void **state)
{
    (void)state;
    const char *gateway = "\xe8\x90\xbd\xe5\x9c\xb0"; // two CJK characters
    check(gateway, 6, -1, gateway, 4);
    check(gateway, 6, 3, "\xe8\x90\xbd", 2);
    check(gateway, 6, 1, "", 0);
}

static void at_most_two_marks_follow_a_character(void **state)
{
    (void)state;
    check("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81", 9, -1, "e\xcc\x81\xcc\x81", 1);
    check("\xcc\x81x", 3, -1, "x", 1);
}

static void output_is_bounded_in_bytes_and_columns(void **state)
{
    (void)state;
    char out[5];
    assert_int_equal(text_clean(out, sizeof out, "abcdefgh", 8, -1), 4);
    assert_string_equal(out, "abcd");
    check("abcdefgh", 8, 3, "abc", 3);
}

static void cleaning_twice_changes_nothing_whatever_the_bytes(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        unsigned char in[24];
        for (size_t i = 0; i < sizeof in; i++)
            in[i] = (unsigned char)(seed = hash_mix(seed + 1));
        char once[128], twice[128];
        int cols = text_clean(once, sizeof once, (const char *)in, sizeof in, -1);
        int again = text_clean(twice, sizeof twice, once, strlen(once), -1);
        assert_string_equal(once, twice);
        assert_int_equal(cols, again);
        assert_int_equal(cols, text_width(once));
        for (const char *at = once; *at != '\0'; at++)
            assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
    }
}

static void json_text_keeps_control_bytes_but_not_broken_ones(void **state)
{
    (void)state;
    char *text = text_valid_utf8("a\033\xff", 3);
    assert_string_equal(text, "a\033" FFFD);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_kept),
        cmocka_unit_test(control_bytes_become_visible),
        cmocka_unit_test(broken_utf8_becomes_visible),
        cmocka_unit_test(invisible_and_bidirectional_characters_become_visible),
        cmocka_unit_test(wide_characters_count_two_and_are_not_cut_in_half),
        cmocka_unit_test(at_most_two_marks_follow_a_character),
        cmocka_unit_test(output_is_bounded_in_bytes_and_columns),
        cmocka_unit_test(cleaning_twice_changes_nothing_whatever_the_bytes),
        cmocka_unit_test(json_text_keeps_control_bytes_but_not_broken_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
