// SPDX-License-Identifier: MIT

// The shield's rules, their canonical form, the difference to what runs, and who may not change it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "action/shield.h"
#include "base/mem.h"

#define BEGIN                                                                                      \
    "@@iptables-version\niptables v1.8.9 (nf_tables)\n@@iptables-version-status\n0\n"              \
    "@@iptables-restore\n@@ip6tables-version\nip6tables v1.8.9 (nf_tables)\n"                      \
    "@@ip6tables-version-status\n0\n@@ip6tables-restore\n@@iptables-comment\n--comment x\n"        \
    "@@iptables-comment-status\n0\n"
#define CONSOLE "@@console\n192.0.2.77 50000 198.18.0.11 2222\n"
#define END     "@@ip6tables\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n\n@@ip6tables-status\n0\n"
#define ALL                                                                                        \
    "has iptables string\nhas iptables hashlimit\nhas iptables connlimit\nhas iptables recent\n"   \
    "has iptables multiport\nhas iptables conntrack\nhas iptables state\nhas iptables comment\n"

struct fixture {
    struct host_config host;
    struct config config;
    struct profile *profile;
    struct host_facts *facts;
    struct shield_settings settings;
    struct shield_host known;
};

static void take_facts(struct fixture *fixture, const char *console, const char *rules)
{
    facts_free(fixture->facts);
    fixture->facts = facts_new(&fixture->host, fixture->profile);
    char *text = mem_printf("%s%s@@iptables\n*filter\n:INPUT ACCEPT [0:0]\n%sCOMMIT\n\n"
                            "@@iptables-status\n0\n%s",
                            BEGIN, console, rules, END);
    facts_parse(fixture->facts, text, strlen(text));
    fixture->facts->peer_facts[PEER_GATEWAY].word = FACT_KNOWN;
    free(text);
}

static void look(struct fixture *fixture, const char *said)
{
    struct err err = {0};
    assert_true(shield_host_parse(fixture->facts, said, strlen(said), &fixture->known, &err));
}

static int set_up(void **state)
{
    static struct fixture fixture;
    static char name[] = "sw1";
    struct err_list errors = {0};
    struct err err = {0};
    fixture = (struct fixture){.host = {.name = name, .port = 22}};
    if (!profile_load("vos3000", NULL, &fixture.profile, &errors) ||
        !shield_settings_read(fixture.profile, &fixture.settings, &err))
        return -1;
    take_facts(&fixture, CONSOLE, "");
    look(&fixture, ALL "@@ports\nSIP_PORT=5060,6060\n@@job\n@@end\n");
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

static void add_gateway(struct fixture *fixture, const char *address, const char *name)
{
    struct network network;
    assert_true(network_parse(address, &network));
    facts_add_peer(fixture->facts, &network, PEER_GATEWAY, name, 0);
}

// All rules of IPv4, a line each. Heap.
static char *build(struct fixture *fixture, char **notes)
{
    struct shield_set set;
    struct err err = {0};
    struct str text = {0};
    assert_true(shield_build(fixture->facts, &fixture->settings, &fixture->known, &set, &err));
    for (size_t i = 0; i < set.family[0].count; i++)
        str_appendf(&text, "%s\n", set.family[0].lines[i]);
    if (notes != NULL)
        *notes = mem_strdup(str_text(&set.notes));
    shield_set_dispose(&set);
    return str_take(&text);
}

static void equal_rules_have_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *left, *right;
        bool equal;
    } pairs[] = {
        {"-A X -s 192.0.2.1 -j ACCEPT", "-A X -s 192.0.2.1/32 -j ACCEPT", true},
        {"-A X -s 192.0.2.0/24 -j ACCEPT", "-A X -s 192.0.2.0/32 -j ACCEPT", false},
        {"-A X -s 2001:DB8::1 -j DROP", "-A X -s 2001:db8::1/128 -j DROP", true},
        {"-A X -m comment --comment \"one\" -j DROP", "-A X -m comment --comment one -j DROP",
         true},
        {"-A X -m comment --comment \"one two\" -j DROP", "-A X -m comment --comment one -j DROP",
         false},
        {"-A X -m string --string \"a b\" --algo bm -j DROP",
         "-A X -m string --string \"a b\" --algo bm --to 65535 -j DROP", true},
        {"-A X -m string --string a --algo bm --to 100 -j DROP",
         "-A X -m string --string a --algo bm -j DROP", false},
        {"-A X -m hashlimit --hashlimit-above 240/min --hashlimit-burst 240 -j DROP",
         "-A X -m hashlimit --hashlimit-above 4/sec --hashlimit-burst 240 "
         "--hashlimit-htable-expire 60000 -j DROP",
         true},
        {"-A X -m hashlimit --hashlimit-above 239/min -j DROP",
         "-A X -m hashlimit --hashlimit-above 4/sec -j DROP", false},
        {"-A X -m state --state ESTABLISHED -j ACCEPT",
         "-A X -m conntrack --ctstate ESTABLISHED -j ACCEPT", true},
        {"-A X -p tcp -m connlimit --connlimit-above 50 --connlimit-mask 32 -j DROP",
         "-A X -p tcp -m connlimit --connlimit-above 50 --connlimit-mask 32 --connlimit-saddr -j "
         "DROP",
         true},
        {"-A X -p udp -m udp --dport 5060 -j DROP", "-A X -p udp --dport 5060 -j DROP", true},
        {"-A X -p udp -m udp ! --dport 5060 -j DROP", "-A X -p udp -m udp --dport 5060 -j DROP",
         false},
    };
    struct str left = {0}, right = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        shield_canonical(&left, pairs[i].left, strlen(pairs[i].left));
        shield_canonical(&right, pairs[i].right, strlen(pairs[i].right));
        if ((strcmp(str_text(&left), str_text(&right)) == 0) != pairs[i].equal)
            fail_msg("%s | %s", str_text(&left), str_text(&right));
    }
    str_dispose(&left);
    str_dispose(&right);
}

static void the_console_comes_before_everything_that_drops(void **state)
{
    struct fixture *fixture = *state;
    char *rules = build(fixture, NULL);
    const char *console = strstr(rules, "-s 192.0.2.77 -p tcp -m tcp --dport 2222 ");
    assert_non_null(console);
    assert_true(console < strstr(rules, "-g NOCDESK-SHIELD-SIP"));
    const char *in_shield = strstr(rules, "-A NOCDESK-SHIELD ");
    for (const char *line = in_shield; line < console; line = strchr(line, '\n') + 1)
        assert_true(strncmp(line, "-A NOCDESK-SHIELD -i lo -j RETURN", 33) == 0 ||
                    line == console || strstr(line, "192.0.2.77") != NULL);
    assert_non_null(strstr(rules, "--dports 5060,6060 -m comment --comment \"SIP\" -g"));
    free(rules);
}

static void consoles_of_others_stay(void **state)
{
    struct fixture *fixture = *state;
    take_facts(fixture, CONSOLE,
               ":NOCDESK-SHIELD - [0:0]\n-A NOCDESK-SHIELD -s 192.0.2.88/32 -p tcp -m tcp --dport "
               "2222 -j ACCEPT\n");
    char *rules = build(fixture, NULL);
    assert_non_null(strstr(rules, "-s 192.0.2.77 -p tcp"));
    assert_non_null(strstr(rules, "-s 192.0.2.88 -p tcp"));
    free(rules);
}

static void peers_come_in_one_order_with_harmless_names(void **state)
{
    struct fixture *fixture = *state;
    add_gateway(fixture, "203.0.113.20", "B\" -j DROP\nCOMMIT");
    add_gateway(fixture, "203.0.113.10", "A");
    add_gateway(fixture, "0.0.0.0/0", "ALL");
    char *notes, *rules = build(fixture, &notes);
    take_facts(fixture, CONSOLE, "");
    add_gateway(fixture, "203.0.113.10", "A");
    add_gateway(fixture, "203.0.113.10", "A");
    add_gateway(fixture, "203.0.113.20", "B\" -j DROP\nCOMMIT");
    char *again = build(fixture, NULL);
    assert_string_equal(rules, again);
    assert_non_null(strstr(rules, "-A NOCDESK-SHIELD-TRUSTED -s 203.0.113.20 -m comment --comment "
                                  "\"B? -j DROP?COMMIT\" -j ACCEPT\n"));
    assert_null(strstr(rules, "0.0.0.0"));
    assert_non_null(strstr(notes, "0.0.0.0/0 (so wide a network is no peer)"));
    free(rules);
    free(again);
    free(notes);
}

static void what_the_host_lacks_is_left_out_and_said(void **state)
{
    struct fixture *fixture = *state;
    look(fixture, "has iptables recent\nhas iptables string\nhas iptables state\n@@end\n");
    fixture->settings.options_pm = 20;
    char *notes, *rules = build(fixture, &notes);
    assert_null(strstr(rules, "hashlimit"));
    assert_null(strstr(rules, "connlimit"));
    assert_null(strstr(rules, "comment"));
    assert_null(strstr(rules, "multiport"));
    assert_non_null(
        strstr(rules, "-m recent --update --seconds 60 --hitcount 20 --name nocdesk-opti4"));
    assert_non_null(strstr(rules, "-m state --state ESTABLISHED -j ACCEPT"));
    assert_non_null(strstr(notes, "above 100 packets/s (no hashlimit match)"));
    assert_non_null(strstr(notes, "no connlimit match"));
    assert_non_null(strstr(notes, "iWar (too short a signature)"));
    free(rules);
    free(notes);
}

static void gateways_that_were_not_read_are_not_strangers(void **state)
{
    struct fixture *fixture = *state;
    struct shield_set set;
    struct err err = {0};
    fixture->facts->peer_facts[PEER_GATEWAY] = (struct fact){FACT_FAILED, "no database"};
    assert_false(shield_build(fixture->facts, &fixture->settings, &fixture->known, &set, &err));
    assert_non_null(strstr(err.text, "sw1: the gateways' addresses could not be read"));
    shield_set_dispose(&set);
}

static void a_console_that_may_be_cut_off_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    assert_true(shield_may_change(fixture->facts, &err));
    take_facts(fixture, "@@console\n\n", "");
    assert_false(shield_may_change(fixture->facts, &err));
    assert_non_null(strstr(err.text, "not known"));
    take_facts(fixture, CONSOLE,
               ":NOCDESK - [0:0]\n-A INPUT -j NOCDESK\n-A NOCDESK -s 192.0.2.0/24 -m comment "
               "--comment \"nocdesk since=1763679600 until=0 by=ana why=scan\" -j DROP\n");
    assert_false(shield_may_change(fixture->facts, &err));
    assert_non_null(strstr(err.text, "a ban there covers 192.0.2.77"));
    // The action refuses by the guard's rule, with no step.
    struct action_request request = {.action = &action_shield_apply};
    struct plan_input input = {
        .request = &request, .config = &fixture->config, .facts = fixture->facts};
    struct plan *plan = plan_new(&action_shield_apply);
    struct plan_host *out = plan_add_host(plan, 0, &fixture->host);
    out->targets = mem_array(1, sizeof *out->targets);
    out->target_count = 1;
    out->targets[0].text = "firewall";
    assert_true(action_shield_apply.plan(&input, out, &err));
    assert_int_equal(out->targets[0].state, ACTION_REFUSED);
    assert_int_equal(out->targets[0].opinion.rule, GUARD_CONSOLE_ADDRESS);
    assert_int_equal(out->step_count, 0);
    plan_free(plan);
}

static void only_our_own_is_changed(void **state)
{
    struct fixture *fixture = *state;
    take_facts(fixture, CONSOLE,
               ":NOCDESK - [0:0]\n:NOCDESK-SHIELD-OLD - [0:0]\n:NOCDESK-SHIELDED - [0:0]\n"
               "-A INPUT -j NOCDESK\n-A INPUT -s 192.0.2.9/32 -j DROP\n-A INPUT -j NOCDESK-SHIELD\n"
               "-A NOCDESK-SHIELD-OLD -j DROP\n-A NOCDESK-SHIELDED -j DROP\n");
    struct shield_set set;
    struct err err = {0};
    assert_true(shield_build(fixture->facts, &fixture->settings, &fixture->known, &set, &err));
    char *text = shield_restore_text(fixture->facts, false, &set.family[0]);
    assert_non_null(strstr(text, "-D INPUT -j NOCDESK-SHIELD\n"));
    assert_non_null(strstr(text, "-I INPUT 2 -j NOCDESK-SHIELD\n")); // behind the bans
    assert_non_null(strstr(text, "-X NOCDESK-SHIELD-OLD\n"));
    assert_null(strstr(text, "NOCDESK-SHIELDED"));
    assert_null(strstr(text, "192.0.2.9"));
    struct shield_diff diff;
    shield_diff_make(fixture->facts, false, &set.family[0], &diff);
    size_t foreign = 0;
    for (size_t i = 0; i < diff.count; i++)
        foreign += diff.lines[i].mark == SHIELD_FOREIGN;
    assert_int_equal(foreign, 2);
    assert_string_equal(diff.lines[1].rule, "-A INPUT -j NOCDESK-SHIELD");
    assert_int_equal(diff.lines[1].mark, SHIELD_ADDED);
    shield_diff_dispose(&diff);
    free(text);
    shield_set_dispose(&set);
}

static void conntrack_is_raised_when_asked_and_never_lowered(void **state)
{
    struct fixture *fixture = *state;
    static const char *const said[] = {
        "/proc/sys/net/netfilter/nf_conntrack_max 65536\n"
        "/sys/module/nf_conntrack/parameters/hashsize 16384\n@@end\n",
        "/proc/sys/net/netfilter/nf_conntrack_max 2000000\n"
        "/sys/module/nf_conntrack/parameters/hashsize 500000\n@@end\n"};
    for (size_t i = 0; i < 2; i++) {
        struct action_request request = {.action = &action_shield_conntrack};
        struct plan_input input = {.request = &request, .facts = fixture->facts};
        struct err err = {0};
        json_decref(fixture->facts->seen);
        fixture->facts->seen = json_pack("{s:s}", "shield", said[i]);
        struct plan *plan = plan_new(&action_shield_conntrack);
        struct plan_host *out = plan_add_host(plan, 0, &fixture->host);
        assert_true(action_shield_conntrack.plan(&input, out, &err));
        assert_int_equal(out->step_count, i == 0 ? 2 : 0);
        if (i == 0) {
            assert_string_equal(out->steps[1].run.input, "1048576");
            assert_string_equal(out->steps[1].undo.input, "65536");
            assert_string_equal(out->steps[0].run.input, "262144");
        }
        plan_free(plan);
    }
}

static void a_mistyped_limit_is_a_fault(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "[shield]\noptions_per_minut = 3\n", "[shield]\noptions_per_minute = many\n",
        "[shield]\nsip_policy = open\n", "[shield]\nconfirm_within = 2s\n",
        "[shield]\nmedia_ports = 1 -j ACCEPT\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ini over = {0};
        struct profile *profile;
        struct err_list errors = {0};
        struct shield_settings settings;
        struct err err = {0};
        assert_true(ini_read_text(&over, "my.ini", wrong[i], strlen(wrong[i]), &errors));
        assert_true(profile_load("vos3000", &over, &profile, &errors));
        assert_false(shield_settings_read(profile, &settings, &err));
        assert_non_null(strstr(err.text, "my.ini:2"));
        profile_free(profile);
        ini_dispose(&over);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_rules_have_one_form),
        cmocka_unit_test(a_mistyped_limit_is_a_fault),
        cmocka_unit_test_setup_teardown(the_console_comes_before_everything_that_drops, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(consoles_of_others_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(peers_come_in_one_order_with_harmless_names, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_the_host_lacks_is_left_out_and_said, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(gateways_that_were_not_read_are_not_strangers, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_console_that_may_be_cut_off_changes_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_our_own_is_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(conntrack_is_raised_when_asked_and_never_lowered, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
