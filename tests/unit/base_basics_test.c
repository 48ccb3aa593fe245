// SPDX-License-Identifier: MIT

// Strings, memory, durations, times, errors, and quoting proved by real shells.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/quote.h"

static void shell_gives_back(const char *shell, const char *word)
{
    struct str command = {0};
    str_append(&command, shell);
    str_append(&command, " -c ");
    struct str inner = {0};
    quote_argv(&inner, (const char *const[]){"printf", "%s", word, NULL});
    quote_word(&command, str_text(&inner));
    FILE *pipe = popen(str_text(&command), "r");
    assert_non_null(pipe);
    char back[512];
    size_t len = fread(back, 1, sizeof back - 1, pipe);
    back[len] = '\0';
    assert_int_equal(pclose(pipe), 0);
    assert_string_equal(back, word);
    str_dispose(&inner);
    str_dispose(&command);
}

static void quoted_words_come_back_unchanged_from_real_shells(void **state)
{
    (void)state;
    static const char *const hostile[] = {"",      "plain", "a b", "'",       "''", "\\",
                                          "$(id)", "`id`",  "*",   "a;b|c&d", "\n", "-e",
                                          "!x",    "~",     "#",   "\"",      "%s", "{a,b}"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        shell_gives_back("bash", hostile[i]);
        shell_gives_back("dash", hostile[i]);
    }
    uint64_t seed = 7;
    for (int round = 0; round < 40; round++) {
        char word[32];
        for (size_t i = 0; i < sizeof word - 1; i++)
            word[i] = (char)(1 + (seed = hash_mix(seed + 1)) % 255);
        word[sizeof word - 1] = '\0';
        shell_gives_back("dash", word);
    }
}

static void durations_are_parsed_or_refused(void **state)
{
    (void)state;
    int64_t ms;
    assert_true(clock_parse_duration("90s", &ms) && ms == 90000);
    assert_true(clock_parse_duration("1h30m", &ms) && ms == 5400000);
    assert_true(clock_parse_duration("250ms", &ms) && ms == 250);
    assert_true(clock_parse_duration("2d", &ms) && ms == 172800000);
    assert_true(clock_parse_duration("forever", &ms) && ms == -1);
    static const char *const wrong[] = {"",    "5",   "s",   "5x",
                                        "-5s", "5 s", "1h ", "99999999999999999d"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(clock_parse_duration(wrong[i], &ms));
}

static void times_are_rfc_3339_in_utc(void **state)
{
    (void)state;
    char out[CLOCK_RFC3339_MAX];
    clock_rfc3339(1795161600000, out);
    assert_string_equal(out, "2026-11-20T08:00:00Z");
    clock_rfc3339(1795161600007, out);
    assert_string_equal(out, "2026-11-20T08:00:00.007Z");
    clock_rfc3339(-1, out);
    assert_string_equal(out, "1969-12-31T23:59:59.999Z");
    clock_rfc3339(INT64_MAX, out);
    assert_string_equal(out, "0000-00-00T00:00:00Z");
}

static void a_frozen_clock_moves_only_when_told(void **state)
{
    (void)state;
    clock_freeze(1000, 5000);
    assert_int_equal(clock_mono_ms(), 1000);
    clock_advance(250);
    assert_int_equal(clock_wall_ms(), 5250);
    assert_int_equal(clock_left_ms(1300), 50);
    assert_int_equal(clock_left_ms(1), 0);
    clock_release();
    assert_true(clock_wall_ms() > 1700000000000);
}

static void an_error_may_quote_itself(void **state)
{
    (void)state;
    struct err err = {0};
    assert_false(err_is_set(&err));
    err_set(&err, "port %d is closed", 22);
    err_set(&err, "%s; open it", err.text);
    err_prefix(&err, "sw%d", 1);
    assert_string_equal(err.text, "sw1: port 22 is closed; open it");
    char longer[2 * ERR_TEXT_MAX];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    err_set(&err, "%s", longer);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
}

static void an_arena_keeps_what_it_was_given(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    char *kept[1000];
    for (int i = 0; i < 1000; i++) {
        char text[16];
        int len = snprintf(text, sizeof text, "row %d", i);
        kept[i] = arena_strndup(arena, text, (size_t)len);
        void *block = arena_alloc(arena, (size_t)i);
        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        memset(block, 0xff, (size_t)i);
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(atoi(kept[i] + 4), i);
    arena_free(arena);
}

static void pushed_elements_stay(void **state)
{
    (void)state;
    int *numbers = NULL;
    size_t count = 0, cap = 0;
    for (int i = 0; i < 100; i++)
        *(int *)mem_push(&numbers, &count, &cap, sizeof *numbers) = i;
    for (int i = 0; i < 100; i++)
        assert_int_equal(numbers[i], i);
    free(numbers);
}

static void distances_count_single_letters(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("alarms", "alarms"), 0);
    assert_int_equal(nearest_distance("alrams", "alarms"), 2);
    assert_int_equal(nearest_distance("", "abc"), 3);
    assert_int_equal(nearest_distance("gateway", "gateways"), 1);
    char longer[NEAREST_WORD_MAX + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_true(nearest_distance(longer, "x") == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_words_come_back_unchanged_from_real_shells),
        cmocka_unit_test(durations_are_parsed_or_refused),
        cmocka_unit_test(times_are_rfc_3339_in_utc),
        cmocka_unit_test(a_frozen_clock_moves_only_when_told),
        cmocka_unit_test(an_error_may_quote_itself),
        cmocka_unit_test(an_arena_keeps_what_it_was_given),
        cmocka_unit_test(pushed_elements_stay),
        cmocka_unit_test(distances_count_single_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
