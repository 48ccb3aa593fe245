// SPDX-License-Identifier: MIT

// The guard: every rule, in IPv4, IPv6 and IPv4-mapped forms, and what nothing overrides.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "action/facts.h"
#include "action/guard.h"

struct fixture {
    struct config config;
    struct host_config host;
    struct host_facts *facts;
    struct guard_history history;
    struct network trusted[2];
};

static void add_peer(struct fixture *fixture, const char *text, enum peer_kind kind,
                     const char *name)
{
    struct network network;
    assert_true(network_parse(text, &network));
    facts_add_peer(fixture->facts, &network, kind, name, 3);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    static char name[] = "sw1";
    fixture = (struct fixture){.config = {.bans_per_minute = 200}, .host = {.name = name}};
    fixture.history = (struct guard_history){.bans_now = 1};
    fixture.facts = facts_new(&fixture.host, NULL);
    struct host_facts *facts = fixture.facts;
    facts->console_fact.word = facts->local_fact.word = FACT_KNOWN;
    facts->route_facts[0].word = facts->route_facts[1].word = FACT_KNOWN;
    facts->peer_facts[PEER_CHAIN].word = facts->peer_facts[PEER_GATEWAY].word =
        facts->peer_facts[PEER_CALL].word = facts->peer_facts[PEER_PHONE].word = FACT_KNOWN;
    static const char *const console[] = {"192.0.2.77", "2001:db8:77::1"};
    static const char *const local[] = {"198.18.0.11", "198.18.0.255", "198.18.0.1",
                                        "2001:db8:5::11"};
    for (size_t i = 0; i < sizeof console / sizeof *console; i++) {
        struct address address;
        assert_true(address_parse(console[i], &address));
        facts_add_console(facts, &address);
    }
    for (size_t i = 0; i < sizeof local / sizeof *local; i++) {
        struct network network;
        assert_true(network_parse(local[i], &network));
        facts_add_local(facts, &network);
    }
    add_peer(&fixture, "198.51.100.0/28", PEER_CHAIN, "SIP_TRUSTED: carrier");
    add_peer(&fixture, "203.0.113.20", PEER_GATEWAY, "CARRIER-A");
    add_peer(&fixture, "203.0.113.30", PEER_CALL, "");
    add_peer(&fixture, "2001:db8:9::30", PEER_CALL, "");
    add_peer(&fixture, "203.0.113.40", PEER_PHONE, "1001");
    assert_true(network_parse("203.0.113.128/30", &fixture.trusted[0]));
    assert_true(network_parse("2001:db8:cafe::/48", &fixture.trusted[1]));
    fixture.config.trusted = (struct network_list){fixture.trusted, 2};
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    facts_free(fixture->facts);
    return 0;
}

static void judged_as(struct fixture *fixture, const char *target, enum guard_verdict verdict,
                      enum guard_rule rule)
{
    struct guard_opinion said =
        guard_block(target, fixture->facts, &fixture->config, &fixture->history);
    if (said.verdict != verdict || said.rule != rule)
        fail_msg("%s: verdict %d rule '%s' (%s), expected %d '%s'", target, said.verdict,
                 guard_rule_text(said.rule), said.text, verdict, guard_rule_text(rule));
    assert_int_equal(said.text[0] == '\0', verdict == GUARD_ALLOW);
    if (verdict != GUARD_ALLOW)
        assert_non_null(strstr(said.text, "sw1: "));
}

struct expected {
    const char *target;
    enum guard_verdict verdict;
    enum guard_rule rule;
};

static void judge_all(struct fixture *fixture, const struct expected *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        judged_as(fixture, list[i].target, list[i].verdict, list[i].rule);
}
#define JUDGE_ALL(fixture, list) judge_all(fixture, list, sizeof(list) / sizeof *(list))

static void public_addresses_are_allowed(void **state)
{
    static const struct expected list[] = {
        {"203.0.113.9", GUARD_ALLOW, GUARD_NO_RULE},
        {"203.0.113.9/32", GUARD_ALLOW, GUARD_NO_RULE},
        {"::ffff:203.0.113.9", GUARD_ALLOW, GUARD_NO_RULE},
        {"::FFFF:203.0.113.9", GUARD_ALLOW, GUARD_NO_RULE},
        {"::ffff:203.0.113.0/125", GUARD_ALLOW, GUARD_NO_RULE},
        {"198.51.101.0/24", GUARD_ALLOW, GUARD_NO_RULE},
        {"2001:db8:1::9", GUARD_ALLOW, GUARD_NO_RULE},
        {"2001:DB8:1::9", GUARD_ALLOW, GUARD_NO_RULE},
        {"2001:db8:1::/48", GUARD_ALLOW, GUARD_NO_RULE},
        {"2001:db8:1::9/128", GUARD_ALLOW, GUARD_NO_RULE},
    };
    JUDGE_ALL(*state, list);
}

static void the_consoles_address_is_refused_in_every_form(void **state)
{
    static const struct expected list[] = {
        {"192.0.2.77", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"192.0.2.77/32", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"192.0.2.76/31", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"192.0.2.0/24", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"192.0.0.0/16", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"128.0.0.0/1", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"::ffff:192.0.2.77", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"::ffff:192.0.2.0/120", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"2001:db8:77::1", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"2001:db8:77::/64", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"2001:db8::/32", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
    };
    JUDGE_ALL(*state, list);
    judged_as(*state, "192.0.2.78", GUARD_ALLOW, GUARD_NO_RULE);
}

static void translated_forms_of_guarded_addresses_are_refused(void **state)
{
    static const struct expected list[] = {
        {"64:ff9b::c000:24d", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS}, // 192.0.2.77
        {"64:ff9b::/96", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"2002:c000:24d::1", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"2002:c000:24d::/48", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"2002::/16", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS},
        {"64:ff9b::c612:b", GUARD_REFUSE, GUARD_LOCAL_ADDRESS}, // 198.18.0.11
        {"2002:c612:b::1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"64:ff9b::c000:24e", GUARD_ALLOW, GUARD_NO_RULE},
        {"2002:c000:24e::1", GUARD_ALLOW, GUARD_NO_RULE},
    };
    JUDGE_ALL(*state, list);
}

static void the_configured_address_of_the_host_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static char public[] = "203.0.113.200", name[] = "sw1.example";
    fixture->host.address = public; // behind 1:1 NAT
    judged_as(fixture, "203.0.113.200", GUARD_REFUSE, GUARD_LOCAL_ADDRESS);
    judged_as(fixture, "203.0.113.192/28", GUARD_REFUSE, GUARD_LOCAL_ADDRESS);
    judged_as(fixture, "2002:cb00:71c8::1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS);
    judged_as(fixture, "203.0.113.201", GUARD_ALLOW, GUARD_NO_RULE);
    fixture->host.address = name;
    judged_as(fixture, "203.0.113.200", GUARD_ALLOW, GUARD_NO_RULE);
}

static void an_unknown_console_address_refuses_everything(void **state)
{
    struct fixture *fixture = *state;
    fixture->facts->console_fact = (struct fact){FACT_FAILED, "SSH_CONNECTION is empty"};
    judged_as(fixture, "203.0.113.9", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS);
    // Reached without a network there is no such address.
    fixture->host.link = LINK_LOCAL;
    fixture->facts->console_fact = (struct fact){FACT_ABSENT, ""};
    judged_as(fixture, "203.0.113.9", GUARD_ALLOW, GUARD_NO_RULE);
    fixture->host.link = LINK_SSH;
    judged_as(fixture, "203.0.113.9", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS);
}

static void what_is_no_machine_elsewhere_is_refused(void **state)
{
    static const struct expected list[] = {
        {"0.0.0.0", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"0.1.2.3", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"127.0.0.1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"127.8.0.0/16", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::ffff:127.0.0.1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"224.0.0.1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"239.255.255.250", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"255.255.255.255", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::/127", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"ff02::1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        // The host's own, its broadcast and its router.
        {"198.18.0.11", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"198.18.0.255", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"198.18.0.1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"198.18.0.0/24", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::ffff:198.18.0.11", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"2001:db8:5::11", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"2001:db8:5::/48", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
    };
    JUDGE_ALL(*state, list);
}

static void default_routes_are_refused(void **state)
{
    struct fixture *fixture = *state;
    fixture->facts->console_count = 0;
    static const struct expected list[] = {
        {"0.0.0.0/0", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::/0", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::ffff:0.0.0.0/96", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::/80", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
        {"::/1", GUARD_REFUSE, GUARD_LOCAL_ADDRESS},
    };
    JUDGE_ALL(fixture, list);
}

static void unknown_own_addresses_refuse(void **state)
{
    struct fixture *fixture = *state;
    fixture->facts->local_fact = (struct fact){FACT_FAILED, "ip did not answer"};
    judged_as(fixture, "203.0.113.9", GUARD_REFUSE, GUARD_LOCAL_ADDRESS);
}

static void what_is_not_canonical_is_no_address(void **state)
{
    static const char *const wrong[] = {
        "",
        " ",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "010.0.0.1",
        "203.0.113.09",
        "0x7f.0.0.1",
        "0xcb007109",
        "3405803785",
        "203.0.113.9 ",
        " 203.0.113.9",
        "203.0.113.9\n",
        "203.0.113.9\t",
        "203.0.113.9:5060",
        "[2001:db8::1]",
        "[2001:db8::1]:5060",
        "fe80::1%eth0",
        "203.0.113.9/33",
        "203.0.113.9/-1",
        "203.0.113.9/",
        "/24",
        "203.0.113.9/24",
        "203.0.113.0/024",
        "203.0.113.0/ 24",
        "203.0.113.0/24/24",
        "203.0.113.0/+24",
        "203.0.113.0/255.255.255.0",
        "2001:db8::1/64",
        "2001:db8::/129",
        "2001:db8:0:0:0:0:0:9",
        "2001:0db8::9",
        "2001:db8::0:9",
        "::203.0.113.9",
        "::cb00:7109",
        "::ffff:cb00:7109",
        "::ffff:0:203.0.113.9",
        "::ffff:203.0.113.9/24",
        "::ffff:203.0.113.9/120",
        "::ffff:203.0.113.0/24",
        "0:0:0:0:0:ffff:203.0.113.9",
        "203.0.113.9;reboot",
        "$(id)",
        "203.0.113.9 203.0.113.10",
        "203.0.113.9,203.0.113.10",
        "203.0.113.1-203.0.113.9",
        "-1.2.3.4",
        "--help",
        "!203.0.113.9",
        "sw1",
        "localhost",
        "example.com",
        "any",
        "default",
        "2001:db8:::9",
        ":::",
        "12345::",
        "g::1",
        "203.0.113.9/32x",
        "1.2.3.4/0.0.0.0",
        "203。0。113。9",
        "٢٠٣.٠.١١٣.٩",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        judged_as(*state, wrong[i], GUARD_REFUSE, GUARD_NOT_AN_ADDRESS);
}

static void the_sentence_names_the_canonical_form(void **state)
{
    (void)state;
    struct network network;
    struct err err = {0};
    assert_false(guard_parse("203.0.113.9/24", &network, &err));
    assert_non_null(strstr(err.text, "write 203.0.113.0/24"));
    assert_false(guard_parse("2001:0db8::9", &network, &err));
    assert_non_null(strstr(err.text, "write 2001:db8::9"));
    assert_false(guard_parse("::ffff:cb00:7109", &network, &err));
    assert_non_null(strstr(err.text, "write 203.0.113.9"));
}

static void trusted_peers_want_typing(void **state)
{
    static const struct expected list[] = {
        {"203.0.113.129", GUARD_TYPE, GUARD_TRUSTED}, // configuration
        {"::ffff:203.0.113.129", GUARD_TYPE, GUARD_TRUSTED},
        {"203.0.113.128/25", GUARD_TYPE, GUARD_TRUSTED},
        {"2001:db8:cafe::7", GUARD_TYPE, GUARD_TRUSTED},
        {"198.51.100.3", GUARD_TYPE, GUARD_TRUSTED}, // chain
        {"198.51.100.0/24", GUARD_TYPE, GUARD_TRUSTED},
        {"203.0.113.20", GUARD_TYPE, GUARD_TRUSTED}, // gateway
        {"::ffff:203.0.113.20", GUARD_TYPE, GUARD_TRUSTED},
        {"203.0.113.16/28", GUARD_TYPE, GUARD_TRUSTED},
        {"203.0.113.30", GUARD_TYPE, GUARD_TRUSTED}, // calls
        {"2001:db8:9::30", GUARD_TYPE, GUARD_TRUSTED},
        {"203.0.113.40", GUARD_ASK, GUARD_TRUSTED}, // a phone
        {"198.51.100.16", GUARD_ALLOW, GUARD_NO_RULE},
    };
    JUDGE_ALL(*state, list);
}

static void the_hosts_own_trusted_networks_count(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.trusted.count = 0;
    judged_as(fixture, "203.0.113.129", GUARD_ALLOW, GUARD_NO_RULE);
    fixture->host.trusted = (struct network_list){fixture->trusted, 1};
    judged_as(fixture, "203.0.113.129", GUARD_TYPE, GUARD_TRUSTED);
}

static void peers_that_could_not_be_read_are_asked_about(void **state)
{
    static const enum peer_kind kinds[] = {PEER_CHAIN, PEER_GATEWAY, PEER_CALL, PEER_PHONE};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fact *fact = &fixture->facts->peer_facts[kinds[i]];
        *fact = (struct fact){FACT_FAILED, "the database is down"};
        judged_as(fixture, "203.0.113.9", GUARD_ASK, GUARD_TRUSTED);
        *fact = (struct fact){FACT_UNREAD, ""};
        judged_as(fixture, "203.0.113.9", GUARD_ASK, GUARD_TRUSTED);
        *fact = (struct fact){FACT_ABSENT, "none is configured"};
        judged_as(fixture, "203.0.113.9", GUARD_ALLOW, GUARD_NO_RULE);
        fact->word = FACT_KNOWN;
    }
}

static void wide_networks_want_typing(void **state)
{
    static const struct expected list[] = {
        {"45.0.0.0/24", GUARD_ALLOW, GUARD_NO_RULE},
        {"45.0.0.0/23", GUARD_TYPE, GUARD_TOO_WIDE},
        {"45.0.0.0/8", GUARD_TYPE, GUARD_TOO_WIDE},
        {"::ffff:45.0.0.0/119", GUARD_TYPE, GUARD_TOO_WIDE},
        {"2a00:1::/48", GUARD_ALLOW, GUARD_NO_RULE},
        {"2a00:1::/47", GUARD_TYPE, GUARD_TOO_WIDE},
        {"2a00::/12", GUARD_TYPE, GUARD_TOO_WIDE},
    };
    JUDGE_ALL(*state, list);
}

static void private_addresses_want_a_configuration(void **state)
{
    static const char *const list[] = {
        "10.0.0.1",    "10.1.2.0/24",   "172.16.0.1",      "172.31.255.255",
        "192.168.1.1", "100.64.0.1",    "169.254.1.1",     "fd00::1",
        "fe80::1",     "fc00:1:2::/48", "::ffff:10.0.0.1",
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        fixture->host.ban_private = false;
        judged_as(fixture, list[i], GUARD_REFUSE, GUARD_PRIVATE);
        fixture->host.ban_private = true;
        judged_as(fixture, list[i], GUARD_ALLOW, GUARD_NO_RULE);
    }
    fixture->host.ban_private = false;
    judged_as(fixture, "172.32.0.1", GUARD_ALLOW, GUARD_NO_RULE);
    judged_as(fixture, "100.128.0.1", GUARD_ALLOW, GUARD_NO_RULE);
}

static void many_bans_a_minute_are_asked_about(void **state)
{
    struct fixture *fixture = *state;
    fixture->history = (struct guard_history){.bans_last_minute = 199, .bans_now = 1};
    judged_as(fixture, "203.0.113.9", GUARD_ALLOW, GUARD_NO_RULE);
    fixture->history.bans_last_minute = 200;
    judged_as(fixture, "203.0.113.9", GUARD_ASK, GUARD_RATE);
    fixture->history = (struct guard_history){.bans_now = 201};
    judged_as(fixture, "203.0.113.9", GUARD_ASK, GUARD_RATE);
    fixture->history = (struct guard_history){.bans_now = 1, .unread = true};
    judged_as(fixture, "203.0.113.9", GUARD_ASK, GUARD_RATE);
}

static void a_router_that_is_not_known_is_asked_about(void **state)
{
    struct fixture *fixture = *state;
    fixture->facts->route_facts[0] = (struct fact){FACT_FAILED, "`ip -4 route` failed"};
    judged_as(fixture, "203.0.113.9", GUARD_ASK, GUARD_LOCAL_ADDRESS);
    judged_as(fixture, "2001:db8:7::9", GUARD_ALLOW, GUARD_NO_RULE);
}

static void read_only_refuses(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.read_only = true;
    judged_as(fixture, "203.0.113.9", GUARD_REFUSE, GUARD_READ_ONLY);
    fixture->config.read_only = false;
    fixture->host.read_only = true;
    judged_as(fixture, "203.0.113.9", GUARD_REFUSE, GUARD_READ_ONLY);
    assert_int_equal(guard_write(fixture->facts, &fixture->config).verdict, GUARD_REFUSE);
}

static void the_strictest_rule_speaks(void **state)
{
    struct fixture *fixture = *state;
    // Wide, trusted and the console's own at once.
    judged_as(fixture, "192.1.0.0/8", GUARD_REFUSE, GUARD_NOT_AN_ADDRESS);
    judged_as(fixture, "192.0.0.0/15", GUARD_REFUSE, GUARD_CONSOLE_ADDRESS);
    fixture->history.bans_last_minute = 1000;
    judged_as(fixture, "203.0.113.20", GUARD_TYPE, GUARD_TRUSTED);
}

// What the host prints is taken for what it means.
static void facts_are_read_from_the_hosts_words(void **state)
{
    struct fixture *fixture = *state;
    struct err_list errors = {0};
    struct profile *profile;
    assert_true(profile_load("vos3000", NULL, &profile, &errors));
    struct host_facts *facts = facts_new(&fixture->host, profile);
    static const char out[] =
        "@@console\n::ffff:192.0.2.5 50022 198.18.0.11 22\n"
        "@@addresses\n1: lo    inet 127.0.0.1/8 scope host lo\n"
        "2: eth0    inet 198.18.0.11/24 brd 198.18.0.255 scope global eth0\n"
        "2: eth0    inet6 fe80::1/64 scope link\n\n@@addresses-status\n0\n"
        "@@routes4\ndefault via 198.18.0.1 dev eth0\n198.18.0.0/24 dev "
        "eth0\n\n@@routes4-status\n0\n"
        "@@iptables-version\niptables v1.4.7\n\n@@iptables-version-status\n0\n"
        "@@iptables-help\n  --check -C\n\n@@iptables-help-status\n0\n"
        "@@iptables\n*filter\n:INPUT ACCEPT [0:0]\n:SIP_TRUSTED - [0:0]\n"
        "[0:0] -A SIP_TRUSTED -s 198.51.100.7/32 -m comment --comment \"A \\\"B\" -j ACCEPT\n"
        "[0:0] -A SIP_TRUSTED -j RETURN\nCOMMIT\n\n@@iptables-status\n0\n"
        "@@ipset-version\nipset v7.17, protocol version: 7\n\n@@ipset-version-status\n0\n"
        "@@ipset4\nipset v7.17: The set with the given name does not exist\n\n@@ipset4-status\n1\n"
        "@@fail2ban\n|- Number of jail:\t2\n`- Jail list:\tsshd, sip\n\n@@fail2ban-status\n0\n"
        "@@save\nservice\n@@end\n";
    facts_parse(facts, out, strlen(out));
    char text[ADDRESS_TEXT_MAX];
    assert_int_equal(facts->console_fact.word, FACT_KNOWN);
    address_print(&facts->console[0], text);
    assert_string_equal(text, "192.0.2.5");
    assert_int_equal(facts->local_fact.word, FACT_KNOWN);
    assert_int_equal(facts->local_count, 5);
    assert_true(facts->tools[TOOL_IPTABLES].works);
    assert_int_equal(facts->tools[TOOL_IPTABLES].version[1], 4);
    assert_true(facts->iptables_check);
    assert_false(facts->iptables_wait);
    assert_false(facts->iptables_comment);
    assert_true(facts->tools[TOOL_IPSET].works);
    assert_false(facts->tools[TOOL_NFT].present);
    assert_non_null(strstr(facts->jails, "sip"));
    assert_string_equal(facts->save, "service");
    assert_int_equal(facts->peer_facts[PEER_CHAIN].word, FACT_KNOWN);
    assert_int_equal(facts->peer_count, 1);
    assert_non_null(strstr(facts->peers[0].name, "SIP_TRUSTED: A"));
    facts_free(facts);
    profile_free(profile);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(public_addresses_are_allowed),
        TEST(the_consoles_address_is_refused_in_every_form),
        TEST(translated_forms_of_guarded_addresses_are_refused),
        TEST(the_configured_address_of_the_host_is_refused),
        TEST(an_unknown_console_address_refuses_everything),
        TEST(what_is_no_machine_elsewhere_is_refused),
        TEST(default_routes_are_refused),
        TEST(unknown_own_addresses_refuse),
        TEST(what_is_not_canonical_is_no_address),
        TEST(the_sentence_names_the_canonical_form),
        TEST(trusted_peers_want_typing),
        TEST(the_hosts_own_trusted_networks_count),
        TEST(peers_that_could_not_be_read_are_asked_about),
        TEST(wide_networks_want_typing),
        TEST(private_addresses_want_a_configuration),
        TEST(many_bans_a_minute_are_asked_about),
        TEST(a_router_that_is_not_known_is_asked_about),
        TEST(read_only_refuses),
        TEST(the_strictest_rule_speaks),
        TEST(facts_are_read_from_the_hosts_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
