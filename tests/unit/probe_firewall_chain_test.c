// SPDX-License-Identifier: MIT

// What rules are worth in their chains.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probe/firewall_chain.h"

static struct iptables_rules rules;
static struct firewall_place places[32];

static void judge(const char *text)
{
    iptables_rules_dispose(&rules);
    memset(&rules, 0, sizeof rules);
    iptables_parse(&rules, false, text, strlen(text));
    assert_true(rules.count <= 32);
    firewall_chain_judge(&rules, places);
}

static const struct firewall_place *place(const char *chain, int num)
{
    for (size_t i = 0; i < rules.count; i++)
        if (slice_is(rules.rules[i].chain, chain) && rules.rules[i].num == num)
            return &places[i];
    fail_msg("no rule %d in %s", num, chain);
    return NULL;
}

static void shares_are_of_ones_own_chain(void **state)
{
    (void)state;
    judge("*filter\n:INPUT ACCEPT [50:1]\n:A - [0:0]\n:B - [0:0]\n"
          "[25:1] -A INPUT -i lo -j ACCEPT\n[25:1] -A INPUT -p udp -j A\n"
          "[7:1] -A A -p udp -j DROP\n[0:0] -A B -j DROP\n-A C -j DROP\nCOMMIT\n");
    assert_true(place("INPUT", 0)->share_pct == 50);
    assert_true(place("INPUT", 1)->share_pct == 25);
    assert_true(place("A", 1)->share_pct == 100);
    assert_true(isnan(place("B", 1)->share_pct)); // nothing came: no share
    assert_true(isnan(place("C", 1)->share_pct)); // no counters
}

static void an_earlier_rule_without_conditions_leaves_nothing(void **state)
{
    (void)state;
    judge("*filter\n:INPUT ACCEPT [0:0]\n"
          "[1:1] -A INPUT -s 192.0.2.1/32 -j DROP\n"
          "[1:1] -A INPUT -m comment --comment \"let -j DROP all in\" -j ACCEPT\n"
          "[0:0] -A INPUT -s 192.0.2.9/32 -j DROP\n"
          "[0:0] -A OUTPUT -s 192.0.2.9/32 -j DROP\nCOMMIT\n");
    assert_int_equal(place("INPUT", 0)->shadowed_by, 0);
    assert_int_equal(place("INPUT", 1)->shadowed_by, 0);
    assert_int_equal(place("INPUT", 2)->shadowed_by, 0);
    assert_int_equal(place("INPUT", 3)->shadowed_by, 2);
    assert_int_equal(place("OUTPUT", 1)->shadowed_by, 0); // another chain
}

static void an_earlier_rule_with_the_same_conditions_takes_all(void **state)
{
    (void)state;
    judge("*filter\n:INPUT ACCEPT [0:0]\n"
          "[0:0] -A INPUT -s 192.0.2.1/32 -j REJECT --reject-with icmp-port-unreachable\n"
          "[0:0] -A INPUT -s 192.0.2.2/32 -j DROP\n"
          "[0:0] -A INPUT -s 192.0.2.1/32 -m comment --comment \"ban 7\" -j DROP\n"
          "[0:0] -A INPUT -s 192.0.2.1/32 -p udp -j DROP\n"
          "[0:0] -A INPUT -s 192.0.2.1/32 -j ACCEPT\nCOMMIT\n");
    assert_int_equal(place("INPUT", 2)->shadowed_by, 0);
    assert_int_equal(place("INPUT", 3)->shadowed_by, 1);
    assert_int_equal(place("INPUT", 4)->shadowed_by, 0); // narrower, not the same
    assert_int_equal(place("INPUT", 5)->shadowed_by, 1);
}

static void rules_that_let_packets_pass_shadow_nothing(void **state)
{
    (void)state;
    judge("*filter\n:INPUT ACCEPT [0:0]\n"
          "[0:0] -A INPUT -j LOG --log-prefix \"all -j ACCEPT \"\n"
          "[0:0] -A INPUT -j SIP_TRUSTED\n"
          "[0:0] -A INPUT -p udp -m limit --limit 6/min -j ACCEPT\n"
          "[0:0] -A INPUT -p udp -m limit --limit 6/min -j ACCEPT\n"
          "[0:0] -A INPUT -m recent --rcheck --name x -j DROP\n"
          "[0:0] -A INPUT -m recent --rcheck --name x -j DROP\n"
          "[0:0] -A INPUT -m comment --comment \"only counts\"\n"
          "[0:0] -A INPUT ! -s 192.0.2.0/24 -g SIP_BLOCK\n"
          "[0:0] -A INPUT -s 192.0.2.0/24 -j DROP\n"
          "[0:0] -A INPUT ! -s 192.0.2.0/24 -j DROP\nCOMMIT\n");
    for (int num = 1; num < 10; num++)
        assert_int_equal(place("INPUT", num)->shadowed_by, 0);
    assert_int_equal(place("INPUT", 10)->shadowed_by, 8); // a goto does not come back
}

static int clean_up(void **state)
{
    (void)state;
    iptables_rules_dispose(&rules);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_of_ones_own_chain),
        cmocka_unit_test(an_earlier_rule_without_conditions_leaves_nothing),
        cmocka_unit_test(an_earlier_rule_with_the_same_conditions_takes_all),
        cmocka_unit_test(rules_that_let_packets_pass_shadow_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
