// SPDX-License-Identifier: MIT

// A ban of what is banned already changes nothing, and says until when that stands.
#include "action_plan_host.h"

// The same set as of every fixture, met by packets.
static const char met[] =
    "@@clock\n1763683200 +0000\n@@ipset-version\nipset v7.15\n@@ipset-version-status\n0\n"
    "@@iptables-version\niptables v1.8.9\n@@iptables\n*filter\n:INPUT ACCEPT [0:0]\n"
    ":NOCDESK - [0:0]\n-A INPUT -j NOCDESK\n-A NOCDESK -m set --match-set nocdesk4 src -j "
    "DROP\nCOMMIT\n@@iptables-status\n0\n"
    "@@ipset4\ncreate nocdesk4 hash:net family inet timeout 0 comment\n"
    "add nocdesk4 203.0.113.0/28 timeout 3000 comment \"nocdesk since=1763680000 until=1763686200 "
    "by=ana why=scan\"\n"
    "add nocdesk4 198.51.100.7 timeout 0 comment \"nocdesk since=1763680000 until=0 by=ana "
    "why=scan\"\n@@ipset4-status\n0\n@@end\n";

static void expect_stands(struct fixture *fixture, const char *text, int64_t until_wall_ms)
{
    const struct plan_target *target = plan_for(fixture, &action_ban, text);
    assert_int_equal(target->state, ACTION_ALREADY);
    assert_int_equal(target->stands_until_wall_ms, until_wall_ms);
    assert_int_equal(fixture->out->step_count, 0);
    struct str shown = {0};
    plan_print(&shown, fixture->plan);
    if ((strstr(str_text(&shown), ": already, until ") != NULL) != (until_wall_ms > 0))
        fail_msg("%s", str_text(&shown));
    str_dispose(&shown);
    free(fixture->out->targets);
    fixture->out->targets = NULL;
}

static void what_stands_says_until_when(void **state)
{
    struct fixture *fixture = *state;
    facts_free(fixture->facts);
    fixture->facts = facts_new(&fixture->host, fixture->profile);
    facts_parse(fixture->facts, met, strlen(met));
    expect_stands(fixture, "203.0.113.0/28", 1763686200000);
    expect_stands(fixture, "198.51.100.7", 0);
    fixture->out->target_count = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_stands_says_until_when, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
