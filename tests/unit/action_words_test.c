// SPDX-License-Identifier: MIT

// What the question of a lock and of a hang-up says, and how actions name what needed no doing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "action/action.h"
#include "base/mem.h"

struct fixture {
    struct host_config config;
    struct profile *profile;
    struct host_facts *facts;
    struct plan *plan;
    struct plan_host *host;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    struct err_list errors = {0};
    fixture->config.name = mem_strdup("sw1");
    assert_true(profile_load("vos3000", NULL, &fixture->profile, &errors));
    fixture->facts = facts_new(&fixture->config, fixture->profile);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    plan_free(fixture->plan);
    facts_free(fixture->facts);
    profile_free(fixture->profile);
    free(fixture->config.name);
    free(fixture);
    return 0;
}

static bool plan_one(struct fixture *fixture, const struct action *action, const char *target,
                     struct err *err)
{
    if (fixture->plan != NULL)
        plan_free(fixture->plan);
    fixture->plan = plan_new(action);
    fixture->host = plan_add_host(fixture->plan, 0, &fixture->config);
    fixture->host->targets = mem_array(1, sizeof *fixture->host->targets);
    fixture->host->target_count = 1;
    fixture->host->targets[0].text = plan_text(fixture->host, "%s", target);
    struct plan_input input = {.facts = fixture->facts};
    return action->plan(&input, fixture->host, err);
}

static void a_lock_says_its_values_in_words_and_the_calls_it_hits(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    fixture->facts->seen =
        json_pack("{s:s, s:s, s:s, s:{s:s}}", "phone:1001", "1", "account:acme", "0",
                  "mapping:CUST-1", "2", "calls", "phone:1001", "2 calls up now");
    assert_true(plan_one(fixture, &action_lock, "phone:1001", &err));
    assert_string_equal(fixture->host->steps[0].what,
                        "set the lock of phone 1001 from 1 (outgoing calls locked) to 3 (all calls "
                        "locked); 2 calls up now");
    assert_true(plan_one(fixture, &action_lock, "account:acme", &err));
    assert_string_equal(fixture->host->steps[0].what,
                        "set the lock of account acme from 0 (not locked) to 1 (locked)");
    // What a gateway's 2 means is written nowhere.
    assert_true(plan_one(fixture, &action_unlock, "mapping:CUST-1", &err));
    assert_string_equal(fixture->host->steps[0].what,
                        "set the lock of mapping gateway CUST-1 from 2 to 0 (not locked)");
}

static void a_hang_up_says_whose_call_it_is(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    fixture->facts->seen = json_pack("{s:s}", "call", "1001 to 4420, talking for 3:31");
    assert_true(plan_one(fixture, &action_hangup, "4711", &err));
    assert_string_equal(fixture->host->steps[0].what,
                        "hang up call 4711: 1001 to 4420, talking for 3:31");
}

static void a_call_that_nobody_has_seen_is_no_call(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    fixture->facts->seen = json_object();
    assert_false(plan_one(fixture, &action_hangup, "4711", &err));
    assert_string_equal(err.text, "sw1: no call has the id 4711 now; the pane calls has their ids");
}

static void a_call_that_was_on_the_screen_has_ended(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    fixture->facts->seen = json_pack("{s:b}", "was_up", 1);
    assert_true(plan_one(fixture, &action_hangup, "4711", &err));
    assert_int_equal(fixture->host->step_count, 0);
    assert_int_equal(fixture->host->targets[0].state, ACTION_ALREADY);
}

static void every_action_says_what_it_is_when_nothing_had_to_be_done(void **state)
{
    (void)state;
    for (size_t i = 0; actions[i] != NULL; i++)
        if (actions[i]->already == NULL)
            fail_msg("%s has no words for it", actions[i]->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_lock_says_its_values_in_words_and_the_calls_it_hits,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hang_up_says_whose_call_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_that_nobody_has_seen_is_no_call, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_that_was_on_the_screen_has_ended, set_up, tear_down),
        cmocka_unit_test(every_action_says_what_it_is_when_nothing_had_to_be_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
