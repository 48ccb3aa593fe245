// SPDX-License-Identifier: MIT

// Regular expressions: answers as the C library's, errors with their place, bounds that hold.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <regex.h>

#include "table_samples.h"

#include "table/pattern.h"

static bool matches(const char *text, const char *pattern_text)
{
    struct pattern *pattern;
    size_t position;
    struct err err = {0};
    if (!pattern_compile(pattern_text, strlen(pattern_text), &pattern, &position, &err))
        fail_msg("%s at %zu: %s", pattern_text, position, err.text);
    bool found = pattern_match(pattern, text, strlen(text));
    assert_int_equal(pattern_match(pattern, text, strlen(text)), found); // now from memory
    pattern_free(pattern);
    return found;
}

static void the_syntax_is_that_of_posix(void **state)
{
    (void)state;
    assert_true(matches("carrier-12", "r-[0-9]+$"));
    assert_false(matches("carrier-12b", "r-[0-9]+$"));
    assert_true(matches("abc", "^a.c$"));
    assert_true(matches("ac", "^ab*c$"));
    assert_true(matches("abab", "^(ab|cd)+$"));
    assert_true(matches("aaa", "^a{2,3}$"));
    assert_false(matches("aaaa", "^a{2,3}$"));
    assert_true(matches("aaaa", "^a{2,}$"));
    assert_true(matches("", "^a{0,2}$"));
    assert_false(matches("a", "^a{0}$"));
    assert_true(matches("]", "[]]"));
    assert_true(matches("-", "[a-]"));
    assert_false(matches("]", "[^]]"));
    assert_true(matches("a.b", "a\\.b"));
    assert_false(matches("axb", "a\\.b"));
    assert_true(matches("x", ""));
    assert_true(matches("", "^$"));
    assert_true(matches("", "$^"));
    assert_false(matches("x", "^$"));
    assert_false(matches("ab", "a^b"));
    assert_true(matches("tab\there", "tab[[:space:]]"));
    assert_true(matches("call 17", "\\s\\d\\d$"));
    assert_false(matches("call 17", "^\\D*$"));
    assert_true(matches("a\nb", "a.b"));
}

static void case_never_matters(void **state)
{
    (void)state;
    assert_true(matches("CARRIER", "carrier"));
    assert_true(matches("carrier", "[C][A-Z]+$"));
    assert_true(matches("Q", "[[:lower:]]"));
    assert_false(matches("Q", "[^p-r]"));
    assert_true(matches("\xd0\x96", "[\xd0\xb0-\xd1\x8f]")); // Ж in а-я
    assert_true(matches("\xd0\xb6", "[\xd0\x90-\xd0\xaf]")); // ж in А-Я
    assert_true(matches("CAF\xc3\x89", "caf\xc3\xa9$"));
}

static void characters_beyond_ascii_are_one_each(void **state)
{
    (void)state;
    assert_true(matches("\xe5\x8c\x97\xe4\xba\xac", "^..$"));
    assert_true(matches("\xf0\x9f\x98\x80", "^[^a-z]$"));
    assert_true(matches("\xff\xfe", "^..$"));
    assert_true(matches("na\xc3\xafve", "^\\w+$"));
    assert_false(matches("na\xc3\xafve", "^[a-z]+$"));
}

static void a_nul_byte_is_a_character_of_the_text(void **state)
{
    (void)state;
    struct pattern *pattern;
    size_t position;
    assert_true(pattern_compile("^a.b$", 5, &pattern, &position, NULL));
    assert_true(pattern_match(pattern, "a\0b", 3));
    pattern_free(pattern);
}

static void a_wrong_pattern_is_refused_at_its_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t position;
        const char *says;
    } wrong[] = {
        {"a(b", 1, "( is not closed"},
        {"ab)", 2, ") closes nothing"},
        {"ab[cd", 2, "[ is not closed"},
        {"*a", 0, "nothing here to repeat"},
        {"a|+", 2, "nothing here to repeat"},
        {"ab\\", 2, "a character is missing"},
        {"(a)\\1", 3, "back-references"},
        {"\\bword", 0, "escape is not known"},
        {"x[z-a]", 2, "runs backwards"},
        {"x[[:nope:]]", 2, "no class"},
        {"x[\\d]", 2, "[:digit:]"},
        {"a{3,2}", 1, "smaller number"},
        {"a{300}", 1, "at most 255"},
        {"a{x}", 1, "{2,5}"},
        {"a{", 1, "{2,5}"},
        {"((a{200}){200}){200}", 9, "too large"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct pattern *pattern;
        size_t position = 99;
        struct err err = {0};
        const char *text = wrong[i].text;
        assert_false(pattern_compile(text, strlen(text), &pattern, &position, &err));
        assert_null(pattern);
        if (strstr(err.text, wrong[i].says) == NULL || position != wrong[i].position)
            fail_msg("%s: at %zu: %s", text, position, err.text);
    }
}

static void a_long_pattern_is_refused(void **state)
{
    (void)state;
    char text[PATTERN_LEN_MAX + 2];
    memset(text, 'a', sizeof text);
    struct pattern *pattern;
    size_t position;
    assert_true(pattern_compile(text, PATTERN_LEN_MAX, &pattern, &position, NULL));
    pattern_free(pattern);
    assert_false(pattern_compile(text, PATTERN_LEN_MAX + 1, &pattern, &position, NULL));
    assert_int_equal(position, PATTERN_LEN_MAX);
}

// With the C library's machine this would not end while anybody waits.
static void patterns_with_very_many_states_stay_cheap_and_right(void **state)
{
    (void)state;
    struct pattern *pattern;
    size_t position;
    const char *text = "(.*)1.{18}x";
    assert_true(pattern_compile(text, strlen(text), &pattern, &position, NULL));
    uint64_t random = 7;
    for (size_t i = 0; i < 5000; i++) {
        char digits[41];
        for (size_t k = 0; k < 40; k++)
            digits[k] = (char)('0' + sample_random(&random, 2));
        bool right = false;
        digits[39] = i % 2 ? 'x' : '0';
        right = i % 2 && digits[20] == '1';
        assert_int_equal(pattern_match(pattern, digits, 40), right);
    }
    pattern_free(pattern);
}

static void a_long_text_costs_its_length(void **state)
{
    (void)state;
    static char text[1000000];
    memset(text, 'a', sizeof text);
    struct pattern *pattern;
    size_t position;
    assert_true(pattern_compile("(a*)*b", 6, &pattern, &position, NULL));
    assert_false(pattern_match(pattern, text, sizeof text));
    text[sizeof text - 1] = 'B';
    assert_true(pattern_match(pattern, text, sizeof text));
    pattern_free(pattern);
}

static void append_random_pattern(struct str *out, uint64_t *random, int depth)
{
    static const char *const atoms[] = {"a",     "b",   "c",           ".", "[ab]",  "[^b]",
                                        "[b-c]", "\\.", "[[:digit:]]", "1", "[a-c1]"};
    static const char *const repeats[] = {"*", "+", "?", "{2}", "{0,2}", "{1,}", "{,1}"};
    uint32_t pieces = 1 + sample_random(random, 4);
    for (uint32_t i = 0; i < pieces; i++) {
        if (depth > 0 && sample_random(random, 4) == 0) {
            str_append_char(out, '(');
            append_random_pattern(out, random, depth - 1);
            str_append(out, ")");
        } else {
            str_append(out, atoms[sample_random(random, 11)]);
        }
        if (sample_random(random, 3) == 0)
            str_append(out, repeats[sample_random(random, 7)]);
        if (i + 1 < pieces && sample_random(random, 6) == 0)
            str_append_char(out, '|');
    }
}

static void random_patterns_agree_with_the_c_library(void **state)
{
    (void)state;
    uint64_t random = 1;
    size_t agreed[2] = {0};
    for (size_t i = 0; i < 3000; i++) {
        struct str text = {0};
        if (sample_random(&random, 4) == 0)
            str_append_char(&text, '^');
        append_random_pattern(&text, &random, 2);
        if (sample_random(&random, 4) == 0)
            str_append_char(&text, '$');
        regex_t oracle;
        struct pattern *pattern;
        size_t position;
        struct err err = {0};
        assert_int_equal(regcomp(&oracle, text.text, REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
        if (!pattern_compile(text.text, text.len, &pattern, &position, &err))
            fail_msg("%s at %zu: %s", text.text, position, err.text);
        for (size_t k = 0; k < 20; k++) {
            char subject[10] = {0};
            for (uint32_t n = sample_random(&random, 9); n > 0; n--)
                subject[n - 1] = "abcABC1.x"[sample_random(&random, 9)];
            bool right = regexec(&oracle, subject, 0, NULL, 0) == 0;
            if (pattern_match(pattern, subject, strlen(subject)) != right)
                fail_msg("\"%s\" on \"%s\": the C library says %d", text.text, subject, right);
            agreed[right]++;
        }
        regfree(&oracle);
        pattern_free(pattern);
        str_dispose(&text);
    }
    assert_true(agreed[0] > 5000 && agreed[1] > 5000);
}

static void random_bytes_never_break_the_compiler(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (size_t i = 0; i < 20000; i++) {
        char text[24];
        size_t len = sample_random(&random, sizeof text);
        for (size_t k = 0; k < len; k++)
            text[k] = sample_random(&random, 6) == 0
                          ? (char)sample_random(&random, 256)
                          : "()[]{}|*+?^$\\.:-,a1d\xc3\xa9"[sample_random(&random, 22)];
        struct pattern *pattern;
        size_t position = 0;
        struct err err = {0};
        if (pattern_compile(text, len, &pattern, &position, &err)) {
            pattern_match(pattern, text, len);
            pattern_free(pattern);
        } else {
            assert_true(position <= len && err_is_set(&err));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_syntax_is_that_of_posix),
        cmocka_unit_test(case_never_matters),
        cmocka_unit_test(characters_beyond_ascii_are_one_each),
        cmocka_unit_test(a_nul_byte_is_a_character_of_the_text),
        cmocka_unit_test(a_wrong_pattern_is_refused_at_its_byte),
        cmocka_unit_test(a_long_pattern_is_refused),
        cmocka_unit_test(patterns_with_very_many_states_stay_cheap_and_right),
        cmocka_unit_test(a_long_text_costs_its_length),
        cmocka_unit_test(random_patterns_agree_with_the_c_library),
        cmocka_unit_test(random_bytes_never_break_the_compiler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
