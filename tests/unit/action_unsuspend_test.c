// SPDX-License-Identifier: MIT

// What `unsuspend` plans: a ban is lifted only while nobody attacks from behind it, what it lifts
// can be banned again, and its proof is the endpoint's own login.
#include "action_plan_host.h"

static const struct plan_target *plan(struct fixture *fixture, const char *target, json_t *seen,
                                      json_t *attacking)
{
    fixture->facts->seen =
        json_pack("{s:{s:o}, s:o}", "targets", target, seen, "attacking", attacking);
    assert_non_null(fixture->facts->seen);
    return plan_for(fixture, &action_unsuspend, target);
}

static const struct plan_step *step_of(const struct plan_host *out, const char *words)
{
    for (size_t i = 0; i < out->step_count; i++)
        if (strstr(out->steps[i].what, words) != NULL)
            return &out->steps[i];
    return NULL;
}

static json_t *attack(const char *source)
{
    return json_pack("[{s:s, s:s}]", "source", source, "verdict", "password guessing");
}

static void the_ban_of_a_live_attacker_is_left_alone_and_the_plan_says_so(void **state)
{
    struct fixture *fixture = *state;
    const struct plan_target *target =
        plan(fixture, "1003@203.0.113.9", json_pack("{s:s}", "phone", "3"), attack("203.0.113.9"));
    assert_int_equal(target->state, ACTION_PLANNED);
    assert_non_null(step_of(fixture->out, "1003"));
    assert_null(step_of(fixture->out, "nocdesk4"));
    assert_int_equal(fixture->out->undo_block_count, 0);
    assert_non_null(strstr(fixture->out->note,
                           "203.0.113.0/28 stays banned: 203.0.113.9 is attacking now (password "
                           "guessing); unban it by itself with u"));
}

static void where_nothing_else_keeps_it_out_nothing_is_done(void **state)
{
    struct fixture *fixture = *state;
    // Somebody else behind the same ban.
    const struct plan_target *target =
        plan(fixture, "1003@203.0.113.9", json_pack("{s:s}", "phone", "0"), attack("203.0.113.12"));
    assert_int_equal(target->state, ACTION_REFUSED);
    assert_int_equal(fixture->out->step_count, 0);
    assert_non_null(strstr(target->error, "stays banned: 203.0.113.12 is attacking now"));
}

static void a_ban_that_is_lifted_can_be_made_again(void **state)
{
    struct fixture *fixture = *state;
    plan(fixture, "1003@203.0.113.9", json_pack("{s:s, s:i}", "phone", "0", "recovered", 5),
         attack("198.51.100.7"));
    const struct plan_step *step = step_of(fixture->out, "out of the set nocdesk4");
    assert_non_null(step);
    assert_string_equal(step->undo.argv[0], "ipset");
    assert_non_null(strstr(step->undo.input, "add nocdesk4 203.0.113.0/28 timeout 3000"));
    assert_true(fixture->out->reversible);
    // The guard judges whom the undo keeps out.
    assert_int_equal(fixture->out->undo_block_count, 1);
    assert_string_equal(fixture->out->undo_blocks[0], "203.0.113.0/28");
}

static void the_proof_is_a_login_from_its_own_address(void **state)
{
    struct fixture *fixture = *state;
    plan(fixture, "1003@203.0.113.9",
         json_pack("{s:s, s:i, s:i}", "phone", "3", "recovered", 5, "online", 7), json_array());
    const struct plan_check *capture = &step_of(fixture->out, "watch for 1003")->after;
    static const char *const row[] = {"endpoint", "1003", "at", "5", "source_ip", "203.0.113.9"};
    assert_int_equal(capture->expect, EXPECT_ROW);
    assert_int_equal(capture->word_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(capture->words[i], row[i]);
    assert_int_equal(capture->or_else->expect, EXPECT_LATER);
    assert_int_equal(capture->or_else->word_count, 4);
    assert_string_equal(capture->or_else->words[2], "infoPhoneOnlines.0.remoteIp");
    assert_string_equal(capture->or_else->words[3], "203.0.113.9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_ban_of_a_live_attacker_is_left_alone_and_the_plan_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(where_nothing_else_keeps_it_out_nothing_is_done, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_ban_that_is_lifted_can_be_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_proof_is_a_login_from_its_own_address, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
