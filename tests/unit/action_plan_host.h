// SPDX-License-Identifier: MIT

// What tests of plans share: one host as its facts have it, with a network banned in a set.
#ifndef TESTS_ACTION_PLAN_HOST_H
#define TESTS_ACTION_PLAN_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "base/clock.h"

struct fixture {
    struct host_config host;
    struct profile *profile;
    struct host_facts *facts;
    struct plan *plan;
    struct plan_host *out;
};

// A set with one ban.
static const char banned[] =
    "@@clock\n1763683200 +0000\n@@ipset-version\nipset v7.15\n@@ipset-version-status\n0\n"
    "@@iptables-version\niptables v1.8.9\n@@iptables\n*filter\nCOMMIT\n@@iptables-status\n0\n"
    "@@ipset4\ncreate nocdesk4 hash:net family inet timeout 0 comment\n"
    "add nocdesk4 203.0.113.0/28 timeout 3000 comment \"nocdesk since=1763680000 until=1763686200 "
    "by=ana why=scan\"\n@@ipset4-status\n0\n@@end\n";

static int set_up(void **state)
{
    static struct fixture fixture;
    static char name[] = "sw1", jail[] = "nocdesk";
    struct err_list errors = {0};
    fixture = (struct fixture){.host = {.name = name, .ban_jail = jail}};
    assert_true(profile_load("vos3000", NULL, &fixture.profile, &errors));
    fixture.facts = facts_new(&fixture.host, fixture.profile);
    facts_parse(fixture.facts, banned, strlen(banned));
    fixture.plan = plan_new(NULL);
    fixture.out = plan_add_host(fixture.plan, 0, &fixture.host);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    plan_free(fixture->plan);
    facts_free(fixture->facts);
    profile_free(fixture->profile);
    return 0;
}

static void plan_for_all(struct fixture *fixture, const struct action *action,
                         const char *const *targets, size_t count)
{
    fixture->out->targets = calloc(count, sizeof *fixture->out->targets);
    fixture->out->target_count = count;
    for (size_t i = 0; i < count; i++) {
        fixture->out->targets[i].text = plan_text(fixture->out, "%s", targets[i]);
        if (action->target == TARGET_NETWORK)
            assert_true(network_parse(targets[i], &fixture->out->targets[i].network));
    }
    struct action_request request = {.action = action, .for_ms = 600000};
    struct plan_input input = {
        .request = &request, .facts = fixture->facts, .now_wall_ms = 1763683200000};
    struct err err = {0};
    if (!action->plan(&input, fixture->out, &err))
        fail_msg("%s", err.text);
}

static const struct plan_target *plan_for(struct fixture *fixture, const struct action *action,
                                          const char *target)
{
    plan_for_all(fixture, action, &target, 1);
    return &fixture->out->targets[0];
}

#endif
