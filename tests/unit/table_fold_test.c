// SPDX-License-Identifier: MIT

// Comparing and searching text without case.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>
#include <wctype.h>

#include "table/fold.h"

static bool contains(const char *text, const char *wanted)
{
    struct needle needle;
    needle_init(&needle, wanted, strlen(wanted));
    bool found = needle_in(&needle, text, strlen(text));
    needle_dispose(&needle);
    return found;
}

static void letters_fold_as_the_c_library_has_it(void **state)
{
    (void)state;
    static const int blocks[][2] = {{0, 0x12f},       {0x132, 0x17f},  {0x386, 0x3ae},
                                    {0x400, 0x52f},   {0x531, 0x586},  {0x1e00, 0x1e95},
                                    {0x1ea0, 0x1eff}, {0xff00, 0xff5a}};
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        skip();
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        for (int code = blocks[i][0]; code <= blocks[i][1]; code++)
            assert_int_equal(fold_code(code), (int)towlower((wint_t)code));
    setlocale(LC_CTYPE, "C");
}

static void nothing_folds_into_ascii(void **state)
{
    (void)state;
    for (int code = 0x80; code < 0x110000; code++)
        assert_true(fold_code(code) >= 0x80);
}

static void a_needle_is_found_without_case(void **state)
{
    (void)state;
    assert_true(contains("Friendly-SCANNER", "scan"));
    assert_true(contains("Friendly-SCANNER", "FRIENDLY"));
    assert_true(contains("aaab", "AAB"));
    assert_true(contains("x", ""));
    assert_false(contains("scan", "scanner"));
    assert_false(contains("", "a"));
    assert_false(contains("{|}", "[\\]"));
}

static void a_needle_is_found_without_case_beyond_ascii(void **state)
{
    (void)state;
    assert_true(contains("Telef\xc3\x93nica", "f\xc3\xb3n"));
    assert_true(contains("\xd0\x9c\xd0\x9e\xd0\xa1\xd0\x9a\xd0\x92\xd0\x90", "\xd0\xbe\xd1\x81"));
    assert_true(contains("\xe5\x8c\x97\xe4\xba\xac", "\xe4\xba\xac"));
    assert_false(contains("Telefonica", "f\xc3\xb3n"));
    assert_false(contains("\xc3\xb3", "\xc3\xb3n"));
}

static void broken_bytes_equal_only_themselves(void **state)
{
    (void)state;
    assert_true(contains("a\xff\xfe", "A\xff"));
    assert_false(contains("a\xfe", "\xff"));
    assert_false(contains("a\xc3\xa9", "\xa9")); // half a character
    assert_int_not_equal(fold_compare("\xff", 1, "\xfe", 1), 0);
}

static void comparison_is_a_total_order(void **state)
{
    (void)state;
    static const char *const rising[] = {
        "", "A", "ab", "ABC", "b", "\xc3\xa9", "\xe5\x8c\x97", "\xf0\x9f\x98\x80", "\x80", "\xff"};
    size_t count = sizeof rising / sizeof *rising;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            int order = fold_compare(rising[i], strlen(rising[i]), rising[j], strlen(rising[j]));
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_fold_as_the_c_library_has_it),
        cmocka_unit_test(nothing_folds_into_ascii),
        cmocka_unit_test(a_needle_is_found_without_case),
        cmocka_unit_test(a_needle_is_found_without_case_beyond_ascii),
        cmocka_unit_test(broken_bytes_equal_only_themselves),
        cmocka_unit_test(comparison_is_a_total_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
