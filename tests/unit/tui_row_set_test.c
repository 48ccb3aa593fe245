// SPDX-License-Identifier: MIT

// Sets of rows, and base64 for the clipboard.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/clipboard.h"
#include "tui/row_set.h"

static void ids_go_in_once_and_out_again(void **state)
{
    (void)state;
    struct row_set set = {0};
    assert_false(row_set_has(&set, 7));
    row_set_change(&set, 7, true);
    row_set_change(&set, 3, true);
    row_set_change(&set, 7, true);
    row_set_change(&set, UINT64_MAX, true);
    assert_int_equal(set.count, 3);
    assert_true(row_set_has(&set, 3) && row_set_has(&set, 7) && row_set_has(&set, UINT64_MAX));
    row_set_change(&set, 3, false);
    row_set_change(&set, 4, false);
    assert_int_equal(set.count, 2);
    assert_false(row_set_has(&set, 3));
    row_set_dispose(&set);
}

static void many_go_in_at_once_in_any_order(void **state)
{
    (void)state;
    struct row_set set = {0};
    row_set_change(&set, 5, true);
    row_set_add_all(&set, (const uint64_t[]){9, 5, 1, 9}, 4);
    row_set_add_all(&set, NULL, 0);
    assert_int_equal(set.count, 3);
    assert_true(row_set_has(&set, 1) && row_set_has(&set, 5) && row_set_has(&set, 9));
    row_set_dispose(&set);
}

static void base64_is_that_of_rfc_4648(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t len;
        const char *out;
    } cases[] = {{"", 0, ""},        {"f", 1, "Zg=="},          {"fo", 2, "Zm8="},
                 {"foo", 3, "Zm9v"}, {"foobar", 6, "Zm9vYmFy"}, {"\xff\xfe\xfd", 3, "//79"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str out = {0};
        clipboard_base64(&out, cases[i].in, cases[i].len);
        assert_string_equal(str_text(&out), cases[i].out);
        str_dispose(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_go_in_once_and_out_again),
        cmocka_unit_test(many_go_in_at_once_in_any_order),
        cmocka_unit_test(base64_is_that_of_rfc_4648),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
