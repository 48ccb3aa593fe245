// SPDX-License-Identifier: MIT

// What proves a ban: the addresses and times that the host lists, never the text of a reason.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "action/plan.h"

static const char *const listings[] = {
    "Chain NOCDESK (1 references)\ntarget prot opt source destination\n"
    "DROP all -- 192.0.2.9 0.0.0.0/0 /* nocdesk since=100 until=200 by=ana why=same net as "
    "192.0.2.131 since=300 */\nDROP all -- 192.0.2.10 0.0.0.0/0\n",
    "add nocdesk4 192.0.2.9 timeout 100 comment \"nocdesk since=100 until=200 by=ana why=same net "
    "as 192.0.2.131 since=300\"\nadd nocdesk4 192.0.2.10 timeout 0\n",
    "elements = { 192.0.2.9 comment \"nocdesk since=100 until=200 by=ana why=192.0.2.131, "
    "since=300\", 192.0.2.10 }\n",
    "-A NOCDESK -s 192.0.2.9/32 -m comment --comment \"nocdesk since=100 until=200 by=ana "
    "why=192.0.2.131 since=300\" -j DROP\n-A NOCDESK -s 192.0.2.10/32 -j DROP\n",
};

static bool holds(const char *out, enum plan_expectation expect, const char *word)
{
    struct plan_check check = {.expect = expect, .words = &word, .word_count = 1};
    struct err err = {0};
    return plan_check_holds(&check, 0, out, &err);
}

static void a_reason_proves_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++) {
        assert_true(holds(listings[i], EXPECT_NO_WORDS, "192.0.2.131"));
        assert_false(holds(listings[i], EXPECT_WORDS, "192.0.2.131"));
        assert_false(holds(listings[i], EXPECT_WORDS, "since=300"));
    }
}

static void what_stands_before_and_behind_it_does(void **state)
{
    static const char *const there[] = {"192.0.2.9", "192.0.2.10", "since=100", "until=200"};
    (void)state;
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++)
        for (size_t j = 0; j < sizeof there / sizeof *there; j++) {
            assert_true(holds(listings[i], EXPECT_WORDS, there[j]));
            assert_false(holds(listings[i], EXPECT_NO_WORDS, there[j]));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reason_proves_nothing),
        cmocka_unit_test(what_stands_before_and_behind_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
