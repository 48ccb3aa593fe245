// SPDX-License-Identifier: MIT

// An unban that finds no ban by the name that was given says what keeps the address out.
#include "action_plan_host.h"

static void says(struct fixture *fixture, const char *target, enum action_state state,
                 const char *words)
{
    const struct plan_target *planned = plan_for(fixture, &action_unban, target);
    if (planned->state != state || planned->error == NULL || strstr(planned->error, words) == NULL)
        fail_msg("%s: %s: %s", target, action_state_text(planned->state),
                 planned->error != NULL ? planned->error : "");
    assert_int_equal(fixture->out->step_count, 0);
}

static void an_address_inside_a_banned_network_is_told_the_network(void **state)
{
    says(*state, "203.0.113.9", ACTION_REFUSED,
         "203.0.113.9 is inside the banned network 203.0.113.0/28: unban that");
}

static void a_network_around_bans_is_told_what_is_banned_in_it(void **state)
{
    says(*state, "203.0.113.0/24", ACTION_REFUSED,
         "203.0.113.0/24 is not banned as a whole, but 203.0.113.0/28 in it is: unban that");
}

static void what_goes_with_another_target_is_not_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char *const targets[] = {"203.0.113.9", "203.0.113.0/28", "203.0.113.0/24",
                                          "198.51.100.9"};
    plan_for_all(fixture, &action_unban, targets, 4);
    const struct plan_target *planned = fixture->out->targets;
    assert_int_equal(planned[0].state, ACTION_PLANNED);
    assert_null(planned[0].error);
    assert_int_equal(planned[1].state, ACTION_PLANNED);
    assert_int_equal(planned[2].state, ACTION_PLANNED);
    assert_int_equal(planned[3].state, ACTION_ALREADY);
    assert_int_equal(fixture->out->step_count, 1);
    assert_non_null(strstr(fixture->out->steps[0].what, "203.0.113.0/28"));
}

static void without_any_ban_it_is_so_already(void **state)
{
    says(*state, "198.51.100.9", ACTION_ALREADY, "no ban of this program stands for it");
}

// As the look on the host adds them.
static void jails_say(struct fixture *fixture, const char *parts)
{
    fixture->facts->jails = "sshd nocdesk";
    fixture->facts->seen = json_pack("{s:b}", "jails", true);
    str_append(&fixture->facts->out, parts);
}

static void a_ban_of_fail2ban_itself_is_named_with_its_jail(void **state)
{
    struct fixture *fixture = *state;
    jails_say(fixture,
              "@@fail2ban-in-sshd\n198.51.100.7 198.51.100.9\n@@fail2ban-in-sshd-status\n0\n"
              "@@fail2ban-jail\n\n@@fail2ban-jail-status\n0\n");
    says(fixture, "198.51.100.9", ACTION_REFUSED, "fail2ban-client set sshd unbanip 198.51.100.9");
}

static void a_jail_that_did_not_answer_is_said(void **state)
{
    struct fixture *fixture = *state;
    jails_say(fixture, "@@fail2ban-in-sshd\n\n@@fail2ban-in-sshd-status\n255\n");
    says(fixture, "198.51.100.9", ACTION_ALREADY, "fail2ban, which did not answer");
}

static void a_ban_of_our_jail_is_taken_back_whatever_the_way_to_ban_is(void **state)
{
    struct fixture *fixture = *state;
    jails_say(fixture, "@@fail2ban-in-sshd\n\n@@fail2ban-in-sshd-status\n0\n"
                       "@@fail2ban-jail\n198.51.100.9 \t2026-11-20 08:00:00 + 600 = 2026-11-20 "
                       "08:10:00\n@@fail2ban-jail-status\n0\n");
    const struct plan_target *target = plan_for(fixture, &action_unban, "198.51.100.9");
    assert_int_equal(target->state, ACTION_PLANNED);
    assert_int_equal(fixture->out->step_count, 1);
    assert_non_null(strstr(fixture->out->steps[0].what, "out of the jail nocdesk"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_address_inside_a_banned_network_is_told_the_network,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_network_around_bans_is_told_what_is_banned_in_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_goes_with_another_target_is_not_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_any_ban_it_is_so_already, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ban_of_fail2ban_itself_is_named_with_its_jail, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_jail_that_did_not_answer_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ban_of_our_jail_is_taken_back_whatever_the_way_to_ban_is,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
