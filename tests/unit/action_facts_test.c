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

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(gateways_in_lines_are_all_seen),
        TEST(ranges_of_gateways_are_read),
        TEST(a_gateway_that_cannot_be_read_is_asked_about),
        TEST(a_call_without_an_address_is_asked_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
