// SPDX-License-Identifier: MIT

// The facts of a host: whatever the guard must see is found in them, or said to be unread.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "action/facts.h"
#include "action/guard.h"
#include "probe/probe.h"

struct fixture {
    struct config config;
    struct host_config host;
    struct profile *profile;
    struct host_facts *facts;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    static char name[] = "sw1";
    struct err_list errors = {0};
    fixture = (struct fixture){.config = {.bans_per_minute = 200}, .host = {.name = name}};
    assert_true(profile_load("vos3000", NULL, &fixture.profile, &errors));
    fixture.facts = facts_new(&fixture.host, fixture.profile);
    fixture.facts->console_fact.word = fixture.facts->local_fact.word = FACT_KNOWN;
    fixture.facts->route_facts[0].word = fixture.facts->route_facts[1].word = FACT_KNOWN;
    for (int kind = 0; kind < PEER_KINDS; kind++)
        fixture.facts->peer_facts[kind].word = FACT_KNOWN;
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    facts_free(fixture->facts);
    profile_free(fixture->profile);
    return 0;
}

static struct guard_opinion judge(struct fixture *fixture, const char *target)
{
    struct guard_history history = {.bans_now = 1};
    return guard_block(target, fixture->facts, &fixture->config, &history);
}

static void judged_as(struct fixture *fixture, const char *target, enum guard_verdict verdict,
                      const char *words)
{
    struct guard_opinion said = judge(fixture, target);
    if (said.verdict != verdict || strstr(said.text, words) == NULL)
        fail_msg("%s: verdict %d (%s), expected %d (%s)", target, said.verdict, said.text, verdict,
                 words);
}

static void take_gateway(struct fixture *fixture, const char *addresses)
{
    const struct schema *schema = probe_gateways.schema;
    struct table *table = table_new(schema);
    size_t row = table_add_row(table);
    table_set_text(table, row, (size_t)schema_find(schema, "gateway"), "CARRIER-A");
    table_set_text(table, row, (size_t)schema_find(schema, "addresses"), addresses);
    facts_take_gateways(fixture->facts, table);
    table_unref(table);
}

static void gateways_in_lines_are_all_seen(void **state)
{
    take_gateway(*state, "192.0.2.141\r\n192.0.2.142\n198.51.100.0/28;[2001:db8::7]:5060");
    judged_as(*state, "192.0.2.141", GUARD_TYPE, "CARRIER-A");
    judged_as(*state, "192.0.2.142", GUARD_TYPE, "CARRIER-A");
    judged_as(*state, "198.51.100.9", GUARD_TYPE, "CARRIER-A");
    judged_as(*state, "2001:db8::7", GUARD_TYPE, "CARRIER-A");
    judged_as(*state, "192.0.2.143", GUARD_ALLOW, "");
}

static void ranges_of_gateways_are_read(void **state)
{
    struct fixture *fixture = *state;
    take_gateway(fixture, "192.0.2.150-192.0.2.160,2001:db8::fffe-2001:db8::1:1");
    judged_as(fixture, "192.0.2.149", GUARD_ALLOW, "");
    judged_as(fixture, "192.0.2.150", GUARD_TYPE, "CARRIER-A");
    judged_as(fixture, "192.0.2.155", GUARD_TYPE, "CARRIER-A");
    judged_as(fixture, "192.0.2.160", GUARD_TYPE, "CARRIER-A");
    judged_as(fixture, "192.0.2.161", GUARD_ALLOW, "");
    judged_as(fixture, "2001:db8::1:1", GUARD_TYPE, "CARRIER-A");
    judged_as(fixture, "2001:db8::1:2", GUARD_ALLOW, "");
    take_gateway(fixture, "0.0.0.0-255.255.255.255");
    judged_as(fixture, "192.0.2.161", GUARD_TYPE, "CARRIER-A");
}

static void a_gateway_that_cannot_be_read_is_asked_about(void **state)
{
    static const char *const strange[] = {"192.0.2.141\nsip.carrier.example",
                                          "192.0.2.160-192.0.2.150", "192.0.2.150-2001:db8::1",
                                          "192.0.2.300", "192.0.2.1-192.0.2.2-192.0.2.3"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        take_gateway(fixture, strange[i]);
        judged_as(fixture, "203.0.113.9", GUARD_ASK, "CARRIER-A");
    }
}

static void take_call(struct fixture *fixture, const char *from, const char *to)
{
    const struct schema *schema = probe_calls.schema;
    struct table *table = table_new(schema);
    size_t row = table_add_row(table);
    if (from != NULL)
        table_set_text(table, row, (size_t)schema_find(schema, "caller_ip"), from);
    if (to != NULL)
        table_set_text(table, row, (size_t)schema_find(schema, "callee_ip"), to);
    facts_take_calls(fixture->facts, table);
    table_unref(table);
}

static void a_call_without_an_address_is_asked_about(void **state)
{
    struct fixture *fixture = *state;
    take_call(fixture, "203.0.113.30", NULL);
    judged_as(fixture, "203.0.113.30", GUARD_TYPE, "1 call up");
    judged_as(fixture, "203.0.113.9", GUARD_ALLOW, "");
    take_call(fixture, NULL, NULL);
    judged_as(fixture, "203.0.113.9", GUARD_ASK, "1 of 1 calls");
    take_call(fixture, "203.0.113.31", "media.example");
    judged_as(fixture, "203.0.113.9", GUARD_ASK, "1 of 1 calls");
}

#define NFT_ONLY "@@nft-version\nnftables v1.0.6\n@@nft-version-status\n0\n"

static void read_host(struct fixture *fixture, const char *out)
{
    facts_parse(fixture->facts, out, strlen(out));
    fixture->facts->console_fact.word = fixture->facts->local_fact.word = FACT_KNOWN;
    fixture->facts->route_facts[0].word = fixture->facts->route_facts[1].word = FACT_KNOWN;
}

static void trusted_peers_of_an_nft_only_host_are_seen(void **state)
{
    read_host(*state, NFT_ONLY
              "@@nft-chain\n\tchain SIP_TRUSTED {\n\t\tip saddr 198.51.100.7 accept\n"
              "\t\tip saddr { 198.51.100.8, 198.51.100.16/28,\n\t\t\t 198.51.100.40 } counter "
              "packets 0 bytes 0 accept comment \"of } all\"\n"
              "\t\tip6 saddr 2001:db8::5 udp dport 5060 accept\n"
              "\t\tip saddr 198.51.100.99 drop comment \"no accept\"\n\t\treturn\n\t}\n"
              "\n@@nft-chain-status\n0\n@@end\n");
    judged_as(*state, "198.51.100.7", GUARD_TYPE, "SIP_TRUSTED");
    judged_as(*state, "198.51.100.8", GUARD_TYPE, "SIP_TRUSTED");
    judged_as(*state, "198.51.100.20", GUARD_TYPE, "SIP_TRUSTED");
    judged_as(*state, "198.51.100.40", GUARD_TYPE, "SIP_TRUSTED");
    judged_as(*state, "2001:db8::5", GUARD_TYPE, "SIP_TRUSTED");
    judged_as(*state, "198.51.100.99", GUARD_ALLOW, "");
}

static void an_nft_chain_that_is_not_understood_is_asked_about(void **state)
{
    static const char *const outs[] = {
        NFT_ONLY "@@nft-chain\n\tchain SIP_TRUSTED {\n\t\tip saddr @carriers accept\n\t}\n"
                 "@@nft-chain-status\n0\n@@end\n",
        NFT_ONLY "@@nft-chain\n\tchain SIP_TRUSTED {\n\t\tip saddr != 192.0.2.1 accept\n\t}\n"
                 "@@nft-chain-status\n0\n@@end\n",
        NFT_ONLY "@@nft-chain\n\tchain SIP_TRUSTED {\n\t\tudp dport 5060 accept\n\t}\n"
                 "@@nft-chain-status\n0\n@@end\n",
        NFT_ONLY "@@nft-chain\n\n@@nft-chain-status\n1\n@@end\n",
        NFT_ONLY "@@end\n",
    };
    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
        read_host(*state, outs[i]);
        judged_as(*state, "203.0.113.9", GUARD_ASK, "trusted peers");
    }
}

static void ip6tables_that_fails_is_asked_about_for_ipv6(void **state)
{
    read_host(*state, "@@iptables-version\niptables v1.8.9\n@@iptables-version-status\n0\n"
                      "@@ip6tables-version\nip6tables v1.8.9\n@@ip6tables-version-status\n0\n"
                      "@@iptables\n*filter\nCOMMIT\n@@iptables-status\n0\n"
                      "@@ip6tables\n\n@@ip6tables-status\n1\n@@end\n");
    judged_as(*state, "2001:db8::9", GUARD_ASK, "ip6tables-save did not answer");
    judged_as(*state, "203.0.113.9", GUARD_ALLOW, "");
}

static void a_local_console_knows_who_is_logged_in(void **state)
{
    struct fixture *fixture = *state;
    fixture->host.link = LINK_LOCAL;
    static const char out[] =
        "@@console\n\n@@operators\n203.0.113.5:50122\n[::ffff:203.0.113.6]:4022\n"
        "[2001:db8::5]:4022\n203.0.113.7\nadmin.example\n\n@@operators-status\n0\n@@end\n";
    facts_parse(fixture->facts, out, strlen(out));
    assert_int_equal(fixture->facts->console_fact.word, FACT_KNOWN);
    judged_as(fixture, "203.0.113.5", GUARD_REFUSE, "lock itself out");
    judged_as(fixture, "203.0.113.6", GUARD_REFUSE, "lock itself out");
    judged_as(fixture, "203.0.113.7", GUARD_REFUSE, "lock itself out");
    judged_as(fixture, "2001:db8::5", GUARD_REFUSE, "lock itself out");
}

static void a_local_console_that_cannot_know_refuses(void **state)
{
    struct fixture *fixture = *state;
    fixture->host.link = LINK_LOCAL;
    static const char unknown[] = "@@console\n\n@@operators\n\n@@operators-status\n127\n@@end\n";
    facts_parse(fixture->facts, unknown, strlen(unknown));
    judged_as(fixture, "203.0.113.9", GUARD_REFUSE, "neither ss nor netstat");
    static const char nobody[] = "@@console\n\n@@operators\n\n@@operators-status\n0\n@@end\n";
    facts_parse(fixture->facts, nobody, strlen(nobody));
    assert_int_equal(fixture->facts->console_fact.word, FACT_ABSENT);
}

static void a_ban_that_would_drop_nothing_is_refused(void **state)
{
    struct fixture *fixture = *state;
    read_host(fixture, "@@iptables-version\niptables v1.8.9\n@@iptables-version-status\n0\n"
                       "@@iptables\n*filter\n:NOCDESK - [0:0]\n"
                       "[0:0] -A NOCDESK -s 203.0.113.5/32 -j RETURN\n"
                       "[0:0] -A NOCDESK -s 203.0.113.8/32 -j DROP\n"
                       "[0:0] -A OTHER -s 203.0.113.9/32 -j RETURN\n"
                       "[0:0] -A NOCDESK -s 203.0.113.20/32 -m comment --comment \"nocdesk "
                       "since=1763600000 until=1763686400 by=nocdesk why=console\" -j RETURN\n"
                       "[0:0] -A NOCDESK -s 203.0.113.21/32 -m comment --comment \"nocdesk "
                       "since=1763500000 until=1763586400 by=nocdesk why=console\" -j RETURN\n"
                       "[0:0] -A NOCDESK -s 203.0.113.22/32 -g NOCDESK-1763686400-0\n"
                       "[0:0] -A NOCDESK -s 203.0.113.23/32 -g NOCDESK-1763586400-0\n"
                       "COMMIT\n@@iptables-status\n0\n@@clock\n1763679200 +0000\n"
                       "@@nft\ntable inet nocdesk {\n\tset console4 {\n\t\ttype ipv4_addr\n"
                       "\t\telements = { 198.51.100.1, 198.51.100.2,\n\t\t\t     198.51.100.3 "
                       "}\n\t}\n\tset console6 {\n\t\ttype ipv6_addr\n"
                       "\t\telements = { 2001:db8::5 timeout 1d expires 1h30m }\n\t}\n"
                       "\tset host4 {\n\t\telements = { 198.51.100.9 }\n\t}\n}\n"
                       "\n@@nft-status\n0\n@@end\n");
    judged_as(fixture, "203.0.113.5", GUARD_REFUSE,
              "iptables -D NOCDESK -s 203.0.113.5/32 -j RETURN");
    judged_as(fixture, "203.0.113.4/30", GUARD_ASK, "203.0.113.5 of 203.0.113.4/30");
    judged_as(fixture, "203.0.113.8", GUARD_ALLOW, "");
    judged_as(fixture, "203.0.113.9", GUARD_ALLOW, "");
    judged_as(fixture, "203.0.113.20", GUARD_REFUSE, "for 2 h 0 min more");
    judged_as(fixture, "203.0.113.20", GUARD_REFUSE, "by=nocdesk why=console\" -j RETURN");
    judged_as(fixture, "203.0.113.21", GUARD_ALLOW, "");
    judged_as(fixture, "203.0.113.22", GUARD_REFUSE, "-g NOCDESK-1763686400-0");
    judged_as(fixture, "203.0.113.23", GUARD_ALLOW, "");
    judged_as(fixture, "2001:db8::5", GUARD_REFUSE, "for 1 h 30 min more");
    judged_as(fixture, "198.51.100.3", GUARD_REFUSE, "console4 { 198.51.100.3 }");
    judged_as(fixture, "2001:db8::5", GUARD_REFUSE, "console6 { 2001:db8::5 }");
    judged_as(fixture, "198.51.100.9", GUARD_ALLOW, "");
}

static void a_route_that_could_not_be_read_is_not_none(void **state)
{
    struct fixture *fixture = *state;
    static const char without_six[] =
        "@@routes4\n\n@@routes4-status\n0\n@@routes6\nError: ipv6: FIB table does not exist.\n\n"
        "@@routes6-status\n2\n@@end\n";
    static const char failed[] = "@@routes4\n\n@@routes4-status\n1\n@@end\n";
    facts_parse(fixture->facts, without_six, strlen(without_six));
    assert_int_equal(fixture->facts->route_facts[0].word, FACT_KNOWN);
    assert_int_equal(fixture->facts->route_facts[1].word, FACT_KNOWN);
    facts_parse(fixture->facts, failed, strlen(failed));
    assert_int_equal(fixture->facts->route_facts[0].word, FACT_FAILED);
    assert_int_equal(fixture->facts->route_facts[1].word, FACT_FAILED);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(gateways_in_lines_are_all_seen),
        TEST(ranges_of_gateways_are_read),
        TEST(a_gateway_that_cannot_be_read_is_asked_about),
        TEST(a_call_without_an_address_is_asked_about),
        TEST(trusted_peers_of_an_nft_only_host_are_seen),
        TEST(an_nft_chain_that_is_not_understood_is_asked_about),
        TEST(ip6tables_that_fails_is_asked_about_for_ipv6),
        TEST(a_local_console_knows_who_is_logged_in),
        TEST(a_local_console_that_cannot_know_refuses),
        TEST(a_ban_that_would_drop_nothing_is_refused),
        TEST(a_route_that_could_not_be_read_is_not_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
